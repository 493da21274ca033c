import math
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from survey_service.nps.intervals import (
    Estimate,
    adjusted_nps,
    adjusted_share,
    compare,
    compare_means,
    mean_interval,
    normal_p,
    nps_interval,
    student_p,
    t_value,
    wilson_interval,
    z_value,
)


@st.composite
def trinomials(draw: st.DrawFn, least: int = 1) -> tuple[int, int, int]:
    """Promoters, detractors, n."""
    counts = draw(st.tuples(*[st.integers(0, 10_000)] * 3).filter(lambda c: sum(c) >= least))
    return counts[0], counts[1], sum(counts)


@st.composite
def binomials(draw: st.DrawFn) -> tuple[int, int]:
    """Successes, n."""
    n = draw(st.integers(1, 100_000))
    return draw(st.integers(0, n)), n


def test_nps_interval_by_hand() -> None:
    # 57 promoters and 23 detractors of 97: P' = 57.75/100, D' = 23.75/100, P' − D' = 0.34,
    # variance (0.815 − 0.1156)/100 = 0.006994.
    low, high = nps_interval(57, 23, 97)
    assert low == pytest.approx(0.34 - 1.9599639845 * 0.006994**0.5, abs=1e-10)
    assert high == pytest.approx(0.34 + 1.9599639845 * 0.006994**0.5, abs=1e-10)


def test_nps_interval_is_clamped() -> None:
    assert nps_interval(10, 0, 10).high == 1
    assert nps_interval(0, 10, 10).low == -1


def test_nps_interval_of_one_promoter_misses_the_score_as_documented() -> None:
    assert nps_interval(1, 0, 1).high == pytest.approx(0.985, abs=5e-4)


@given(trinomials(least=2))
def test_nps_interval_contains_the_score_and_stays_in_bounds(counts: tuple[int, int, int]) -> None:
    promoters, detractors, n = counts
    low, high = nps_interval(promoters, detractors, n)
    assert -1 <= low <= (promoters - detractors) / n <= high <= 1
    assert low < high


@given(trinomials())
def test_nps_interval_is_mirrored_when_promoters_and_detractors_swap(counts: tuple[int, int, int]) -> None:
    promoters, detractors, n = counts
    low, high = nps_interval(promoters, detractors, n)
    assert nps_interval(detractors, promoters, n) == pytest.approx((-high, -low), abs=1e-12)


@given(trinomials(), st.integers(2, 50))
def test_nps_variance_falls_with_more_of_the_same(counts: tuple[int, int, int], factor: int) -> None:
    more = adjusted_nps(*(factor * count for count in counts))
    assert more.variance < adjusted_nps(*counts).variance


def _coverage(n: int, promoting: float, detracting: float) -> float:
    """The exact probability that the interval of n answers contains the true score."""
    truth, passive = promoting - detracting, 1 - promoting - detracting
    covered = 0.0
    for promoters in range(n + 1):
        for detractors in range(n + 1 - promoters):
            low, high = nps_interval(promoters, detractors, n)
            if low <= truth <= high:
                counts = [promoters, detractors, n - promoters - detractors]
                covered += float(stats.multinomial.pmf(counts, n, [promoting, detracting, passive]))
    return covered


@pytest.mark.parametrize(("promoting", "detracting"), [(0.5, 0.2), (0.2, 0.6), (0.7, 0.1), (1 / 3, 1 / 3)])
def test_nps_interval_covers_the_truth_about_95_times_in_100(promoting: float, detracting: float) -> None:
    assert 0.93 <= _coverage(20, promoting, detracting) <= 0.98


