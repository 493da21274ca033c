"""Recommendation: promoters less detractors. Pure."""

from survey_service.core.i18n.staff import N_
from survey_service.nps.histogram import DETRACTORS, PASSIVES, PROMOTERS, Histogram
from survey_service.nps.intervals import CONFIDENCE, Comparison, Estimate, adjusted_nps, compare, nps_interval
from survey_service.nps.metrics.base import Group, Metric, Words
from survey_service.nps.scores import HIGHEST, MIN_N, Score, answers_on, no_score, state_of

NPS_SCALE = (0, HIGHEST)
GROUPS = (
    Group(
        kind="detractor",
        ends=DETRACTORS,
        title=N_("Detractors"),
        many=N_("detractors"),
        one=N_("detractor"),
        filtered=N_("Detractors, 0–6"),
    ),
    Group(
        kind="passive",
        ends=PASSIVES,
        title=N_("Passives"),
        many=N_("passives"),
        one=N_("passive"),
        filtered=N_("Passives, 7–8"),
    ),
    Group(
        kind="promoter",
        ends=PROMOTERS,
        title=N_("Promoters"),
        many=N_("promoters"),
        one=N_("promoter"),
        filtered=N_("Promoters, 9–10"),
    ),
)


def nps(histogram: Histogram, *, min_n: int = MIN_N, confidence: float = CONFIDENCE) -> Score:
    """Net promoter score 100·(P − D)/n with its adjusted Wald interval (Rocks 2016).

    Raises ValueError for a count below zero.
    """
    n = answers_on(histogram, *NPS_SCALE)
    if n == 0:
        return no_score("nps", histogram, NPS_SCALE)
    promoters, detractors = histogram.promoters, histogram.detractors
    low, high = nps_interval(promoters, detractors, n, confidence)
    points = 100 * (promoters - detractors) / n
    return Score("nps", points, 100 * low, 100 * high, n, state_of(n, min_n), histogram, NPS_SCALE)


def _score(histogram: Histogram, *, scale_max: int | None, top: int | None, min_n: int, confidence: float) -> Score:
    return nps(histogram, min_n=min_n, confidence=confidence)


def _compare(current: Score, previous: Score) -> Comparison:
    """The z-test of the adjusted scores with their variances (Rocks 2016)."""
    return compare(_adjusted(current), _adjusted(previous))


def _adjusted(score: Score) -> Estimate:
    return adjusted_nps(score.histogram.promoters, score.histogram.detractors, score.n)


NPS = Metric(
    name="nps",
    asked="nps",
    score=_score,
    compare=_compare,
    bounds=(-100, 100),
    unit="points",
    groups=GROUPS,
    words=Words(
        name=N_("Recommendation (NPS)"),
        subject=N_("NPS"),
        inside=N_("nps"),
        stands=N_("NPS %(score)s"),
        method=N_(
            "NPS: promoters (9–10) less detractors (0–6), as shares of all answers, −100 to 100; "
            "interval: adjusted Wald."
        ),
    ),
)
