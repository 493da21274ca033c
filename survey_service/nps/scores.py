"""NPS, CSAT and CES from a histogram, and whether one differs from another."""

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

from survey_service.nps.histogram import Histogram
from survey_service.nps.intervals import (
    CONFIDENCE,
    Comparison,
    Estimate,
    Interval,
    adjusted_nps,
    adjusted_share,
    compare,
    compare_means,
    mean_interval,
    nps_interval,
    wilson_interval,
)

Metric = Literal["nps", "csat", "ces", "ces_share"]
State = Literal["ok", "too_few", "none"]
Direction = Literal["up", "down", "none"]

BETTER: Mapping[Metric, Direction] = {"nps": "up", "csat": "up", "ces": "up", "ces_share": "up"}
"""The direction in which customers are better off. CES is asked as ease: 7 of 7 is very easy."""
MIN_N = 10
NPS_SCALE = (0, 10)
CSAT_MAX, CSAT_TOP = 5, 2
CES_MAX, CES_TOP = 7, 3


class Score(msgspec.Struct, frozen=True):
    """A score with its interval, nothing rounded.

    Units: `nps` points −100…100, `csat` and `ces_share` points 0…100, `ces` the mean on its scale.
    `none`: no answers, and score, low and high are None. `too_few`: fewer than the minimum; the
    numbers are there, to be shown greyed. `scale` is the question's lowest and highest answer,
    `counted_from` the lowest that counts in a share (None for NPS and means).
    """

    metric: Metric
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


def score(
    metric: Metric,
    histogram: Histogram,
    *,
    scale_max: int | None = None,
    top: int | None = None,
    min_n: int = MIN_N,
    confidence: float = CONFIDENCE,
) -> Score:
    """The score of any metric; `scale_max` and `top` mean what they mean to that metric, or nothing."""
    if metric == "nps":
        return nps(histogram, min_n=min_n, confidence=confidence)
    if metric == "ces":
        return ces(histogram, scale_max=scale_max or CES_MAX, min_n=min_n, confidence=confidence)
    if metric == "csat":
        scale_max, top = scale_max or CSAT_MAX, top or CSAT_TOP
    else:
        scale_max, top = scale_max or CES_MAX, top or CES_TOP
    return _top_boxes(metric, histogram, scale_max, top, min_n, confidence)


def nps(histogram: Histogram, *, min_n: int = MIN_N, confidence: float = CONFIDENCE) -> Score:
    """Net promoter score 100·(P − D)/n with its adjusted Wald interval (Rocks 2016).

    Raises ValueError for a count below zero.
    """
    n = _answers(histogram, *NPS_SCALE)
    if n == 0:
        return _none("nps", histogram, NPS_SCALE)
    promoters, detractors = histogram.promoters, histogram.detractors
    low, high = nps_interval(promoters, detractors, n, confidence)
    points = 100 * (promoters - detractors) / n
    return Score("nps", points, 100 * low, 100 * high, n, _state(n, min_n), histogram, NPS_SCALE)


def csat(
    histogram: Histogram,
    *,
    scale_max: int = CSAT_MAX,
    top: int = CSAT_TOP,
    min_n: int = MIN_N,
    confidence: float = CONFIDENCE,
) -> Score:
    """Customer satisfaction: the share of the `top` boxes of a scale 1…`scale_max`, in points, Wilson interval.

    Raises ValueError for an answer outside the scale, a count below zero, or boxes that do not fit.
    """
    return _top_boxes("csat", histogram, scale_max, top, min_n, confidence)


def ces(
    histogram: Histogram,
    *,
    scale_max: int = CES_MAX,
    min_n: int = MIN_N,
    confidence: float = CONFIDENCE,
) -> Score:
    """Customer effort: the mean on a scale 1…`scale_max` (more is easier), Student's interval.

    Raises ValueError for an answer outside the scale or a count below zero.
    """
    scale = _scale(scale_max)
    n = _answers(histogram, *scale)
    mean = histogram.mean
    if mean is None:
        return _none("ces", histogram, scale)
    low, high = mean_interval(mean, histogram.variance, n, *scale, confidence)
    return Score("ces", mean, low, high, n, _state(n, min_n), histogram, scale)


