"""A clock that was wrong for a while leaves moments behind that lie ahead: beyond their window they hold nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import windows

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY, YEAR, HOUR = timedelta(days=1), timedelta(days=365), timedelta(hours=1)


@pytest.mark.parametrize(
    ("ago", "still"),
    [(timedelta(), True), (DAY, True), (DAY + HOUR, False), (-HOUR, True), (-DAY - HOUR, False), (-YEAR, False)],
)
def test_a_window_lasts_on_both_sides_of_now_and_no_longer(ago: timedelta, still: bool) -> None:
    assert windows.lasts(NOW - ago, DAY, NOW) is still


def test_what_began_too_far_ahead_began_long_ago() -> None:
    for since in (NOW - YEAR, NOW, NOW + HOUR, NOW + DAY):
        assert windows.begun(since, DAY, NOW) == since
    assert windows.begun(NOW + YEAR, DAY, NOW) == NOW - DAY


class Rounds:
    """Looks at a clock that may be wrong, hour after hour; how far past the right moment things are thrown away."""

    def __init__(self) -> None:
        self.right, self.age = NOW, windows.trusted(NOW, None, timedelta(), DAY)

    def round(self, wrong: timedelta = timedelta(), passed: timedelta = HOUR, *, began: bool = False) -> timedelta:
        """One round after `passed`, by a process that just `began` or has been there before."""
        self.right += passed
        now = self.right + wrong
        self.age = windows.trusted(now, self.age, timedelta() if began else passed, DAY)
        return min(now, self.age.by) - self.right


@pytest.mark.parametrize("began", [False, True])
@pytest.mark.parametrize("wrong", [HOUR, DAY, 5 * DAY, YEAR])
def test_a_clock_that_is_ahead_for_a_day_costs_a_days_worth_however_often_it_is_looked_at(
    wrong: timedelta, began: bool
) -> None:
    rounds = Rounds()
    beyond = [rounds.round(wrong, timedelta(minutes=10), began=began) for _ in range(6 * 23)]
    assert timedelta() < max(beyond) <= min(wrong, DAY)
    after = [rounds.round() for _ in range(48)]
    assert max(after) == after[-1] == timedelta()


def test_two_who_look_count_the_same_hours_once() -> None:
    rounds = Rounds()
    for _ in range(23):
        first = rounds.round(YEAR)
        rounds.age = windows.trusted(rounds.right + YEAR, rounds.age, HOUR, DAY)
        assert min(rounds.right + YEAR, rounds.age.by) - rounds.right == first <= DAY


def test_a_clock_that_goes_to_and_fro_costs_no_more() -> None:
    rounds = Rounds()
    assert max(rounds.round(YEAR if n % 2 else -YEAR) for n in range(23)) <= DAY


@given(st.lists(st.sampled_from([(HOUR, False), (HOUR, True), (3 * HOUR, False)]), max_size=60))
def test_a_clock_that_stays_ahead_costs_a_day_for_each_day(steps: list[tuple[timedelta, bool]]) -> None:
    rounds = Rounds()
    for passed, began in steps:
        beyond = rounds.round(YEAR, passed, began=began)
        assert beyond <= DAY * (1 + (rounds.right - NOW) // DAY)


@pytest.mark.parametrize("rest", [DAY / 2, 7 * DAY])
def test_what_waited_while_nothing_ran_is_made_up_for(rest: timedelta) -> None:
    rounds = Rounds()
    first = rounds.round(passed=rest, began=True)
    assert first == min(DAY, rest) - rest
    week = [rounds.round() for _ in range(8 * 24)]
    assert max(week) == week[-1] == timedelta()


def test_a_clock_that_was_behind_holds_nothing_up_for_long() -> None:
    rounds = Rounds()
    assert rounds.round(-YEAR) == -YEAR
    assert rounds.round() == timedelta()
