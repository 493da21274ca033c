"""Intervals and tests for scores: adjusted Wald, Wilson, Student's t. Two-sided, 95 % unless told.

Sources
  Rocks 2016, "Interval Estimation for the 'Net Promoter Score'", The American Statistician 70(4), 365–372.
  Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 209–212.
  Agresti and Caffo 2000, "Simple and Effective Confidence Intervals for Proportions and Differences of
  Proportions Result from Adding Two Successes and Two Failures", The American Statistician 54(4), 280–288.
  Student 1908, "The Probable Error of a Mean", Biometrika 6, 1–25.
  Welch 1947, "The Generalization of 'Student's' Problem…", Biometrika 34, 28–35.
  Hill 1970, "Algorithm 395: Student's t-Distribution", Communications of the ACM 13(10), 617–619.
  DLMF 8.17, "Incomplete Beta Functions", dlmf.nist.gov/8.17.
"""

import math
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95

# From here Hill's series is good to 8 digits even at p = 1e-30, at a fixed cost; the continued fraction
# would need ever more terms, and ten million answers have ten million degrees of freedom.
LARGE_DF = 200.0


class Interval(NamedTuple):
    low: float
    high: float


class Estimate(NamedTuple):
    """An estimate and its variance (the square of its standard error), in the same unit."""

    value: float
    variance: float


class Comparison(NamedTuple):
    """The statistic of a test (its sign is that of first − second) and its two-sided p-value."""

    statistic: float
    p_value: float


