"""Satisfaction: the share of the highest answers. Pure."""

from survey_service.core.i18n.staff import N_
from survey_service.nps.histogram import Histogram
from survey_service.nps.intervals import CONFIDENCE
from survey_service.nps.metrics.base import Metric, Words
from survey_service.nps.scores import MIN_N, Score, compare_shares, top_boxes

CSAT_MAX, CSAT_TOP = 5, 2


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
    return top_boxes("csat", histogram, scale_max, top, min_n, confidence)


def _score(histogram: Histogram, *, scale_max: int | None, top: int | None, min_n: int, confidence: float) -> Score:
    return csat(histogram, scale_max=scale_max or CSAT_MAX, top=top or CSAT_TOP, min_n=min_n, confidence=confidence)


CSAT = Metric(
    name="csat",
    asked="csat",
    score=_score,
    compare=compare_shares,
    bounds=(0, 100),
    unit="share",
    words=Words(
        name=N_("Satisfaction (CSAT)"),
        subject=N_("Satisfaction"),
        inside=N_("satisfaction"),
        stands=N_("%(share)s satisfied"),
    ),
)
