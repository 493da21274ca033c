"""A score with its interval on an axis that rows of a table share: dot and whisker, as wide as its column. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from survey_service.dashboard.axes import Axis, nice_axis, scale_axis, tick_text
from survey_service.dashboard.charts.base import Chart, Width
from survey_service.nps.metrics import METRICS
from survey_service.nps.scores import Score

INSET = 7
"""Percent of a column of ranges left free on both sides, so that the numbers above its ends are not cut."""


class Ranged(NamedTuple):
    """A score on an axis; `mean` is the score of the whole, a dashed line."""

    score: Score
    axis: Axis
    mean: float | None = None


def range_svg(ranged: Ranged, width: Width = "wide") -> str:
    """Dot and whisker on an axis, the dashed line being the whole; empty unless there are enough answers."""
    score, axis, mean = ranged
    if score.state != "ok" or score.low is None or score.high is None or score.score is None:
        return ""

    def x(point: float) -> str:
        return _along(point, axis)

    line = "" if mean is None else f'<line class="mean" x1="{x(mean)}" x2="{x(mean)}" y1="-10" y2="32"/>'
    return (
        f'<svg class="range" width="100%" height="20" aria-hidden="true">{line}'
        f'<line class="whisker" x1="{x(score.low)}" x2="{x(score.high)}" y1="10" y2="10"/>'
        f'<circle class="dot" cx="{x(score.score)}" cy="10" r="4.5"/></svg>'
    )


def axis_svg(axis: Axis) -> str:
    """The numbers above a column of ranges."""
    texts = "".join(
        f'<text x="{_along(tick, axis)}" y="13" text-anchor="middle">{tick_text(tick)}</text>' for tick in axis.ticks
    )
    return f'<svg class="range" width="100%" height="20" aria-hidden="true">{texts}</svg>'


def range_axis(scores: Iterable[Score]) -> Axis | None:
    """One axis for all rows of a split that have enough answers; None when no row has."""
    scored = [score for score in scores if score.state == "ok" and score.low is not None and score.high is not None]
    if not scored:
        return None
    metric = METRICS[scored[0].metric]
    low = min(score.low for score in scored if score.low is not None)
    high = max(score.high for score in scored if score.high is not None)
    axis = nice_axis(low, high, metric.finest)
    first, last = scored[0].scale
    return scale_axis(first, last) if metric.bounds is None and (axis.low < first or axis.high > last) else axis


def _along(point: float, axis: Axis) -> str:
    """Where a value stands in a column of ranges, in percent of its width."""
    return f"{INSET + (100 - 2 * INSET) * (point - axis.low) / (axis.high - axis.low):.2f}%"


DOT_WHISKER_CHART = Chart(svg=range_svg)
