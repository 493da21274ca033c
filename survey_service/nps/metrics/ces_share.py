"""Ease as the share of those who found it easy. Pure."""

from survey_service.core.i18n.staff import N_
from survey_service.nps.histogram import Histogram
from survey_service.nps.intervals import CONFIDENCE
from survey_service.nps.metrics.base import Metric, Words
from survey_service.nps.metrics.ces import CES_MAX
from survey_service.nps.scores import MIN_N, Score, compare_shares, top_boxes

CES_TOP = 3


def ces_share(
    histogram: Histogram,
    *,
    scale_max: int = CES_MAX,
    top: int = CES_TOP,
    min_n: int = MIN_N,
    confidence: float = CONFIDENCE,
) -> Score:
    """Customer effort as the share who found it easy (5 or more of 7), in points; otherwise as `csat`."""
    return top_boxes("ces_share", histogram, scale_max, top, min_n, confidence)


def _score(histogram: Histogram, *, scale_max: int | None, top: int | None, min_n: int, confidence: float) -> Score:
    return ces_share(histogram, scale_max=scale_max or CES_MAX, top=top or CES_TOP, min_n=min_n, confidence=confidence)


CES_SHARE = Metric(
    name="ces_share",
    asked="ces",
    score=_score,
    compare=compare_shares,
    bounds=(0, 100),
    unit="share",
    words=Words(
        name=N_("Ease (CES)"),
        subject=N_("Ease"),
        inside=N_("ease"),
        stands=N_("%(share)s found it easy"),
    ),
)
