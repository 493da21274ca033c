"""A clock that was wrong for a while leaves moments behind that lie ahead: beyond their window they hold nothing."""

from datetime import UTC, datetime, timedelta

import pytest

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


def test_a_clock_that_runs_ahead_ages_things_by_a_step_at_a_time() -> None:
    assert windows.trusted(NOW, None, DAY) == NOW
    assert windows.trusted(NOW, NOW - HOUR, DAY) == NOW
    assert windows.trusted(NOW + YEAR, NOW, DAY) == NOW + DAY
    assert windows.trusted(NOW, NOW + YEAR, DAY) == NOW
