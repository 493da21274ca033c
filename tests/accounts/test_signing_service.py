"""Keys come after one another without a link that ends, and go when somebody says so."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from survey_service.accounts import signing_service
from survey_service.accounts.signing_service import KEPT_FOR, SIGNS_AFTER, mark_of
from survey_service.core import clock, tokens
from survey_service.core import database as core_database
from survey_service.core.database import Database
from survey_service.core.errors import Conflict, NotFound
from survey_service.core.ids import new_id
from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings
from survey_service.operation.check import check_keys
from tests.conftest import SECRET

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
NEWER = "a-newer-key-of-the-tests-that-is-long-enough"


@pytest.fixture
def unset(settings: Settings) -> Settings:
    """Settings without a key."""
    return replace(settings, secret_key="")


async def keys_at(monkeypatch: pytest.MonkeyPatch, settings: Settings, moment: datetime) -> tuple[str, ...]:
    monkeypatch.setattr(clock, "now", lambda: moment)
    return (await signing_service.signing_keys(settings)).keys


async def test_the_first_key_of_the_settings_signs_else_one_that_is_made_once(
    database: Database, settings: Settings, unset: Settings
) -> None:
    made = await asyncio.gather(*(signing_service.signing_keys(unset) for _ in range(4)))
    (kept,) = {ring.keys for ring in made}
    assert len(kept) == 1
    assert len(kept[0]) >= 32
    with_two = replace(settings, secret_key=f"{NEWER}, {SECRET}")
    assert (await signing_service.signing_keys(with_two)).keys == (NEWER, SECRET, *kept)


async def test_a_made_key_signs_when_every_process_reads_it(
    database: Database, unset: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = await keys_at(monkeypatch, unset, NOW)
    await signing_service.rotate(unset, NOW)
    before = await keys_at(monkeypatch, unset, NOW + SIGNS_AFTER - timedelta(seconds=1))
    assert before[0] == first
    assert len(before) == 2
    after = await keys_at(monkeypatch, unset, NOW + SIGNS_AFTER)
    assert after == before[::-1]
    assert signing_service.READ_AGAIN * 2 < SIGNS_AFTER
    token = tokens.sign_id(Keyring(first), "purpose", new_id())
    assert tokens.read_id(Keyring(*after), "purpose", token)


async def test_a_running_process_learns_of_keys(
    database: Database, unset: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = await signing_service.signing_keys(unset)
    await signing_service.rotate(unset, NOW - timedelta(days=1))
    monkeypatch.setattr(signing_service, "READ_AGAIN", timedelta())
    read, failing, ending = asyncio.Event(), [True], asyncio.Event()
    asked = signing_service.signing_keys

    async def once_in_vain(settings: Settings) -> Keyring:
        if failing.pop() if failing else False:
            raise ConnectionError("away")
        found = await asked(settings)
        read.set()
        return found

    monkeypatch.setattr(signing_service, "signing_keys", once_in_vain)
    reading = asyncio.create_task(signing_service.keep_reading(ring, unset, ending))
    await asyncio.wait_for(read.wait(), 30)
    ending.set()
    await reading
    assert len(ring.keys) == 2
    assert ring.keys == (await asked(unset)).keys


async def test_who_signed_and_until_when_is_told(database: Database, unset: Settings) -> None:
    (first,) = (await signing_service.signing_keys(unset)).keys
    await signing_service.note_keys(unset, NOW)
    await signing_service.note_keys(unset, NOW + timedelta(days=1))
    (alone,) = await signing_service.standing(unset, NOW)
    assert (alone.mark, alone.signs, alone.since, alone.until) == (mark_of(first), True, NOW, None)
    later = NOW + timedelta(days=9)
    made = await signing_service.rotate(unset, later)
    newest, former = await signing_service.standing(unset, later + SIGNS_AFTER)
    assert (newest.mark, newest.signs, newest.since) == (made.mark, True, later + SIGNS_AFTER)
    assert (former.mark, former.signs, former.until) == (mark_of(first), False, later + SIGNS_AFTER)
    assert former.may_go == later + SIGNS_AFTER + KEPT_FOR


async def test_a_key_that_signed_must_not_go_missing(database: Database, settings: Settings, unset: Settings) -> None:
    await signing_service.note_keys(settings, NOW)
    both = replace(settings, secret_key=f"{NEWER} {SECRET}")
    for without in (unset, replace(settings, secret_key=NEWER)):
        with pytest.raises(Conflict, match=mark_of(SECRET)):
            await signing_service.note_keys(without, NOW)
    told = [await check_keys(settings), await check_keys(replace(settings, secret_key=NEWER))]
    assert [finding.level for finding in told] == ["ok", "wrong"]
    assert mark_of(SECRET) in told[1].message
    await signing_service.note_keys(both, NOW + timedelta(days=1))
    newest, former = await signing_service.standing(both, NOW + timedelta(days=1))
    assert (newest.mark, former.mark, former.until) == (mark_of(NEWER), mark_of(SECRET), NOW + timedelta(days=1))
    newer = replace(settings, secret_key=NEWER)
    with pytest.raises(Conflict, match="may still be used"):
        await signing_service.drop(newer, mark_of(SECRET), NOW + KEPT_FOR, early=False)
    await signing_service.drop(newer, mark_of(SECRET), NOW + KEPT_FOR + timedelta(days=1), early=False)
    await signing_service.note_keys(newer, NOW)


async def test_keys_of_another_database_are_taken_back(database: Database, unset: Settings) -> None:
    """Each once, with the time in which it signed; those that are there stay as they are."""
    await signing_service.signing_keys(unset)
    made = await signing_service.rotate(unset, NOW)
    first, newer = sorted(await signing_service.own_keys(), key=lambda row: row.signs_from)
    assert newer.mark == made.mark
    await core_database.execute("DELETE FROM signing_key")
    assert await signing_service.take_back([first, newer]) == 1
    assert await signing_service.take_back([first, newer]) == 0
    later = NOW + SIGNS_AFTER
    assert {row.mark for row in await signing_service.own_keys()} == {first.mark, newer.mark}
    assert (await signing_service.standing(unset, later))[0].mark == newer.mark


async def test_no_key_of_the_settings_is_written_down(database: Database, settings: Settings) -> None:
    await signing_service.note_keys(settings, NOW)
    rows = [
        *await core_database.fetch("SELECT * FROM signing_key"),
        *await core_database.fetch("SELECT * FROM installation"),
    ]
    assert mark_of(SECRET) in str(rows)
    assert SECRET not in str(rows)


async def test_a_former_key_is_dropped_and_no_other(
    database: Database, unset: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = await keys_at(monkeypatch, unset, NOW)
    made = await signing_service.rotate(unset, NOW)
    for mark in (mark_of(first), made.mark):
        with pytest.raises(Conflict, match="signs"):
            await signing_service.drop(unset, mark, NOW, early=True)
    with pytest.raises(NotFound):
        await signing_service.drop(unset, "0" * 12, NOW, early=True)
    after = NOW + SIGNS_AFTER
    with pytest.raises(Conflict, match="may still be used"):
        await signing_service.drop(unset, mark_of(first), after, early=False)
    await signing_service.drop(unset, mark_of(first), after, early=True)
    (left,) = await keys_at(monkeypatch, unset, after)
    assert mark_of(left) == made.mark
    again = await signing_service.rotate(unset, after)
    await signing_service.drop(unset, made.mark, after + SIGNS_AFTER + KEPT_FOR, early=False)
    assert [mark_of(key) for key in await keys_at(monkeypatch, unset, after + SIGNS_AFTER)] == [again.mark]


async def test_with_a_key_of_the_settings_they_say_which_signs(database: Database, settings: Settings) -> None:
    with pytest.raises(Conflict, match="before the former one"):
        await signing_service.rotate(settings, NOW)
    await signing_service.note_keys(settings, NOW)
    newest = replace(settings, secret_key=f"{NEWER},{SECRET}")
    with pytest.raises(Conflict, match="Take it out there first"):
        await signing_service.drop(newest, mark_of(SECRET), NOW + 2 * KEPT_FOR, early=True)
