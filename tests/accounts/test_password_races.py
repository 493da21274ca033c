"""A password that is changed while somebody signs in, changes it or uses a link: who knows the former one is out."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from survey_service.accounts import installation_service, service, sign_in, throttle
from survey_service.core import database, passwords
from survey_service.core.errors import Gone, Invalid
from survey_service.core.settings import Settings
from tests.accounts.conftest import HOST, NEW, PASSWORD, Cast, keep_former_hash
from tests.locks import until_one_waits

Act = Callable[[], Awaitable[object]]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    """Lets something be done once, when a password was compared and was right, and before anything comes of that."""
    forgive = throttle.forgive

    def do(act: Act) -> None:
        async def compared(bounds: tuple[throttle.Bound, ...]) -> None:
            await forgive(bounds)
            monkeypatch.setattr(throttle, "forgive", forgive)
            await act()

        monkeypatch.setattr(throttle, "forgive", compared)

    return do


@pytest.mark.parametrize("outdated", [False, True])
async def test_a_password_that_is_changed_while_it_is_compared_lets_nobody_in(
    cast: Cast, meanwhile: Callable[[Act], None], monkeypatch: pytest.MonkeyPatch, outdated: bool
) -> None:
    """Who changes a password because somebody else knows it is rid of them, however close the two come."""
    meanwhile(lambda: sign_in.change_password(cast.alice, PASSWORD, NEW, NEW))
    monkeypatch.setattr(passwords, "is_outdated", lambda stored: outdated)
    with pytest.raises(Invalid):
        await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    hers = await database.fetch("SELECT id FROM staff_session WHERE staff = {}", cast.alice.actor)
    assert len(hers) == 1, "the one that the change itself began"
    with pytest.raises(Invalid):
        await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    assert await sign_in.sign_in("alice@example.org", NEW, HOST)


async def test_a_password_that_is_changed_meanwhile_is_not_changed_by_who_knows_the_former_one(
    cast: Cast, meanwhile: Callable[[Act], None]
) -> None:
    meanwhile(lambda: sign_in.change_password(cast.alice, PASSWORD, NEW, NEW))
    with pytest.raises(Invalid):
        await sign_in.change_password(cast.alice, PASSWORD, "nine ladies dancing", "nine ladies dancing")
    assert await sign_in.sign_in("alice@example.org", NEW, HOST)


async def test_who_is_shut_out_while_the_password_is_compared_is_not_let_in(
    cast: Cast, meanwhile: Callable[[Act], None]
) -> None:
    bob = cast.bob.actor
    assert bob is not None
    await sign_in.change_password(cast.bob, "", PASSWORD, PASSWORD)
    meanwhile(lambda: service.set_disabled(cast.alice, bob, True))
    with pytest.raises(sign_in.Disabled):
        await sign_in.sign_in("bob@example.org", PASSWORD, HOST)
    assert await database.fetch("SELECT id FROM staff_session WHERE staff = {}", bob) == []


async def test_two_who_sign_in_while_the_hash_is_renewed_both_get_in(
    cast: Cast, meanwhile: Callable[[Act], None]
) -> None:
    """As a double press does: the second one compared with the hash of before."""
    await keep_former_hash("alice@example.org")
    first = []

    async def press() -> None:
        first.append(await sign_in.sign_in("alice@example.org", PASSWORD, HOST))

    meanwhile(press)
    second = await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    for secret in (*first, second):
        assert await sign_in.caller_of_session(secret)
    assert len(first) == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_link_that_is_used_while_the_password_changes_is_over(cast: Cast, settings: Settings) -> None:
    secret = await installation_service.issue_sign_in_link("bob@example.org")
    other = await asyncpg.connect(settings.database_url)
    try:
        async with other.transaction():
            await other.execute("UPDATE staff SET name = name WHERE email = 'bob@example.org'")
            using = asyncio.create_task(sign_in.use_link(secret))
            await until_one_waits(other, using)
            await other.execute("DELETE FROM sign_in_link")
        with pytest.raises(Gone):
            await using
    finally:
        await other.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_whoever_ends_a_session_and_whoever_shuts_its_person_out_wait_in_one_order(
    cast: Cast, settings: Settings
) -> None:
    """The person comes first, then their sessions: crosswise, both would wait for ever."""
    assert cast.bob.actor is not None
    other = await asyncpg.connect(settings.database_url)
    try:
        async with other.transaction():
            await other.execute("SELECT 1 FROM staff WHERE id = $1 FOR UPDATE", cast.bob.actor)
            shut_out = asyncio.create_task(service.set_disabled(cast.alice, cast.bob.actor, True))
            await until_one_waits(other, shut_out)
            await other.execute("SET LOCAL lock_timeout = '1s'")
            await other.execute("DELETE FROM staff_session WHERE staff = $1", cast.bob.actor)
        assert (await shut_out).disabled_at
    finally:
        await other.close()
