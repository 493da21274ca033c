"""Who is taken for a machine."""

from datetime import UTC, datetime, timedelta

import pytest

from survey_service.responses import spam
from survey_service.responses.labels import SPAM_REASONS, spam_reason

NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("honeypot", "age", "verdict"),
    [
        ("", 2.0, ""),
        ("", 86_400 * 30, ""),
        ("", 1.9, "too_fast"),
        ("", None, "no_token"),
        ("http://pills.example", 60.0, "honeypot"),
        ("   ", 60.0, ""),
    ],
)
def test_a_page_tells_people_from_machines(honeypot: str, age: float | None, verdict: str) -> None:
    made_at = None if age is None else NOW - timedelta(seconds=age)
    assert spam.page_verdict(honeypot, made_at, NOW) == verdict


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_an_address_stands_for_its_network(address: str, network: str) -> None:
    assert spam.network_of(address) == network


def test_a_flood_of_one_network_is_excess_until_it_ebbs() -> None:
    bursts = spam.Bursts(limit=3)
    verdicts = [bursts.excessive("192.0.2.0/24", NOW + timedelta(seconds=n)) for n in range(5)]
    assert verdicts == [False, False, False, True, True]
    assert not bursts.excessive("198.51.100.0/24", NOW)
    assert not bursts.excessive("192.0.2.0/24", NOW + timedelta(minutes=2))


def test_answers_from_nowhere_are_never_excess() -> None:
    bursts = spam.Bursts(limit=1)
    assert not any(bursts.excessive("", NOW) for _ in range(5))


def test_the_memory_of_networks_is_bounded() -> None:
    bursts = spam.Bursts()
    for n in range(spam.MAX_NETWORKS + 50):
        bursts.excessive(f"10.{n // 256}.{n % 256}.0/24", NOW)
    assert len(bursts.recent) <= spam.MAX_NETWORKS + 1


def test_every_reason_is_worded() -> None:
    bursts = spam.Bursts(limit=0)
    codes = {
        spam.page_verdict("x", NOW, NOW),
        spam.page_verdict("", None, NOW),
        spam.page_verdict("", NOW, NOW),
        spam.excess_reason(bursts, "192.0.2.1", NOW),
    }
    assert codes == set(SPAM_REASONS)
    assert all(spam_reason(code).endswith(".") for code in codes)