def nps_interval(promoters: int, detractors: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Adjusted Wald interval of the NPS on −1…1, clamped to it (Rocks 2016).

    It is centred on the adjusted score, a little nearer to zero than P − D. At 95 % it contains
    P − D from two answers on; a single answer of ±1 lies 0.015 outside.
    Raises ValueError unless n ≥ 1 and the counts fit into it.
    """
    value, variance = adjusted_nps(promoters, detractors, n)
    return _around(value, z_value(confidence) * math.sqrt(variance), -1.0, 1.0)


def wilson_interval(successes: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Score interval of a share on 0…1 (Wilson 1927). Raises ValueError unless 0 ≤ successes ≤ n, n ≥ 1."""
    _check_counts(successes, 0, n)
    z = z_value(confidence)
    share = successes / n
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    margin = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    # At the ends the bound equals the share, which rounding must not hide.
    return Interval(
        0.0 if successes == 0 else min(centre - margin, share),
        1.0 if successes == n else max(centre + margin, share),
    )


def mean_interval(
    mean: float,
    variance: float | None,
    n: int,
    low: float,
    high: float,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Student's interval of a mean, clamped to the scale `low`…`high`.

    `variance` is the sample's (divided by n − 1). A single answer has none (None): it says nothing
    about the spread, and the interval is the whole scale.
    """
    if n < 2 or variance is None:
        return Interval(low, high)
    return _around(mean, t_value(n - 1, confidence) * math.sqrt(variance / n), low, high)


def adjusted_nps(promoters: int, detractors: int, n: int) -> Estimate:
    """NPS on −1…1 with its variance after adding 3 answers, ¾ each to promoters and detractors (Rocks 2016).

    The variance is (P' + D' − (P' − D')²)/n', with shares P' and D' of n' = n + 3 answers.
    """
    _check_counts(promoters, detractors, n)
    promoting = (promoters + 0.75) / (n + 3)
    detracting = (detractors + 0.75) / (n + 3)
    value = promoting - detracting
    return Estimate(value, (promoting + detracting - value * value) / (n + 3))


def adjusted_share(successes: int, n: int) -> Estimate:
    """A share on 0…1 with its variance after adding one success and one failure (Agresti and Caffo 2000)."""
    _check_counts(successes, 0, n)
    share = (successes + 1) / (n + 2)
    return Estimate(share, share * (1 - share) / (n + 2))


def compare(first: Estimate, second: Estimate) -> Comparison:
    """z-test of the difference of two independent estimates, variances not pooled."""
    z = (first.value - second.value) / math.sqrt(first.variance + second.variance)
    return Comparison(z, normal_p(z))


def compare_means(first: Estimate, n_first: int, second: Estimate, n_second: int) -> Comparison:
    """Welch's t-test (1947); each Estimate is a mean and its variance s²/n, from n ≥ 2 answers.

    When neither sample varies at all, equal means give p = 1 and different ones p = 0.
    """
    difference = first.value - second.value
    total = first.variance + second.variance
    if total == 0:
        statistic = math.copysign(math.inf, difference) if difference else 0.0
        return Comparison(statistic, 0.0 if difference else 1.0)
    t = difference / math.sqrt(total)
    # As parts of the total, so that squares of tiny variances cannot vanish.
    parts = (first.variance / total, second.variance / total)
    df = 1 / (parts[0] ** 2 / (n_first - 1) + parts[1] ** 2 / (n_second - 1))
    return Comparison(t, student_p(t, df))


def normal_p(z: float) -> float:
    """P(|Z| ≥ |z|) for a standard normal Z."""
    return math.erfc(abs(z) / math.sqrt(2))


def student_p(t: float, df: float) -> float:
    """P(|T| ≥ |t|) for Student's T with `df` > 0 degrees of freedom, whole or not."""
    if not df > 0:
        raise ValueError(f"degrees of freedom must be positive, not {df}")
    square = t * t / df
    if square == 0 or math.isinf(square):
        return 1.0 if square == 0 else 0.0
    if df >= LARGE_DF:
        return normal_p(_normal_equivalent(square, df))
    return _beta_tail(df / 2, square)


@lru_cache(maxsize=1024)
def z_value(confidence: float = CONFIDENCE) -> float:
    """The normal z with P(|Z| ≤ z) = confidence: 1.959964 at 95 %. Raises ValueError outside 0…1."""
    _check_confidence(confidence)
    return NormalDist().inv_cdf(0.5 + confidence / 2)


@lru_cache(maxsize=1024)
def t_value(df: float, confidence: float = CONFIDENCE) -> float:
    """Student's t with P(|T| ≤ t) = confidence: 12.7062 at 95 % for one degree of freedom.

    Newton's method from the normal value. That starts left of the root of a falling convex function,
    so every step goes right and none goes past it; the first that no longer gains is rounding.
    """
    t = z_value(confidence)
    gain = t
    while gain > 1e-14 * t:
        gain = (student_p(t, df) - (1 - confidence)) / (2 * _student_density(t, df))
        t += gain
    return t


def _student_density(t: float, df: float) -> float:
    log_peak = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    return math.exp(log_peak - (df + 1) / 2 * math.log1p(t * t / df))


def _normal_equivalent(square: float, df: float) -> float:
    """The z whose normal tail is Student's, from square = t²/df: the series of Hill (1970)."""
    a = df - 0.5
    b = 48 * a * a
    y = a * math.log1p(square)
    tail = (((-0.4 * y - 3.3) * y - 24.0) * y - 85.5) / (0.8 * y * y + 100 + b)
    return ((tail + y + 3.0) / b + 1.0) * math.sqrt(y)


def _beta_tail(a: float, square: float) -> float:
    """I_x(a, ½) at x = 1/(1 + square), from whichever end its continued fraction converges fast."""
    x, rest = 1 / (1 + square), square / (1 + square)
    log_front = math.lgamma(a + 0.5) - math.lgamma(a) - math.lgamma(0.5)
    front = math.exp(log_front - a * math.log1p(square) + math.log(rest) / 2)
    if x < (a + 1) / (a + 2.5):
        return front / (a * _beta_fraction(a, 0.5, x))
    return 1 - front / (0.5 * _beta_fraction(0.5, a, rest))


def _beta_fraction(a: float, b: float, x: float) -> float:
    """1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22, by Lentz's method; x < (a + 1)/(a + b + 2)."""
    value, numerator, denominator, factor, m = 1.0, 1.0, 0.0, 0.0, 0
    while abs(factor - 1) > 1e-15:
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        factor = 1.0
        for d in (odd, even):
            denominator = 1 / (1 + d * denominator)
            numerator = 1 + d / numerator
            factor *= numerator * denominator
        value *= factor
    return value


def _around(centre: float, margin: float, low: float, high: float) -> Interval:
    return Interval(max(low, centre - margin), min(high, centre + margin))


def _check_counts(successes: int, failures: int, n: int) -> None:
    if n < 1 or successes < 0 or failures < 0 or successes + failures > n:
        raise ValueError(f"{successes} and {failures} are not parts of {n} answers")


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not at {confidence}")
