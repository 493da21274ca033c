"""Sessions, links and passwords, below the pages."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from survey_service.accounts import (
    installation_service,
    queries,
    service,
    sign_in,
    throttle,
)
from survey_service.core import clock, database, email_address, tokens
from survey_service.core.browsers import Browser
from survey_service.core.errors import Gone, Invalid, TooMany
from tests.accounts.conftest import HOST, NEW, PASSWORD, Cast, begun, caller_for, keep_former_hash
from tests.answers import session_of

OFFICE = "203.0.113.7"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = datetime.now(UTC)
        monkeypatch.setattr(clock, "now", lambda: self.moment)

    def later(self, **by: float) -> None:
        self.moment += timedelta(**by)


async def test_sign_in_begins_a_session(cast: Cast) -> None:
    secret = await sign_in.sign_in(" Alice@Example.ORG ", PASSWORD, HOST)
    caller = await sign_in.caller_of_session(secret)
    assert caller is not None
    assert (caller.actor, caller.role, caller.via) == (cast.alice.actor, "owner", "session")
    assert caller.min_n == 10
    stored = await database.fetch("SELECT id FROM staff_session")
    assert secret not in {row["id"] for row in stored}
    assert tokens.hashed(secret) in {row["id"] for row in stored}


async def test_the_session_of_the_browser_ends_at_sign_in(cast: Cast) -> None:
    first = await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    second = await sign_in.sign_in("alice@example.org", PASSWORD, HOST, former=first)
    assert first != second
    assert await sign_in.caller_of_session(first) is None
    assert await sign_in.caller_of_session(second) is not None


async def test_wrong_pairs_are_all_refused_alike(cast: Cast) -> None:
    said = set()
    for email, password in [
        ("alice@example.org", "wrong"),
        ("nobody@example.org", PASSWORD),
        ("no address", PASSWORD),
        ("bob@example.org", ""),
        ("\x00", "\x00"),
        ("alice@example.org", "x" * 10_000),
    ]:
        with pytest.raises(Invalid) as refusal:
            await sign_in.sign_in(email, password, HOST)
        said.add(refusal.value.message)
    assert len(said) == 1


async def known_device(email: str = "alice@example.org") -> str:
    """What a browser is known by after a good sign-in."""
    return (await begun(email, Browser(host=OFFICE)))[1]


async def wrong(times: int, host: str, email: str = "alice@example.org", device: str = "") -> None:
    for _ in range(times):
        with pytest.raises(Invalid):
            await sign_in.sign_in(email, "wrong", host, device=device)


async def test_who_guesses_locks_out_themselves_and_nobody_else(cast: Cast) -> None:
    """However often they try: not the person from elsewhere, and not their colleagues behind the same network."""
    await sign_in.change_password(cast.bob, "", NEW, NEW)
    await wrong(10, OFFICE)
    for _ in range(100):
        with pytest.raises(TooMany):
            await sign_in.sign_in("alice@example.org", PASSWORD, OFFICE)
    assert await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    assert await sign_in.sign_in("bob@example.org", NEW, OFFICE)


async def test_the_person_gets_in_at_a_known_browser_whoever_else_tries(cast: Cast) -> None:
    device = await known_device()
    await wrong(10, OFFICE)
    for n in range(4):
        await wrong(10, f"198.51.100.{n}")
    with pytest.raises(TooMany):
        await sign_in.sign_in("alice@example.org", PASSWORD, "198.51.100.99")
    assert await sign_in.sign_in("alice@example.org", PASSWORD, OFFICE, device=device)
    assert await sign_in.sign_in("alice@example.org", PASSWORD, "198.51.100.99", device=device)


async def test_many_networks_against_one_address_are_bounded(cast: Cast) -> None:
    for n in range(throttle.MANY):
        await wrong(1, f"2001:db8:{n:x}::1")
    with pytest.raises(TooMany):
        await sign_in.sign_in("alice@example.org", PASSWORD, "2001:db8:ffff::1")
    with pytest.raises(Invalid):
        await sign_in.sign_in("bob@example.org", "wrong", "2001:db8:ffff::1")


async def test_one_network_against_many_addresses_is_bounded(cast: Cast) -> None:
    for n in range(throttle.MANY):
        await wrong(1, HOST, f"guess{n}@example.org")
    with pytest.raises(TooMany):
        await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    assert await sign_in.sign_in("alice@example.org", PASSWORD, "198.51.100.1")


async def test_a_known_browser_is_bounded_by_itself(cast: Cast) -> None:
    """As one that was stolen is; it is no way to the accounts of others either, nor does it use up anybody's tries."""
    stolen, other = await known_device(), await known_device()
    await wrong(10, HOST, device=stolen)
    with pytest.raises(TooMany):
        await sign_in.sign_in("alice@example.org", PASSWORD, "198.51.100.1", device=stolen)
    assert await sign_in.sign_in("alice@example.org", PASSWORD, HOST, device=other)
    assert await sign_in.sign_in("alice@example.org", PASSWORD, HOST)


