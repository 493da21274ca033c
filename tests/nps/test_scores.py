from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics import METRICS, change, score
from survey_service.nps.metrics.ces import ces
from survey_service.nps.metrics.ces_share import ces_share
from survey_service.nps.metrics.csat import csat
from survey_service.nps.metrics.nps import nps
from survey_service.nps.scores import Score

LAST = {"nps": 10, "csat": 5, "ces": 7, "ces_share": 7}


def answers(metric: str, largest: int = 300, smallest: int = 0) -> st.SearchStrategy[Histogram]:
    first = 0 if metric == "nps" else 1
    counts = st.lists(st.integers(0, largest), min_size=11, max_size=11)
    return counts.map(
        lambda c: Histogram(tuple(x if first <= i <= LAST[metric] else 0 for i, x in enumerate(c)))
    ).filter(lambda histogram: histogram.n >= smallest)


def scored(metric: str, histogram: Histogram) -> tuple[float, float, float]:
    """Low, score, high of a histogram with answers."""
    found = score(metric, histogram)
    assert found.low is not None
    assert found.score is not None
    assert found.high is not None
    return found.low, found.score, found.high


def test_nps_by_hand() -> None:
    histogram = Histogram((5, 0, 3, 0, 2, 5, 8, 7, 10, 20, 37))
    found = nps(histogram)
    assert (found.n, found.state, found.score) == (97, "ok", 100 * (57 - 23) / 97)
    # Adjusted: 0.34 ± 1.959964 · √0.006994 (see the intervals' tests).
    assert found.low == pytest.approx(17.608803, abs=1e-5)
    assert found.high == pytest.approx(50.391197, abs=1e-5)
    assert found.histogram is histogram
    assert (found.scale, found.counted_from) == ((0, 10), None)


def test_csat_by_hand() -> None:
    found = csat(Histogram.from_scores([1, 2, 3, 3, 4, 4, 4, 5, 5, 5]))
    assert (found.score, found.n, found.state, found.counted_from) == (60.0, 10, "ok", 4)
    reference = stats.binomtest(6, 10).proportion_ci(method="wilson")
    assert found.low == pytest.approx(100 * reference.low, rel=1e-12)
    assert found.high == pytest.approx(100 * reference.high, rel=1e-12)


def test_csat_as_the_author_sets_it() -> None:
    histogram = Histogram.from_scores([1, 2, 3, 4, 5, 6, 7, 7, 7, 7])
    assert csat(histogram, scale_max=7, top=1).score == 40.0
    assert csat(histogram, scale_max=7, top=3).score == 60.0
    assert score("csat", histogram, scale_max=7, top=3) == csat(histogram, scale_max=7, top=3)


def test_ces_by_hand() -> None:
    scores = [2, 3, 4, 4, 5, 5, 6, 6, 7, 7]
    found = ces(Histogram.from_scores(scores))
    assert found.score == 4.9
    reference = stats.t.interval(0.95, 9, loc=4.9, scale=stats.sem(scores))
    assert (found.low, found.high) == pytest.approx(reference, rel=1e-9)
    easy = ces_share(Histogram.from_scores(scores))
    assert (easy.metric, easy.score, easy.counted_from) == ("ces_share", 60.0, 5)


@pytest.mark.parametrize("metric", METRICS)
def test_without_answers_there_is_no_score(metric: str) -> None:
    found = score(metric, Histogram())
    assert (found.score, found.low, found.high, found.n, found.state) == (None, None, None, 0, "none")


@pytest.mark.parametrize("metric", METRICS)
def test_too_few_keeps_its_numbers(metric: str) -> None:
    nine, ten = Histogram.from_scores([5] * 9), Histogram.from_scores([5] * 10)
    assert score(metric, nine).state == "too_few"
    assert None not in scored(metric, nine)
    assert score(metric, ten).state == "ok"
    assert score(metric, ten, min_n=30).state == "too_few"
    assert score(metric, nine, min_n=9).state == "ok"


