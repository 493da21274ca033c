"""What a score is, what became of one, and what the metrics share that make them of a histogram. Pure."""

from typing import Literal

import msgspec

from survey_service.nps.histogram import Histogram
from survey_service.nps.intervals import Comparison, Estimate, Interval, adjusted_share, compare, wilson_interval

State = Literal["ok", "too_few", "none"]
Direction = Literal["up", "down", "none"]

MIN_N = 10
HIGHEST = 10
"""No scale ends higher: a histogram has so many bins."""


class Score(msgspec.Struct, frozen=True):
    """A score with its interval, nothing rounded.

    Units: `nps` points −100…100, `csat` and `ces_share` points 0…100, `ces` the mean on its scale.
    `none`: no answers, and score, low and high are None. `too_few`: fewer than the minimum; the
    numbers are there, to be shown greyed. `scale` is the question's lowest and highest answer,
    `counted_from` the lowest that counts in a share (None for NPS and means).
    """

    metric: str
    score: float | None
    low: float | None
    high: float | None
    n: int
    state: State
    histogram: Histogram
    scale: tuple[int, int]
    counted_from: int | None = None


class Change(msgspec.Struct, frozen=True):
    """A score minus an earlier one, in the metric's unit.

    `delta` is None when a side has no answers, `p_value` also when a side has too few; `direction`
    is `up` or `down` only for a significant change, so it alone decides about an arrow.
    """

    delta: float | None = None
    p_value: float | None = None
    significant: bool = False
    direction: Direction = "none"


def top_boxes(metric: str, histogram: Histogram, scale_max: int, top: int, min_n: int, confidence: float) -> Score:
    """The share of the `top` boxes of a scale 1…`scale_max`, in points, with its Wilson interval.

    Raises ValueError for an answer outside the scale, a count below zero, or boxes that do not fit.
    """
    scale = scale_to(scale_max)
    if not 1 <= top < scale_max:
        raise ValueError(f"{top} top boxes do not fit a scale of {scale_max}")
    counted_from = scale_max - top + 1
    n = answers_on(histogram, *scale)
    if n == 0:
        return no_score(metric, histogram, scale, counted_from)
    counted = histogram.count(counted_from, scale_max)
    low, high = _points(wilson_interval(counted, n, confidence))
    state = state_of(n, min_n)
    return Score(metric, 100 * counted / n, low, high, n, state, histogram, scale, counted_from)


def compare_shares(current: Score, previous: Score) -> Comparison:
    """The z-test of the adjusted shares of Agresti and Caffo (2000)."""
    return compare(_adjusted(current), _adjusted(previous))


def _adjusted(score: Score) -> Estimate:
    return adjusted_share(score.histogram.count(score.counted_from or score.scale[0], score.scale[1]), score.n)


def no_score(metric: str, histogram: Histogram, scale: tuple[int, int], counted_from: int | None = None) -> Score:
    """What is said of no answers."""
    return Score(metric, None, None, None, 0, "none", histogram, scale, counted_from)


def _points(share: Interval) -> Interval:
    return Interval(100 * share.low, 100 * share.high)


def state_of(n: int, min_n: int) -> State:
    """Whether so many answers are enough."""
    return "ok" if n >= min_n else "too_few"


def scale_to(scale_max: int) -> tuple[int, int]:
    """A scale from 1. Raises ValueError for one that cannot be."""
    if not 2 <= scale_max <= HIGHEST:
        raise ValueError(f"a scale ends between 2 and 10, not at {scale_max}")
    return 1, scale_max


def answers_on(histogram: Histogram, first: int, last: int) -> int:
    """The number of answers, after making sure that they can be scored on `first`…`last`."""
    if min(histogram.counts) < 0:
        raise ValueError(f"counts below zero cannot be scored: {histogram.counts}")
    n = histogram.n
    if histogram.count(first, last) != n:
        raise ValueError(f"answers outside {first}…{last} cannot be scored: {histogram.counts}")
    return n