@pytest.mark.parametrize("device", ["bobs", "", "made up"])
async def test_only_ones_own_browser_is_known(cast: Cast, device: str) -> None:
    secret = await known_device("bob@example.org") if device == "bobs" else device
    await wrong(10, HOST, device=secret)
    with pytest.raises(TooMany):
        await sign_in.sign_in("alice@example.org", PASSWORD, HOST, device=secret)


async def test_too_many_tries_are_refused_alike_for_addresses_that_nobody_has(cast: Cast) -> None:
    said = set()
    for email in ("alice@example.org", "nobody@example.org"):
        await wrong(10, HOST, email)
        with pytest.raises(TooMany) as refusal:
            await sign_in.sign_in(email, PASSWORD, HOST)
        said.add((refusal.value.message, refusal.value.what_to_do))
    assert len(said) == 1


async def test_an_address_that_nobody_has_costs_the_same_statements(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    engine = database.current().engine
    run = engine.run_querystring

    async def noted(statement: Any, *given: Any, **more: Any) -> Any:
        seen.append(statement.template)
        return await run(statement, *given, **more)

    monkeypatch.setattr(engine, "run_querystring", noted)
    runs = []
    for host, email in ((HOST, "alice@example.org"), (OFFICE, "nobody@example.org")):
        seen.clear()
        await wrong(1, host, email)
        runs.append(list(seen))
    assert runs[0] == runs[1] != []


async def test_sessions_end_after_three_idle_days_and_thirty_in_all(cast: Cast, at: Clock) -> None:
    secret = await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    for days in range(2, 30, 2):
        at.later(days=2)
        assert await sign_in.caller_of_session(secret) is not None, days
    at.later(days=2)
    assert await sign_in.caller_of_session(secret) is None
    idle = await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    at.later(days=3)
    assert await sign_in.caller_of_session(idle) is None


async def test_using_a_session_seldom_writes(cast: Cast, at: Clock) -> None:
    secret = await sign_in.sign_in("alice@example.org", PASSWORD, HOST)

    async def expiry() -> datetime:
        row = await queries.session(tokens.hashed(secret), at.moment, at.moment + sign_in.SESSION_AT_MOST)
        assert row is not None
        return row.expires_at

    before = await expiry()
    at.later(minutes=59)
    await sign_in.caller_of_session(secret)
    assert await expiry() == before
    at.later(minutes=1)
    await sign_in.caller_of_session(secret)
    assert await expiry() == before + timedelta(hours=1)


async def test_a_clock_that_was_ahead_leaves_no_session_and_no_link_that_never_end(cast: Cast, at: Clock) -> None:
    at.later(days=365)
    secret = await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    link = await installation_service.issue_sign_in_link("bob@example.org")
    assert await sign_in.caller_of_session(secret) is not None
    at.later(days=-365)
    assert await sign_in.caller_of_session(secret) is None
    with pytest.raises(Gone):
        await sign_in.use_link(link)


async def test_a_clock_that_is_set_back_by_an_hour_ends_nothing(cast: Cast, at: Clock) -> None:
    secret = await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    link = await installation_service.issue_sign_in_link("bob@example.org")
    at.later(hours=-1)
    assert await sign_in.caller_of_session(secret) is not None
    assert await sign_in.use_link(link)


async def test_a_disabled_person_is_out_at_once(cast: Cast) -> None:
    assert cast.bob.actor is not None
    link = await installation_service.issue_sign_in_link("bob@example.org")
    secret = await session_of("bob@example.org")
    await service.set_disabled(cast.alice, cast.bob.actor, True)
    assert await sign_in.caller_of_session(secret) is None
    with pytest.raises(Gone):
        await sign_in.use_link(link)


async def test_who_is_shut_out_reads_so_for_the_right_password_alone(cast: Cast) -> None:
    assert cast.bob.actor is not None
    await sign_in.change_password(cast.bob, "", PASSWORD, PASSWORD)
    await service.set_disabled(cast.alice, cast.bob.actor, True)
    with pytest.raises(sign_in.Disabled, match=r"^This account is disabled\.$"):
        await sign_in.sign_in("bob@example.org", PASSWORD, HOST)
    with pytest.raises(Invalid, match="do not belong together"):
        await sign_in.sign_in("bob@example.org", "not this one", HOST)
    assert await database.fetch("SELECT id FROM staff_session WHERE staff = {}", cast.bob.actor) == []


async def test_changing_the_password_ends_all_else(cast: Cast) -> None:
    elsewhere = await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    here = await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    link = await installation_service.issue_sign_in_link("alice@example.org")
    renewed = await sign_in.change_password(cast.alice, PASSWORD, NEW, NEW)
    assert renewed not in (elsewhere, here)
    assert await sign_in.caller_of_session(elsewhere) is None
    assert await sign_in.caller_of_session(here) is None
    assert await sign_in.caller_of_session(renewed) is not None
    with pytest.raises(Gone):
        await sign_in.use_link(link)
    with pytest.raises(Invalid):
        await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    assert await sign_in.sign_in("alice@example.org", NEW, HOST)


@pytest.mark.parametrize(
    ("current", "new", "repeated", "field"),
    [("wrong", NEW, NEW, "current"), (PASSWORD, "short", "short", "new"), (PASSWORD, NEW, NEW + "!", "repeated")],
)
async def test_a_password_is_not_changed_with(cast: Cast, current: str, new: str, repeated: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await sign_in.change_password(cast.alice, current, new, repeated)
    assert [error.field for error in refusal.value.errors] == [field]
    assert await sign_in.sign_in("alice@example.org", PASSWORD, HOST)


async def test_guessing_the_current_password_is_throttled_in_that_session_alone(cast: Cast) -> None:
    for _ in range(10):
        with pytest.raises(Invalid):
            await sign_in.change_password(cast.alice, "wrong", NEW, NEW)
    with pytest.raises(TooMany):
        await sign_in.change_password(cast.alice, PASSWORD, NEW, NEW)
    elsewhere = await caller_for("alice@example.org")
    await sign_in.change_password(elsewhere, PASSWORD, NEW, NEW)


async def test_the_first_password_needs_no_former_one(cast: Cast) -> None:
    await sign_in.change_password(cast.bob, "", NEW, NEW)
    assert await sign_in.sign_in("bob@example.org", NEW, HOST)


async def test_a_link_signs_in_once_and_looking_uses_nothing_up(cast: Cast) -> None:
    secret = await installation_service.issue_sign_in_link("bob@example.org")
    for _ in range(3):
        assert await sign_in.look_at_link(secret) == ("Bob", installation_service.FIRST_NAME)
    assert await sign_in.use_link(secret)
    with pytest.raises(Gone):
        await sign_in.look_at_link(secret)
    with pytest.raises(Gone):
        await sign_in.use_link(secret)


async def test_of_two_uses_at_once_one_wins(cast: Cast) -> None:
    secret = await installation_service.issue_sign_in_link("bob@example.org")
    results = await asyncio.gather(*(sign_in.use_link(secret) for _ in range(4)), return_exceptions=True)
    assert sorted(isinstance(result, str) for result in results) == [False, False, False, True]


async def test_a_link_ends_after_three_days(cast: Cast, at: Clock) -> None:
    secret = await installation_service.issue_sign_in_link("bob@example.org")
    at.later(days=3)
    with pytest.raises(Gone):
        await sign_in.use_link(secret)


async def test_an_outdated_hash_is_renewed_at_sign_in(cast: Cast) -> None:
    former = await keep_former_hash("alice@example.org")
    await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    _, stored = await queries.password_hash("alice@example.org")
    assert stored is not None
    assert stored != former
    assert await sign_in.sign_in("alice@example.org", PASSWORD, HOST)


async def test_the_csrf_token_belongs_to_the_session(cast: Cast) -> None:
    first, second = await caller_for("bob@example.org"), await caller_for("bob@example.org")
    assert len(first.csrf_token) == 64
    assert first.csrf_token != second.csrf_token


async def test_an_address_without_an_end_is_cut_before_it_is_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = []

    def read(text: str) -> str:
        lengths.append(len(text))
        return text

    monkeypatch.setattr(sign_in, "one_line", read)
    with pytest.raises(Invalid):
        await sign_in.sign_in("é" * 100_000, "wrong", HOST)
    assert lengths == [email_address.MAX_EMAIL + 1]
