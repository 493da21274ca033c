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
    scale_max: int | None = None,
    top: int | None = None,
    min_n: int = MIN_N,
    confidence: float = CONFIDENCE,
) -> Score:
    """Customer satisfaction: the share of the `top` boxes of a scale 1…`scale_max` (two of five, if nothing
    else is said), in points, Wilson interval.

    Raises ValueError for an answer outside the scale, a count below zero, or boxes that do not fit.
    """
    return top_boxes(
        "csat",
        histogram,
        CSAT_MAX if scale_max is None else scale_max,
        CSAT_TOP if top is None else top,
        min_n,
        confidence,
    )


CSAT = Metric(
    name="csat",
    asked="csat",
    score=csat,
    compare=compare_shares,
    bounds=(0, 100),
    unit="share",
    words=Words(
        name=N_("Satisfaction (CSAT)"),
        subject=N_("Satisfaction"),
        inside=N_("satisfaction"),
        stands=N_("%(share)s satisfied"),
        method=N_("CSAT: share of the highest answers; interval: Wilson."),
    ),
)