@pytest.mark.parametrize("metric", METRICS)
@given(st.data())
def test_the_score_lies_in_its_interval_and_that_in_bounds(metric: str, data: st.DataObject) -> None:
    low, value, high = scored(metric, data.draw(answers(metric, smallest=2)))
    bottom, top = METRICS[metric].bounds or (1, LAST[metric])
    assert bottom <= low <= value <= high <= top


@given(answers("nps", smallest=1))
def test_nps_does_not_depend_on_scores_within_a_group(histogram: Histogram) -> None:
    d, p, m = histogram.detractors, histogram.passives, histogram.promoters
    regrouped = Histogram((0, d, 0, 0, 0, 0, 0, 0, p, m, 0))
    assert scored("nps", regrouped) == scored("nps", histogram)


@pytest.mark.parametrize("metric", METRICS)
@given(st.data())
def test_more_confidence_is_wider(metric: str, data: st.DataObject) -> None:
    histogram = data.draw(answers(metric, smallest=1))
    wide, narrow = score(metric, histogram, confidence=0.99), score(metric, histogram, confidence=0.8)
    assert wide.low is not None
    assert narrow.low is not None
    assert wide.high is not None
    assert narrow.high is not None
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


@pytest.mark.parametrize("metric", METRICS)
def test_counts_below_zero_are_refused(metric: str) -> None:
    with pytest.raises(ValueError, match="below zero"):
        score(metric, Histogram.from_scores([5, 5]) - Histogram.from_scores([4]))


@pytest.mark.parametrize(("metric", "outside"), [("csat", 0), ("csat", 6), ("ces", 0), ("ces", 8), ("ces_share", 8)])
def test_answers_outside_the_scale_are_refused(metric: str, outside: int) -> None:
    with pytest.raises(ValueError, match="outside 1"):
        score(metric, Histogram.from_scores([3, outside]))


@pytest.mark.parametrize(("scale_max", "top"), [(5, 5), (5, -1), (11, 2), (1, 1)])
def test_boxes_that_do_not_fit_are_refused(scale_max: int, top: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        csat(Histogram(), scale_max=scale_max, top=top)


def test_a_score_survives_json() -> None:
    found = nps(Histogram.from_scores([0, 9, 10]))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Score) == found


def test_change_of_nps_by_hand() -> None:
    # Now 60 promoters, 20 detractors of 97; before 45 and 32: adjusted 0.40 and 0.13, variances
    # (0.815 − 0.16)/100 and (0.785 − 0.0169)/100, so z = 0.27/√0.014231 = 2.26332, p = 0.02362.
    now = nps(Histogram((20, 0, 0, 0, 0, 0, 0, 17, 0, 60, 0)))
    before = nps(Histogram((32, 0, 0, 0, 0, 0, 0, 20, 0, 45, 0)))
    found = change(now, before)
    assert found.delta == pytest.approx(100 * (40 - 13) / 97)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(0.27 / 0.014231**0.5), rel=1e-9)
    assert (found.significant, found.direction) == (True, "up")
    assert change(before, now).direction == "down"
    strict = change(now, before, confidence=0.99)
    assert (strict.significant, strict.direction, strict.p_value) == (False, "none", found.p_value)


def test_change_of_csat_by_hand() -> None:
    # 70 and 50 of 98 satisfied, one more of each kind: 71/100 and 51/100.
    now = csat(Histogram((0, 28, 0, 0, 70, 0, *[0] * 5)))
    before = csat(Histogram((0, 48, 0, 0, 50, 0, *[0] * 5)))
    z = 0.2 / ((0.71 * 0.29 + 0.51 * 0.49) / 100) ** 0.5
    found = change(now, before)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(z), rel=1e-9)
    assert found.direction == "up"


