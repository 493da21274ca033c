"""Counting failed sign-ins in the database."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.accounts import throttle
from survey_service.accounts.throttle import Bound
from survey_service.core import windows
from survey_service.core.database import Database, fetch
from survey_service.core.errors import TooMany

NOON = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix socket", "unix socket"),
    ],
)
def test_networks(host: str, network: str) -> None:
    assert throttle.network_of(host) == network


def bound(subject: str, failures: int = throttle.FEW, window: timedelta = throttle.QUARTER) -> tuple[Bound]:
    return (Bound(subject, failures, window),)


def test_subjects_hold_no_address() -> None:
    subjects = [one.subject for one in throttle.of_stranger("alice@example.org", "192.0.2.7")]
    assert len(set(subjects)) == 3
    assert not any("alice" in subject or "192" in subject for subject in subjects)


async def test_ten_are_free_the_eleventh_waits_for_the_rest_of_the_window(database: Database) -> None:
    for minute in range(10):
        await throttle.count(bound("x"), NOON + timedelta(minutes=minute))
    with pytest.raises(TooMany) as refusal:
        await throttle.count(bound("x"), NOON + timedelta(minutes=10))
    assert refusal.value.retry_after == 300
    await throttle.count(bound("y"), NOON)
    await throttle.count(bound("x"), NOON + timedelta(minutes=15))


async def test_attempts_at_once_are_all_counted(database: Database) -> None:
    results = await asyncio.gather(*(throttle.count(bound("x"), NOON) for _ in range(25)), return_exceptions=True)
    assert sum(isinstance(result, TooMany) for result in results) == 15


async def test_tries_that_waited_for_each_other_are_all_counted(database: Database) -> None:
    """Each read the clock before it waited for the row, so the next in turn may be of a moment before."""
    let_in = 0
    for n in range(200):
        with contextlib.suppress(TooMany):
            await throttle.count(bound("x", window=throttle.HOUR), NOON - timedelta(milliseconds=n))
            let_in += 1
    assert let_in == throttle.FEW


async def test_a_late_sweep_leaves_what_began_after_it(database: Database) -> None:
    await throttle.count(bound("x", window=throttle.HOUR), NOON)
    await throttle.forget(NOON - timedelta(milliseconds=1))
    assert await fetch("SELECT id FROM sign_in_attempt") == [{"id": "x"}]


async def test_a_success_forgives_its_own_and_one_of_the_others(database: Database) -> None:
    bounds = (*bound("both"), *bound("network"), *bound("address"))
    for _ in range(10):
        await throttle.count(bounds, NOON)
    await throttle.forgive(bounds)
    rows = await fetch("SELECT id, failures FROM sign_in_attempt ORDER BY id")
    assert rows == [{"id": "address", "failures": 9}, {"id": "network", "failures": 9}]
    await throttle.count(bounds, NOON)


async def test_what_is_refused_counts_under_nothing_else(database: Database) -> None:
    """Or whoever is refused for one address would use up the tries of everybody behind the same network."""
    bounds = (*bound("both"), *bound("network", throttle.MANY))
    for _ in range(30):
        with contextlib.suppress(TooMany):
            await throttle.count(bounds, NOON)
    rows = await fetch("SELECT failures FROM sign_in_attempt WHERE id = 'network'")
    assert rows == [{"failures": throttle.FEW}]


async def test_windows_that_are_over_are_forgotten(database: Database) -> None:
    await throttle.count(bound("old"), NOON)
    await throttle.count(bound("new"), NOON + timedelta(minutes=1))
    await throttle.forget(NOON + timedelta(minutes=15))
    assert await fetch("SELECT id FROM sign_in_attempt") == [{"id": "new"}]


async def test_a_new_window_sweeps_up_those_that_are_over(database: Database) -> None:
    """So that attackers who never get in fill nothing."""
    for n in range(20):
        await throttle.count(bound(f"guess {n}"), NOON)
    await throttle.count(bound("later"), NOON + timedelta(hours=1))
    assert await fetch("SELECT id FROM sign_in_attempt") == [{"id": "later"}]


@pytest.mark.parametrize("wrong_by", [timedelta(days=365), timedelta(hours=2)])
async def test_a_clock_that_was_ahead_locks_nobody_once_it_is_right(database: Database, wrong_by: timedelta) -> None:
    for _ in range(11):
        with contextlib.suppress(TooMany):
            await throttle.count(bound("x"), NOON + wrong_by)
    await throttle.count(bound("x"), NOON)
    await throttle.count(bound("y"), NOON)
    rows = await fetch("SELECT id, failures FROM sign_in_attempt ORDER BY id")
    assert rows == [{"id": "x", "failures": 1}, {"id": "y", "failures": 1}]


@given(st.integers(-400, 400), st.integers(1, 60))
def test_no_window_holds_for_longer_than_it_is_long(days: int, minutes: int) -> None:
    window = timedelta(minutes=minutes)
    if not throttle.is_over(NOON + timedelta(days=days), NOON, window):
        assert timedelta(0) < timedelta(days=days) <= window + windows.SKEW
    assert throttle.is_over(NOON, NOON, window)
    assert not throttle.is_over(NOON + window, NOON, window)
    assert throttle.is_over(NOON + window + 2 * windows.SKEW, NOON, window)
