import statistics

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.nps.histogram import Histogram

score_lists = st.lists(st.integers(0, 10), max_size=60)
histograms = st.builds(Histogram, st.tuples(*[st.integers(0, 1000)] * 11))


def test_counts_each_score() -> None:
    histogram = Histogram.from_scores([0, 6, 7, 8, 9, 10, 10])
    assert histogram.counts == (1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2)
    assert (histogram.detractors, histogram.passives, histogram.promoters) == (2, 2, 3)
    assert histogram.n == 7
    assert histogram.mean == 50 / 7
    assert histogram.share(9, 10) == 3 / 7
    assert histogram.by_score()["10"] == 2
    assert list(histogram.by_score()) == [str(score) for score in range(11)]


def test_without_answers_there_is_no_mean() -> None:
    empty = Histogram()
    assert empty.n == 0
    assert empty.mean is None
    assert empty.variance is None
    assert empty.share(9, 10) is None
    assert empty.shares() == (0.0,) * 11
    assert not empty


@pytest.mark.parametrize("score", [-1, 11, 100])
def test_refuses_what_is_not_a_score(score: int) -> None:
    with pytest.raises(ValueError, match="not a score"):
        Histogram.from_scores([5, score])


@pytest.mark.parametrize("length", [0, 10, 12])
def test_refuses_another_number_of_counts(length: int) -> None:
    with pytest.raises(ValueError, match="11 counts"):
        Histogram((1,) * length)
    with pytest.raises(msgspec.ValidationError, match="11 counts"):
        msgspec.json.decode(msgspec.json.encode({"counts": (1,) * length}), type=Histogram)


def test_is_immutable() -> None:
    with pytest.raises(AttributeError):
        Histogram().counts = (1,) * 11  # type: ignore[misc]


@given(score_lists, score_lists)
def test_adding_is_counting_together(first: list[int], second: list[int]) -> None:
    together = Histogram.from_scores(first + second)
    assert Histogram.from_scores(first) + Histogram.from_scores(second) == together


@given(st.lists(histograms, max_size=8))
def test_merge_is_the_sum_in_any_order(parts: list[Histogram]) -> None:
    merged = Histogram.merge(parts)
    assert merged == sum(parts, Histogram())
    assert merged == Histogram.merge(reversed(parts))
    assert merged.n == sum(part.n for part in parts)


@given(histograms, histograms)
def test_what_was_added_can_be_taken_away(first: Histogram, second: Histogram) -> None:
    assert first + second - second == first
    assert first + -second == first - second


def test_a_move_is_something_though_it_counts_nothing() -> None:
    move = Histogram.from_scores([9]) - Histogram.from_scores([3])
    assert move.n == 0
    assert move


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60))
def test_mean_and_variance_are_those_of_the_scores(scores: list[int]) -> None:
    histogram = Histogram.from_scores(scores)
    assert histogram.mean == pytest.approx(statistics.mean(scores), rel=1e-12)
    assert histogram.variance == pytest.approx(statistics.variance(scores), rel=1e-12)


def test_variance_does_not_cancel_at_ten_million_answers() -> None:
    histogram = Histogram((0,) * 9 + (1, 9_999_999))
    assert histogram.variance == pytest.approx(1e-7, rel=1e-12)


@given(histograms.filter(bool))
def test_shares_add_up(histogram: Histogram) -> None:
    assert sum(histogram.shares()) == pytest.approx(1)
    assert histogram.detractors + histogram.passives + histogram.promoters == histogram.n
    assert histogram.share(0, 10) == 1


@given(histograms)
def test_survives_json(histogram: Histogram) -> None:
    assert msgspec.json.decode(msgspec.json.encode(histogram), type=Histogram) == histogram
