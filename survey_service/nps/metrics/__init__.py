"""Metrics: one file a metric, and here the one table of them. Pure.

What all say of themselves is `base.Metric`: how a score is made of a histogram, how two are compared, in which unit and
words it is told. A new one is its file and its place in the table; the kind of question that asks for it names it.
"""

import math
from collections.abc import Mapping

from survey_service.nps.histogram import Histogram
from survey_service.nps.intervals import CONFIDENCE
from survey_service.nps.metrics.base import Metric
from survey_service.nps.metrics.ces import CES
from survey_service.nps.metrics.ces_share import CES_SHARE
from survey_service.nps.metrics.csat import CSAT
from survey_service.nps.metrics.nps import NPS
from survey_service.nps.scores import MIN_N, Change, Direction, Score

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in (NPS, CSAT, CES, CES_SHARE)}
"""Every metric by its name, in the order in which a form's scores are shown."""


def score(
    metric: str,
    histogram: Histogram,
    *,
    scale_max: int | None = None,
    top: int | None = None,
    min_n: int = MIN_N,
    confidence: float = CONFIDENCE,
) -> Score:
    """The score of any metric, with its usual scale and boxes unless told; NPS has no others.

    Raises KeyError for no metric, ValueError as its own function does.
    """
    return METRICS[metric].score(histogram, scale_max=scale_max, top=top, min_n=min_n, confidence=confidence)


def change(current: Score, previous: Score, *, confidence: float = CONFIDENCE) -> Change:
    """What became of `previous`: delta, p-value, and a direction if it is significant.

    Each metric has its test. The adjusted difference is tested, not the shown one: that gave an arrow to up to 12 %
    of unchanged scores at n = 10, not 5 %.
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
    statistic, p_value = METRICS[current.metric].compare(current, previous)
    # The adjustment may turn a tiny difference round; an arrow must agree with the numbers beside it.
    significant = p_value < 1 - confidence and statistic * delta > 0
    return Change(delta, p_value, significant, _direction(delta) if significant else "none")


def _direction(delta: float) -> Direction:
    return "up" if math.copysign(1, delta) > 0 else "down"
