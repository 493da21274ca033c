"""A database that is held, full or gone is away for a moment, on every way to it; a fault of ours stays one."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import asyncpg
import httpx
import pytest

from survey_service.core import clock
from survey_service.core import database as db
from survey_service.core.batch.statements import Batch, Column, Insert
from survey_service.core.database import Database, notes
from survey_service.core.database.ending import answering
from survey_service.core.database.notes import Notes
from survey_service.core.errors import Unavailable
from survey_service.core.settings import Settings
from tests import factories
from tests.answers import Sign, key_for, staff

__all__ = ["staff"]
COLUMNS = (Column("name", "text"), Column("value", "text"))
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextlib.contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Somebody else writes to the file all the while."""
    with contextlib.closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def keep(value: str) -> Batch[None]:
    yield Insert("installation", COLUMNS, [("a", value)])


@only_sqlite
async def test_who_writes_to_a_file_that_is_held_is_told_to_come_back(
    client: httpx.AsyncClient,
    staff: Sign,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Answers, programs and people alike, in their language and with nothing of the inside."""
    home = await factories.published()
    key, owner = await key_for(home, "places:write"), await staff("owner")
    monkeypatch.setattr(db, "HURRIED_SECONDS", 0)
    german = {"Accept-Language": "de"}
    with held(settings):
        replies = [
            await client.post("/api/v1/places", json={"name": "Till"}, headers=key | german),
            await client.post("/api/v1/forms/visit/responses", json=factories.submission(), headers=german),
            await owner.post("/app/places", data={"name": "Till", "kind": "store"}, headers=german),
        ]
    for reply in replies:
        assert (reply.status_code, reply.headers.get("retry-after")) == (503, "2"), reply.text
        assert "Die Datenbank antwortet nicht." in reply.text
        assert "locked" not in reply.text


@only_sqlite
async def test_who_reads_is_served_while_the_file_is_held(
    client: httpx.AsyncClient, staff: Sign, settings: Settings
) -> None:
    """Though a key's last use and a session's longer life would be written."""
    home = await factories.published()
    key, owner = await key_for(home, "responses:read"), await staff("owner")
    hour = timedelta(hours=1)
    changed = "UPDATE staff_session SET expires_at = {}, used_at = {}"
    await db.execute(changed, clock.now() + hour, clock.now() - 2 * hour)
    with held(settings):
        replies = [await client.get("/api/v1/responses", headers=key), await owner.get("/app")]
        writing = db.current().remembered(Notes).writing
        assert writing is not None
        assert not writing.done(), "one waits, and no page waits for it"
    assert [reply.status_code for reply in replies] == [200, 200]
    await writing
    assert await db.fetch("SELECT count(*) AS n FROM api_key WHERE last_used_at IS NOT NULL") == [{"n": 1}]
    await owner.get("/app")
    (session,) = await db.fetch("SELECT min(expires_at) AS until FROM staff_session")
    assert str(session["until"]) > str(clock.now() + timedelta(hours=2))


async def test_a_note_that_cannot_be_written_is_the_logs_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*unused: object) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(notes, "execute", away)
    await db.note("UPDATE installation SET value = '1'")
    monkeypatch.undo()
    with pytest.raises((sqlite3.OperationalError, asyncpg.PostgresError)):
        await db.note("UPDATE installation SET nowhere = 1")


@only_sqlite
async def test_a_full_disk_is_told_as_one_and_leaves_nothing_behind(database: Database) -> None:
    async def fill() -> None:
        async with db.transaction():
            (row,) = await db.fetch("PRAGMA page_count")
            await db.execute(f"PRAGMA max_page_count = {row['page_count']}")
            await db.execute("INSERT INTO installation (name, value) VALUES ('a', {})", "x" * 1_000_000)

    with pytest.raises(Unavailable):
        await fill()
    assert not database.engine.transaction_exists()
    async with db.transaction():
        await db.execute("INSERT INTO installation (name, value) VALUES ('b', '')")
    assert await db.fetch("SELECT name FROM installation") == [{"name": "b"}]


@only_sqlite
async def test_a_fault_of_ours_is_none_of_the_databases(database: Database) -> None:
    def broken() -> Batch[None]:
        yield Insert("installation", (Column("nowhere", "text"),), [("a",)])

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        await db.fetch("SELECT nowhere FROM installation")
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        await database.run(broken())
    await database.run(keep("1"))
    assert await db.fetch("SELECT name FROM installation") == [{"name": "a"}]


def test_who_is_parted_from_another_may_try_again() -> None:
    """Two who wait for each other on PostgreSQL: one of them is ended, and nothing of it is kept."""
    with pytest.raises(Unavailable), answering():
        raise asyncpg.DeadlockDetectedError("deadlock detected")
