"""Counting failed sign-ins in the database."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from survey_service.accounts import throttle
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


def test_subjects_hold_no_address() -> None:
    assert not any("alice" in subject for subject in throttle.subjects("alice@example.org", "192.0.2.7"))


async def test_ten_are_free_the_eleventh_waits_for_the_rest_of_the_window(database: Database) -> None:
    for minute in range(10):
        await throttle.count("x", NOON + timedelta(minutes=minute))
    with pytest.raises(TooMany) as refusal:
        await throttle.count("x", NOON + timedelta(minutes=10))
    assert refusal.value.retry_after == 300
    await throttle.count("y", NOON)
    await throttle.count("x", NOON + timedelta(minutes=15))


async def test_attempts_at_once_are_all_counted(database: Database) -> None:
    results = await asyncio.gather(*(throttle.count("x", NOON) for _ in range(25)), return_exceptions=True)
    assert sum(isinstance(result, TooMany) for result in results) == 15


async def test_a_success_forgives(database: Database) -> None:
    for _ in range(10):
        await throttle.count("network", NOON)
        await throttle.count("address", NOON)
    await throttle.forgive("network", "address")
    rows = await fetch("SELECT id, failures FROM sign_in_attempt")
    assert rows == [{"id": "network", "failures": 9}]
    await throttle.count("address", NOON)


async def test_windows_that_are_over_are_forgotten(database: Database) -> None:
    await throttle.count("old", NOON)
    await throttle.count("new", NOON + timedelta(minutes=1))
    await throttle.forget(NOON + timedelta(minutes=15))
    assert await fetch("SELECT id FROM sign_in_attempt") == [{"id": "new"}]
