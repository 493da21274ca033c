"""Figures as words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core.i18n import staff
from survey_service.dashboard import words
from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics.ces import ces
from survey_service.nps.metrics.csat import csat
from survey_service.nps.metrics.nps import nps
from survey_service.nps.scores import Change


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (38.4, 0, "38"),
        (38.5, 0, "39"),
        (-8.5, 0, "−9"),
        (-0.4, 0, "0"),
        (5.65, 1, "5.7"),
        (1204.0, 0, "1,204"),
        (-0.04, 1, "0.0"),
    ],
)
def test_rounding_is_half_away_from_zero_with_a_true_minus(value: float, digits: int, said: str) -> None:
    assert words.rounded(value, digits) == said


def test_each_metric_has_its_unit() -> None:
    scores = Histogram.from_scores([5] * 8 + [1] * 2)
    assert words.with_unit(nps(Histogram.from_scores([10] * 7 + [0] * 3))) == "40"
    assert words.with_unit(csat(scores)) == "80 %"
    assert words.with_unit(ces(scores)) == "4.2 of 7"


def test_no_answers_are_a_dash_and_have_no_range() -> None:
    nothing = nps(Histogram())
    assert (words.value(nothing), words.interval(nothing), words.shares([0, 0])) == ("–", "", ["–", "–"])


def test_a_share_of_too_few_answers_is_told_as_their_number() -> None:
    few = csat(Histogram.from_scores([5, 1, 2]))
    assert (words.value(few), words.with_unit(few), words.in_table(few)) == ("1", "1 of 3", "1 of 3")
    enough = csat(Histogram.from_scores([5] * 12))
    assert (words.with_unit(enough), words.in_table(enough)) == ("100 %", "100")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((237, 80, 18), [71, 24, 5]),  # 70.7, 23.9, 5.4
        ((705, 245, 50), [71, 24, 5]),  # rounded one by one, 71, 25 and 5 are 101
        ((1, 1, 1), [34, 33, 33]),
        ((0, 0, 7), [0, 0, 100]),
        ((0, 0), [0, 0]),
    ],
)
def test_shares_of_a_whole_add_up(parts: tuple[int, ...], said: list[int]) -> None:
    assert words.percents(parts) == said


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=12))
def test_no_share_is_a_whole_percent_off(parts: list[int]) -> None:
    found, whole = words.percents(parts), sum(parts)
    assert sum(found) == (100 if whole else 0)
    assert all(
        abs(percent * whole - 100 * part) < whole or not whole for percent, part in zip(found, parts, strict=True)
    )


def test_a_part_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        words.percents([3, -1])


def test_ranges_are_to_in_text_and_a_dash_in_charts_unless_negative() -> None:
    good = nps(Histogram.from_scores([10] * 80 + [0] * 20))
    poor = nps(Histogram.from_scores([10] * 20 + [0] * 30))
    assert words.interval(good) == words.chart_interval(good).replace("–", " to ")
    assert words.chart_interval(poor) == words.interval(poor)
    assert words.interval(poor).startswith("−")


def test_small_changes_are_spelt() -> None:
    assert words.points(Change(8.2, 0.01, True, "up"), "nps") == "eight points"
    assert words.points(Change(-1.1, 0.01, True, "down"), "nps") == "one point"
    assert words.points(Change(20.0, 0.01, True, "up"), "nps") == "20 points"
    assert words.points(Change(0.42, 0.01, True, "up"), "ces") == "0.4"


@pytest.mark.parametrize(("p", "said"), [(0.02, "2 of 100"), (0.004, "fewer than 1 of 100"), (0.045, "5 of 100")])
def test_chance_is_a_frequency(p: float, said: str) -> None:
    assert words.chance(p) == said


def test_moments_are_told_in_the_workspace_s_zone() -> None:
    now = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
    assert words.clock(now, "Asia/Colombo") == "2 November 2026, 05:00"
    assert words.when(datetime(2026, 11, 1, 22, 0, tzinfo=UTC), now, "Asia/Colombo") == "today, 03:30"
    assert words.when(datetime(2026, 11, 1, 8, 5, tzinfo=UTC), now, "Asia/Colombo") == "yesterday, 13:35"
    assert words.when(datetime(2025, 10, 5, 9, 0, tzinfo=UTC), now, "UTC") == "5 October 2025, 09:00"


def test_plurals() -> None:
    assert (words.answers(1), words.answers(1204)) == ("1 answer", "1,204 answers")


def test_signs_stay_at_their_numbers_from_right_to_left() -> None:
    """Without a mark the minus of `−6` stands after its number, and `74 %` turns inside a sentence."""
    with staff.spoken("ar"):
        assert words.rounded(-6.2) == "\u200e−6"
        assert words.rounded(6.2) == "6"
        assert words.shares([3, 1]) == ["\u200f75 %", "\u200f25 %"]
    assert (words.rounded(-6.2), words.shares([3, 1])) == ("−6", ["75 %", "25 %"])
