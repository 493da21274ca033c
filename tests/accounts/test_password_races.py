"""A password that is changed while somebody signs in, changes it or uses a link: who knows the former one is out."""

import asyncio

import asyncpg
import pytest

from survey_service.accounts import installation_service, passwords, sign_in, throttle
from survey_service.core import database
from survey_service.core.errors import Gone, Invalid
from survey_service.core.settings import Settings
from tests.accounts.conftest import HOST, PASSWORD, Cast

NEW = "eight maids a milking"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.mark.parametrize("outdated", [False, True])
async def test_a_password_that_is_changed_while_it_is_compared_lets_nobody_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, outdated: bool
) -> None:
    """Who changes a password because somebody else knows it is rid of them, however close the two come."""
    forgive = throttle.forgive

    async def changed_meanwhile(bounds: tuple[throttle.Bound, ...]) -> None:
        await forgive(bounds)
        monkeypatch.setattr(throttle, "forgive", forgive)
        await sign_in.change_password(cast.alice, PASSWORD, NEW, NEW)

    monkeypatch.setattr(throttle, "forgive", changed_meanwhile)
    monkeypatch.setattr(passwords, "is_outdated", lambda stored: outdated)
    with pytest.raises(Invalid):
        await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    hers = await database.fetch("SELECT id FROM staff_session WHERE staff = {}", cast.alice.actor)
    assert len(hers) == 1, "the one that the change itself began"
    with pytest.raises(Invalid):
        await sign_in.sign_in("alice@example.org", PASSWORD, HOST)
    assert await sign_in.sign_in("alice@example.org", NEW, HOST)


async def test_a_password_that_is_changed_meanwhile_is_not_changed_by_who_knows_the_former_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgive = throttle.forgive

    async def changed_meanwhile(bounds: tuple[throttle.Bound, ...]) -> None:
        await forgive(bounds)
        monkeypatch.setattr(throttle, "forgive", forgive)
        await sign_in.change_password(cast.alice, PASSWORD, NEW, NEW)

    monkeypatch.setattr(throttle, "forgive", changed_meanwhile)
    with pytest.raises(Invalid):
        await sign_in.change_password(cast.alice, PASSWORD, "nine ladies dancing", "nine ladies dancing")
    assert await sign_in.sign_in("alice@example.org", NEW, HOST)


async def test_two_who_sign_in_while_the_hash_is_renewed_both_get_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a double press does: the second one compared with the hash of before."""
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    await database.execute("UPDATE staff SET password_hash = {} WHERE email = 'alice@example.org'", weak)
    forgive = throttle.forgive

    async def renewed_meanwhile(bounds: tuple[throttle.Bound, ...]) -> None:
        await forgive(bounds)
        monkeypatch.setattr(throttle, "forgive", forgive)
        assert await sign_in.sign_in("alice@example.org", PASSWORD, HOST)

    monkeypatch.setattr(throttle, "forgive", renewed_meanwhile)
    assert await sign_in.sign_in("alice@example.org", PASSWORD, HOST)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_link_that_is_used_while_the_password_changes_is_over(cast: Cast, settings: Settings) -> None:
    secret = await installation_service.issue_sign_in_link("bob@example.org")
    other = await asyncpg.connect(settings.database_url)
    try:
        async with other.transaction():
            await other.execute("UPDATE staff SET name = name WHERE email = 'bob@example.org'")
            using = asyncio.create_task(sign_in.use_link(secret))
            async with asyncio.timeout(10):  # until it waits, as it must, or is through
                while not using.done() and not await other.fetchval(WAITING):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            await other.execute("DELETE FROM sign_in_link")
        with pytest.raises(Gone):
            await using
    finally:
        await other.close()
