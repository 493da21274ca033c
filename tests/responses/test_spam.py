"""Who is taken for a machine."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core.errors import TooMany
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
        ("", -1.0, "too_fast"),
        ("", -3600.0, ""),
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
    assert spam.neighbourhood_of(address) == network


NETWORK = "192.0.2.0/24"


def test_a_flood_of_one_network_is_excess_until_it_ebbs() -> None:
    bursts = spam.Bursts(limit=3)
    verdicts = [bursts.verdict(NETWORK, 600.0 + n) for n in range(5)]
    assert verdicts == ["", "", "", spam.EXCESS, spam.EXCESS]
    assert not bursts.verdict("198.51.100.0/24", 605.0)
    assert bursts.verdict(NETWORK, 661.0), "what came at the end of the minute before is not over"
    assert not bursts.verdict(NETWORK, 600.0 + 4 * spam.WINDOW)


def test_beyond_a_second_bound_a_network_waits_and_the_next_one_does_not() -> None:
    bursts = spam.Bursts(limit=1, refused_above=3)
    for _ in range(3):
        bursts.verdict(NETWORK, 600.0)
    for second in (600.0, 630.5):
        with pytest.raises(TooMany) as told:
            bursts.verdict(NETWORK, second)
        assert told.value.retry_after == 660 - int(second)
    assert bursts.verdict("198.51.100.0/24", 630.5) == ""
    assert bursts.verdict(NETWORK, 661.0 + spam.WINDOW) == "", "what was refused was not counted"


@given(st.lists(st.floats(0, 20), max_size=200), st.integers(1, 30))
def test_no_minute_takes_more_than_twice_the_bound(pauses: list[float], bound: int) -> None:
    """Two numbers a network are a guess at what the last sixty seconds held: never far off, whenever it came."""
    bursts, at, taken = spam.Bursts(limit=0, refused_above=bound), 1_000.0, []
    for pause in pauses:
        at += pause
        with contextlib.suppress(TooMany):
            bursts.verdict(NETWORK, at)
            taken.append(at)
    for end in taken:
        assert sum(end - spam.WINDOW < moment <= end for moment in taken) <= 2 * bound


def test_a_shop_full_of_people_behind_one_address_gets_in() -> None:
    bursts = spam.Bursts()
    assert {bursts.verdict(NETWORK, 600.0 + n / 4) for n in range(200)} == {""}


def test_answers_from_nowhere_are_never_excess() -> None:
    bursts = spam.Bursts(limit=1, refused_above=1)
    assert not any(bursts.verdict("", 0.0) for _ in range(5))


def test_the_memory_of_networks_is_bounded_and_keeps_who_sends_now() -> None:
    bursts = spam.Bursts(limit=0)
    for n in range(spam.MAX_NETWORKS):
        bursts.verdict(f"10.{n // 256}.{n % 256}.0/24", 0.0)
    bursts.verdict(NETWORK, 600.0)
    assert set(bursts.recent) == {NETWORK}
    for n in range(2 * spam.MAX_NETWORKS):
        bursts.verdict(f"10.{n // 256}.{n % 256}.0/24", 601.0)
    assert len(bursts.recent) <= spam.MAX_NETWORKS


def test_whoever_sends_now_goes_on_being_counted_where_room_is_made() -> None:
    bursts = spam.Bursts(limit=1)
    for n in range(spam.MAX_NETWORKS - 1):
        bursts.verdict(f"10.{n // 256}.{n % 256}.0/24", 0.0)
    assert bursts.verdict(NETWORK, 600.0) == ""
    bursts.verdict("198.51.100.0/24", 601.0)
    assert set(bursts.recent) == {NETWORK, "198.51.100.0/24"}
    assert bursts.verdict(NETWORK, 602.0) == spam.EXCESS


def test_whoever_has_many_networks_makes_no_other_forgotten() -> None:
    bursts = spam.Bursts(limit=2)
    bursts.verdict(NETWORK, 0.0)
    bursts.verdict(NETWORK, 0.0)
    for n in range(spam.MAX_NETWORKS):
        bursts.verdict(f"10.{n // 256}.{n % 256}.0/24", 1.0)
    assert bursts.verdict(NETWORK, 2.0) == spam.EXCESS


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("172.18.0.1", "nobody", "172.18.0.1"),
        ("172.18.0.1", "203.0.113.9:5555", "172.18.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("172.18.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("::1", "", "::1"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("", "198.51.100.1", ""),
    ],
)
def test_behind_a_proxy_that_nobody_named_its_last_word_is_counted(peer: str, forwarded: str, counted: str) -> None:
    assert spam.sender(peer, forwarded) == counted


def test_every_reason_is_worded() -> None:
    bursts = spam.Bursts(limit=0)
    codes = {
        spam.page_verdict("x", NOW, NOW),
        spam.page_verdict("", None, NOW),
        spam.page_verdict("", NOW, NOW),
        bursts.verdict(NETWORK, 0.0),
    }
    assert codes == set(SPAM_REASONS)
    assert all(spam_reason(code).endswith(".") for code in codes)
