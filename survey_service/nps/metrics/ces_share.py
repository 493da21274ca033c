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
    scale_max: int | None = None,
    top: int | None = None,
    min_n: int = MIN_N,
    confidence: float = CONFIDENCE,
) -> Score:
    """Customer effort as the share who found it easy (5 or more of 7), in points; otherwise as `csat`."""
    return top_boxes(
        "ces_share",
        histogram,
        CES_MAX if scale_max is None else scale_max,
        CES_TOP if top is None else top,
        min_n,
        confidence,
    )


CES_SHARE = Metric(
    name="ces_share",
    asked="ces",
    score=ces_share,
    compare=compare_shares,
    bounds=(0, 100),
    unit="share",
    words=Words(
        name=N_("Ease (CES)"),
        subject=N_("Ease"),
        inside=N_("ease"),
        stands=N_("%(share)s found it easy"),
        method=N_("Ease (CES): share of the highest answers; interval: Wilson."),
    ),
)