def ces_share(
    histogram: Histogram,
    *,
    scale_max: int = CES_MAX,
    top: int = CES_TOP,
    min_n: int = MIN_N,
    confidence: float = CONFIDENCE,
) -> Score:
    """Customer effort as the share who found it easy (5 or more of 7), in points; otherwise as `csat`."""
    return _top_boxes("ces_share", histogram, scale_max, top, min_n, confidence)


def change(current: Score, previous: Score, *, confidence: float = CONFIDENCE) -> Change:
    """What became of `previous`: delta, p-value, and a direction if it is significant.

    NPS: z-test of the adjusted scores with their variances (Rocks 2016). Shares: z-test of the
    adjusted shares of Agresti and Caffo (2000). Means: Welch's t-test. The adjusted difference is
    tested, not the shown one: that gave an arrow to up to 12 % of unchanged scores at n = 10, not 5 %.
    Scores of different scales or boxes are not compared: all is None.
    Raises ValueError for two different metrics.
    """
    if current.metric != previous.metric:
        raise ValueError(f"{current.metric} cannot be compared with {previous.metric}")
    comparable = (current.scale, current.counted_from) == (previous.scale, previous.counted_from)
    if not comparable or current.score is None or previous.score is None:
        return Change()
    delta = current.score - previous.score
    if "too_few" in (current.state, previous.state) or min(current.n, previous.n) < 2:
        return Change(delta)
    statistic, p_value = _comparison(current, previous)
    # The adjustment may turn a tiny difference round; an arrow must agree with the numbers beside it.
    significant = p_value < 1 - confidence and statistic * delta > 0
    return Change(delta, p_value, significant, _direction(delta) if significant else "none")


def _comparison(current: Score, previous: Score) -> Comparison:
    if current.metric == "ces":
        return compare_means(_mean_estimate(current), current.n, _mean_estimate(previous), previous.n)
    return compare(_adjusted(current), _adjusted(previous))


def _adjusted(score: Score) -> Estimate:
    histogram, n = score.histogram, score.n
    if score.counted_from is None:
        return adjusted_nps(histogram.promoters, histogram.detractors, n)
    return adjusted_share(histogram.count(score.counted_from, score.scale[1]), n)


def _mean_estimate(score: Score) -> Estimate:
    mean, variance = score.histogram.mean, score.histogram.variance
    return Estimate(mean or 0.0, (variance or 0.0) / score.n)


def _top_boxes(metric: Metric, histogram: Histogram, scale_max: int, top: int, min_n: int, confidence: float) -> Score:
    scale = _scale(scale_max)
    if not 1 <= top < scale_max:
        raise ValueError(f"{top} top boxes do not fit a scale of {scale_max}")
    counted_from = scale_max - top + 1
    n = _answers(histogram, *scale)
    if n == 0:
        return _none(metric, histogram, scale, counted_from)
    counted = histogram.count(counted_from, scale_max)
    low, high = _points(wilson_interval(counted, n, confidence))
    state = _state(n, min_n)
    return Score(metric, 100 * counted / n, low, high, n, state, histogram, scale, counted_from)


def _none(metric: Metric, histogram: Histogram, scale: tuple[int, int], counted_from: int | None = None) -> Score:
    return Score(metric, None, None, None, 0, "none", histogram, scale, counted_from)


def _points(share: Interval) -> Interval:
    return Interval(100 * share.low, 100 * share.high)


def _state(n: int, min_n: int) -> State:
    return "ok" if n >= min_n else "too_few"


def _direction(delta: float) -> Direction:
    return "up" if math.copysign(1, delta) > 0 else "down"


def _scale(scale_max: int) -> tuple[int, int]:
    if not 2 <= scale_max <= NPS_SCALE[1]:
        raise ValueError(f"a scale ends between 2 and 10, not at {scale_max}")
    return 1, scale_max


def _answers(histogram: Histogram, first: int, last: int) -> int:
    """The number of answers, after making sure that they can be scored on `first`…`last`."""
    if min(histogram.counts) < 0:
        raise ValueError(f"counts below zero cannot be scored: {histogram.counts}")
    n = histogram.n
    if histogram.count(first, last) != n:
        raise ValueError(f"answers outside {first}…{last} cannot be scored: {histogram.counts}")
    return n