def test_change_of_ces_is_welch() -> None:
    now, before = [3, 4, 5, 5, 6, 6, 6, 7, 7, 7], [1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6]
    found = change(ces(Histogram.from_scores(now)), ces(Histogram.from_scores(before)))
    assert found.p_value == pytest.approx(stats.ttest_ind(now, before, equal_var=False).pvalue, rel=1e-9)
    assert found.direction == "up"


@pytest.mark.parametrize("metric", METRICS)
def test_too_few_or_none_gives_no_arrow(metric: str) -> None:
    many, few = Histogram.from_scores([LAST[metric]] * 500), Histogram.from_scores([1] * 9)
    for pair in ((many, few), (few, many)):
        found = change(*(score(metric, histogram) for histogram in pair))
        assert found.delta
        assert (found.p_value, found.significant, found.direction) == (None, False, "none")
    nothing = change(score(metric, many), score(metric, Histogram()))
    assert (nothing.delta, nothing.p_value, nothing.direction) == (None, None, "none")


@pytest.mark.parametrize("metric", METRICS)
def test_single_answers_are_never_compared(metric: str) -> None:
    one, other = (score(metric, Histogram.from_scores([value]), min_n=1) for value in (1, 5))
    assert change(one, other).p_value is None


@pytest.mark.parametrize("metric", METRICS)
@given(st.data())
def test_an_arrow_points_the_way_of_the_numbers(metric: str, data: st.DataObject) -> None:
    now, before = (score(metric, data.draw(answers(metric, largest=20))) for _ in "ab")
    found, back = change(now, before, confidence=0.6), change(before, now, confidence=0.6)
    assert (found.direction == "none") == (not found.significant)
    if found.significant:
        assert found.delta is not None
        assert found.p_value is not None
        assert found.p_value < 0.4
        assert found.direction == ("up" if found.delta > 0 else "down")
        assert back.direction == ("down" if found.delta > 0 else "up")


def test_an_adjusted_difference_against_the_shown_one_gives_no_arrow() -> None:
    ten, thousand = nps(Histogram((0,) * 9 + (0, 10))), nps(Histogram((0,) * 8 + (30, 0, 970)))
    found = change(ten, thousand, confidence=0.6)
    assert found.delta == pytest.approx(3)
    assert found.p_value is not None
    assert found.p_value < 0.4
    assert found.direction == "none"


@pytest.mark.parametrize("metric", METRICS)
@given(st.data())
def test_no_change_is_no_arrow(metric: str, data: st.DataObject) -> None:
    same = score(metric, data.draw(answers(metric)))
    assert change(same, same).direction == "none"


def test_what_cannot_be_compared() -> None:
    histogram = Histogram.from_scores([1, 3, 5] * 10)
    assert change(csat(histogram), csat(histogram, scale_max=7)).delta is None
    assert change(csat(histogram), csat(histogram, top=1)).delta is None
    with pytest.raises(ValueError, match="cannot be compared"):
        change(nps(histogram), csat(histogram))


@pytest.mark.parametrize(("promoting", "detracting"), [(0.5, 0.2), (0.8, 0.05), (0.1, 0.1), (0.3, 0.5)])
def test_unchanged_scores_rarely_get_an_arrow(promoting: float, detracting: float) -> None:
    """Exact, over all pairs of outcomes of ten answers each; plain differences would give up to 12 %."""
    shares = [promoting, detracting, 1 - promoting - detracting]
    outcomes = [(p, d, 10 - p - d) for p in range(11) for d in range(11 - p)]
    found = [nps(Histogram((d, 0, 0, 0, 0, 0, 0, s, 0, 0, p))) for p, d, s in outcomes]
    weights = [float(stats.multinomial.pmf(outcome, 10, shares)) for outcome in outcomes]
    chances = zip(product(found, repeat=2), product(weights, repeat=2), strict=True)
    arrows = sum(a * b for (now, before), (a, b) in chances if change(now, before).significant)
    assert 0.001 < arrows < 0.05