@given(binomials(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_that_of_scipy(counts: tuple[int, int], confidence: float) -> None:
    successes, n = counts
    reference = stats.binomtest(successes, n).proportion_ci(confidence, method="wilson")
    expected = (reference.low, reference.high)
    assert wilson_interval(successes, n, confidence) == pytest.approx(expected, abs=1e-12)


@given(binomials())
def test_wilson_contains_the_share_and_mirrors(counts: tuple[int, int]) -> None:
    successes, n = counts
    low, high = wilson_interval(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    assert wilson_interval(n - successes, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(binomials(), st.integers(2, 50))
def test_wilson_narrows_with_more_of_the_same(counts: tuple[int, int], factor: int) -> None:
    low, high = wilson_interval(*counts)
    low_more, high_more = wilson_interval(*(factor * count for count in counts))
    assert high_more - low_more < high - low


def test_wilson_touches_the_ends_exactly() -> None:
    for n in range(1, 200):
        assert wilson_interval(0, n).low == 0
        assert wilson_interval(n, n).high == 1


@pytest.mark.parametrize("counts", [(0, 0, 0), (-1, 0, 5), (0, -1, 5), (3, 3, 5)])
def test_impossible_counts_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="not parts of"):
        nps_interval(*counts)


@pytest.mark.parametrize("counts", [(0, 0), (-1, 5), (6, 5)])
def test_impossible_shares_are_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not parts of"):
        wilson_interval(*counts)
    with pytest.raises(ValueError, match="not parts of"):
        adjusted_share(*counts)


@pytest.mark.parametrize("confidence", [0, 1, -0.1, 95, math.nan])
def test_impossible_confidence_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        z_value(confidence)
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_value(9, confidence)


@given(st.lists(st.integers(1, 7), min_size=2, max_size=80).filter(lambda s: len(set(s)) > 1))
def test_mean_interval_is_that_of_scipy(scores: list[int]) -> None:
    mean, variance = float(np.mean(scores)), float(np.var(scores, ddof=1))
    reference = stats.t.interval(0.95, len(scores) - 1, loc=mean, scale=stats.sem(scores))
    expected = (max(1.0, reference[0]), min(7.0, reference[1]))
    assert mean_interval(mean, variance, len(scores), 1, 7) == pytest.approx(expected, rel=1e-9)


def test_mean_of_a_single_answer_may_be_anywhere_on_the_scale() -> None:
    assert mean_interval(6.0, None, 1, 1, 7) == (1, 7)


@pytest.mark.parametrize("df", [1, 1.3, 2, 3, 4.7, 9, 30, 99.5, 199.9, 200, 200.1, 1000, 1e5, 1e7])
def test_student_agrees_with_scipy(df: float) -> None:
    for t in np.logspace(-9, 3, 400):
        reference = 2 * float(stats.t.sf(t, df))
        if reference > 1e-30:
            assert student_p(float(t), df) == pytest.approx(reference, rel=1e-8, abs=0)
            assert student_p(-float(t), df) == student_p(float(t), df)
    for confidence in (0.01, 0.5, 0.8, 0.9, 0.95, 0.99, 0.9999):
        assert t_value(df, confidence) == pytest.approx(float(stats.t.ppf(0.5 + confidence / 2, df)), rel=1e-9)


@given(st.floats(1e-6, 1e6))
def test_student_with_one_degree_of_freedom_is_cauchy(t: float) -> None:
    assert student_p(t, 1) == pytest.approx(2 / math.pi * math.atan2(1, t), rel=1e-12)


@given(st.floats(1, 1e8), st.floats(0.01, 0.999))
def test_t_value_inverts_student_p_and_exceeds_the_normal(df: float, confidence: float) -> None:
    t = t_value(df, confidence)
    assert student_p(t, df) == pytest.approx(1 - confidence, rel=1e-10)
    assert t >= z_value(confidence)


def test_student_at_its_ends() -> None:
    assert student_p(0, 5) == 1
    assert student_p(1e-200, 5) == 1
    assert student_p(math.inf, 5) == 0
    assert student_p(1e200, 5) == 0
    with pytest.raises(ValueError, match="must be positive"):
        student_p(1, 0)


@given(st.floats(-30, 30))
def test_normal_p_is_that_of_scipy(z: float) -> None:
    assert normal_p(z) == pytest.approx(2 * float(stats.norm.sf(abs(z))), rel=1e-11, abs=0)


def test_z_value() -> None:
    assert z_value() == pytest.approx(1.9599639845400545, rel=1e-14)
    assert z_value(0.99) == pytest.approx(2.5758293035489004, rel=1e-14)


def test_comparison_of_two_scores_by_hand() -> None:
    # 0.60 ± 0.03 and 0.52 ± 0.04: the difference is 0.08, its error 0.05, z = 1.6.
    z, p_value = compare(Estimate(0.60, 0.0009), Estimate(0.52, 0.0016))
    assert z == pytest.approx(1.6)
    assert p_value == pytest.approx(0.1095986, abs=1e-7)


@given(trinomials(), trinomials())
def test_comparing_the_other_way_round_turns_the_sign(
    first: tuple[int, int, int], second: tuple[int, int, int]
) -> None:
    forth = compare(adjusted_nps(*first), adjusted_nps(*second))
    back = compare(adjusted_nps(*second), adjusted_nps(*first))
    assert (forth.statistic, forth.p_value) == (-back.statistic, back.p_value)
    assert 0 <= forth.p_value <= 1


scores_of_seven = st.lists(st.integers(1, 7), min_size=2, max_size=50)


@given(scores_of_seven, scores_of_seven)
def test_means_are_compared_as_scipy_does(first: list[int], second: list[int]) -> None:
    assume(len(set(first)) > 1 and len(set(second)) > 1)
    reference = stats.ttest_ind(first, second, equal_var=False)
    estimates = [Estimate(float(np.mean(s)), float(np.var(s, ddof=1)) / len(s)) for s in (first, second)]
    t, p_value = compare_means(estimates[0], len(first), estimates[1], len(second))
    assert t == pytest.approx(float(reference.statistic), rel=1e-9, abs=1e-12)
    assert p_value == pytest.approx(float(reference.pvalue), rel=1e-6)


def test_a_mean_without_spread_is_compared_like_a_fixed_number() -> None:
    scores = [3, 4, 4, 5, 6, 7, 7]
    reference = stats.ttest_1samp(scores, 4)
    varying = Estimate(float(np.mean(scores)), float(np.var(scores, ddof=1)) / len(scores))
    expected = (float(reference.statistic), float(reference.pvalue))
    assert compare_means(varying, len(scores), Estimate(4, 0), 12) == pytest.approx(expected, rel=1e-9)


def test_means_without_any_spread() -> None:
    assert compare_means(Estimate(5, 0), 12, Estimate(5, 0), 12) == (0, 1)
    assert compare_means(Estimate(5, 0), 12, Estimate(6, 0), 12) == (-math.inf, 0)


@pytest.mark.parametrize(("n", "share"), list(product([10, 30], [0.3, 0.5, 0.8])))
def test_adjusted_shares_rarely_call_equal_shares_different(n: int, share: float) -> None:
    weights = stats.binom.pmf(range(n + 1), n, share)
    false_alarms = sum(
        float(weights[a] * weights[b])
        for a, b in product(range(n + 1), repeat=2)
        if compare(adjusted_share(a, n), adjusted_share(b, n)).p_value < 0.05
    )
    assert 0.005 < false_alarms < 0.055
