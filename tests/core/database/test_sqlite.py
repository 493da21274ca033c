"""The SQLite file of a running service: nothing copies its log by itself, and it does not grow without end."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing

import pytest

from survey_service.core import database as db
from survey_service.core.batch.sqlite_log import PAGES
from survey_service.core.batch.sqlite_writer import CONNECTION_PRAGMAS
from survey_service.core.batch.statements import Batch, Column, Insert, Select
from survey_service.core.database import Database, patience
from survey_service.core.database.sqlite import SQLiteDatabase
from survey_service.core.errors import Unavailable

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COLUMNS = (Column("name", "text"), Column("value", "text"))
LONG = "x" * 400_000
"""A hundred pages."""


def a_batch(name: str) -> Batch[None]:
    yield Insert("installation", COLUMNS, [(name, LONG)])


async def by_batch(name: str) -> None:
    await db.current().run(a_batch(name))


async def in_a_transaction(name: str) -> None:
    async with db.transaction():
        await by_statement(name)


async def by_statement(name: str) -> None:
    await db.execute("INSERT INTO installation (name, value) VALUES ({}, {})", name, LONG)


@pytest.mark.parametrize("write", [by_batch, in_a_transaction, by_statement])
async def test_the_log_stays_short_however_it_is_written(
    database: Database, write: Callable[[str], Awaitable[None]]
) -> None:
    assert isinstance(database, SQLiteDatabase)
    await db.fetch("SELECT 1")  # the last to leave a file copies its log: with this one, nobody is the last
    longest = 0
    for number in range(40):
        await write(f"note {number}")
        if database.shortening:
            await database.shortening
        longest = max(longest, database.log.waiting())
    assert PAGES / 2 < longest < PAGES + 250
    assert database.path.with_name(f"{database.path.name}-wal").stat().st_size < 3 * PAGES * 4096
    assert await db.fetch_one("SELECT count(*) AS n FROM installation WHERE name LIKE 'note %'") == {"n": 40}


async def test_a_log_that_cannot_be_copied_now_stops_nobody(database: Database) -> None:
    assert isinstance(database, SQLiteDatabase)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
        reader.execute("PRAGMA wal_autocheckpoint = 0")
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM installation").fetchone()
        for number in range(30):
            await by_batch(f"note {number}")
        assert reader.execute("SELECT count(*) FROM installation").fetchone() == before
    await by_batch("the last")
    if database.shortening:
        await database.shortening
    assert database.log.waiting() < PAGES


async def test_no_connection_copies_by_itself(database: Database) -> None:
    assert isinstance(database, SQLiteDatabase)
    await by_batch("one")
    assert "PRAGMA wal_autocheckpoint = 0" in CONNECTION_PRAGMAS
    asked = "PRAGMA wal_autocheckpoint"
    assert await db.fetch(asked) == [{"wal_autocheckpoint": 0}]
    async with db.transaction():
        assert await db.fetch(asked) == [{"wal_autocheckpoint": 0}]
    assert database.writer.connection is not None
    assert database.writer.connection.execute(asked).fetchone() == (0,)


@pytest.mark.parametrize("write", [by_batch, in_a_transaction, by_statement])
@pytest.mark.parametrize("replaced", [False, True])
async def test_nothing_is_acknowledged_in_a_log_that_is_not_in_its_place(
    database: Database, write: Callable[[str], Awaitable[None]], replaced: bool
) -> None:
    """Nobody would find it again."""
    assert isinstance(database, SQLiteDatabase)
    await write("first")
    log = database.path.with_name(f"{database.path.name}-wal")
    content = log.read_bytes()
    log.unlink()
    if replaced:
        log.write_bytes(content)
    for other in (write, by_batch, in_a_transaction, by_statement, write):
        with pytest.raises(Unavailable, match="damaged or not in its place"):
            await other("second")
        assert not db.in_transaction()
        assert await database.trouble() == "damaged"
    assert log.exists() == replaced, "to look made none"


async def nothing() -> None:
    async with db.transaction():
        await db.fetch("SELECT 1")


async def no_row() -> None:
    await db.execute("UPDATE installation SET value = 'x' WHERE name = 'nobody'")


async def what_is_there() -> None:
    assert not await db.current().insert([Insert("installation", COLUMNS, [("first", "again")], "name")])


def a_look(name: str) -> Batch[int]:
    rows = yield Select("installation", COLUMNS[:1], COLUMNS[:1], [(name,)], lasting=True)
    return len(rows)


async def a_copy() -> None:
    database = db.current()
    assert isinstance(database, SQLiteDatabase)
    await database._shorten()


async def a_look_in_a_batch() -> None:
    """As when an answer comes again that is kept already."""
    assert await db.current().run(a_look("first")) == 1


@pytest.mark.parametrize("act", [nothing, no_row, what_is_there, a_look_in_a_batch, a_copy])
async def test_only_what_was_written_shows_that_the_file_can_be_written_to(
    database: Database, act: Callable[[], Awaitable[None]]
) -> None:
    assert isinstance(database, SQLiteDatabase)
    await by_statement("first")
    database.turn.failure, before = sqlite3.SQLITE_FULL, database.turn.kept_at
    await act()
    assert (database.turn.failure, database.turn.kept_at) == (sqlite3.SQLITE_FULL, before)
    await in_a_transaction("second")
    assert (database.turn.failure, database.turn.kept_at > before) == (0, True)


async def test_copying_the_log_has_its_own_patience(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(database, SQLiteDatabase)
    monkeypatch.setattr(patience, "HURRIED_SECONDS", patience.LAST_SECONDS)
    with patience.allowing(5.0):
        await database.turn.gate.acquire()
        await asyncio.create_task(database._shorten())
        database.turn.gate.release()
        assert patience.current().left() == 5.0


async def test_a_log_is_known_to_be_copied_as_long_as_it_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(database, SQLiteDatabase)
    opened, known = database, list[bool]()
    monkeypatch.setattr(opened.writer, "copy", lambda *_: known.append(opened._copies(time.monotonic())))
    opened.shortening = asyncio.create_task(opened._shorten())
    await opened.shortening
    assert (known, opened._copies(time.monotonic())) == ([True], False)
