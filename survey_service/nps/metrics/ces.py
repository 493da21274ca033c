"""Ease, asked as customer effort: the mean. Pure."""

from survey_service.core.i18n.staff import N_
from survey_service.nps.histogram import Histogram
from survey_service.nps.intervals import CONFIDENCE, Comparison, Estimate, compare_means, mean_interval
from survey_service.nps.metrics.base import Metric, Words
from survey_service.nps.scores import MIN_N, Score, answers_on, no_score, scale_to, state_of

CES_MAX = 7


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
    scale = scale_to(scale_max)
    n = answers_on(histogram, *scale)
    mean = histogram.mean
    if mean is None:
        return no_score("ces", histogram, scale)
    low, high = mean_interval(mean, histogram.variance, n, *scale, confidence)
    return Score("ces", mean, low, high, n, state_of(n, min_n), histogram, scale)


def _score(histogram: Histogram, *, scale_max: int | None, top: int | None, min_n: int, confidence: float) -> Score:
    return ces(histogram, scale_max=scale_max or CES_MAX, min_n=min_n, confidence=confidence)


def _compare(current: Score, previous: Score) -> Comparison:
    """Welch's t-test."""
    return compare_means(_estimate(current), current.n, _estimate(previous), previous.n)


def _estimate(score: Score) -> Estimate:
    mean, variance = score.histogram.mean, score.histogram.variance
    return Estimate(mean or 0.0, (variance or 0.0) / score.n)


CES = Metric(
    name="ces",
    asked="ces",
    score=_score,
    compare=_compare,
    bounds=None,
    unit="mean",
    digits=1,
    words=Words(
        name=N_("Ease (CES)"),
        subject=N_("Ease"),
        inside=N_("ease"),
        stands=N_("ease %(score)s %(best)s"),
        method=N_("Ease (CES): mean of the answers about ease, the highest number is the best; interval: Student’s t."),
        best=N_("very easy"),
    ),
)
