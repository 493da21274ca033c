"""Who reads and writes the SQLite file at once: a few connections however many ask, each in turn, none for ever."""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from survey_service.core import database as db
from survey_service.core.batch.statements import Batch, Column, Insert
from survey_service.core.database import Database
from survey_service.core.database.ending import answering
from survey_service.core.database.readers import READERS
from survey_service.core.database.sqlite import PooledSQLiteEngine, SQLiteDatabase
from survey_service.core.errors import Unavailable

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COLUMNS = (Column("name", "text"), Column("value", "text"))
SLOW = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {}) "
    "SELECT count(*) AS n FROM numbers"
)
AGES = 10**12
"""Rows that nobody lives to see counted."""
Write = Callable[[str], Awaitable[object]]


def a_row(name: str) -> Batch[None]:
    yield Insert("installation", COLUMNS, [(name, "")])


async def by_batch(name: str) -> None:
    await db.current().run(a_row(name))


async def by_statement(name: str) -> None:
    await db.execute("INSERT INTO installation (name, value) VALUES ({}, '')", name)


async def in_a_transaction(name: str) -> None:
    async with db.transaction():
        await by_statement(name)


ways = pytest.mark.parametrize("write", [by_batch, by_statement, in_a_transaction])


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Somebody else writes to the file all the while."""
    assert isinstance(database, SQLiteDatabase)
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def path_of(database: Database) -> Path:
    assert isinstance(database, SQLiteDatabase)
    return database.path


def put(content: Path, path: Path) -> None:
    """Another file in its place."""
    shutil.copy(content, path.with_name("other.db")).rename(path)


def engine_of(database: Database) -> PooledSQLiteEngine:
    assert isinstance(database, SQLiteDatabase)
    return database.engine


async def names() -> set[str]:
    return {str(row["name"]) for row in await db.fetch("SELECT name FROM installation")}


async def test_a_crowd_reads_through_a_few(database: Database) -> None:
    before = threading.active_count()
    read = await asyncio.gather(*(db.fetch("SELECT {} AS n", number) for number in range(300)))
    assert [rows[0]["n"] for rows in read] == list(range(300))
    assert threading.active_count() <= before + READERS
    assert len(engine_of(database).readers.idle) <= READERS


async def test_who_leaves_gives_the_connection_back(database: Database) -> None:
    """And what it had asked is not counted to its end."""
    leaving = [asyncio.create_task(db.fetch(SLOW, AGES)) for _ in range(READERS + 3)]
    await asyncio.sleep(0)
    assert engine_of(database).readers.free.locked()
    for task in leaving:
        task.cancel()
    await asyncio.gather(*leaving, return_exceptions=True)
    async with asyncio.timeout(10):
        read = await asyncio.gather(*(db.fetch("SELECT {} AS n", number) for number in range(READERS)))
    assert len(read) == READERS


async def test_who_finds_all_of_them_lent_is_told_to_come_back(database: Database) -> None:
    slow = [asyncio.create_task(db.fetch(SLOW, AGES)) for _ in range(READERS)]
    await asyncio.sleep(0)
    assert engine_of(database).readers.free.locked()
    with db.allowing(0), pytest.raises(Unavailable):
        await db.fetch("SELECT 1")
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    assert await db.fetch("SELECT 1 AS n") == [{"n": 1}]


async def test_a_statement_that_fails_leaves_nothing(database: Database) -> None:
    before = threading.active_count()
    for _ in range(READERS + 2):
        with pytest.raises(sqlite3.OperationalError):
            await db.fetch("SELECT nothing")
    assert await db.fetch("SELECT 1 AS n") == [{"n": 1}]
    assert threading.active_count() <= before + READERS


@ways
async def test_who_waits_behind_a_held_file_waits_no_longer_than_the_first(database: Database, write: Write) -> None:
    """Twelve who would wait for a second, each after the one before, are all told within a few; who reads is served
    meanwhile."""
    with held(database), db.allowing(1):
        async with asyncio.timeout(6):
            waiting = [asyncio.create_task(write(str(number))) for number in range(12)]
            await asyncio.sleep(0)
            assert await names() == set()
            assert not any(task.done() for task in waiting)
            told = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(each) for each in told} == {Unavailable}
    await write("afterwards")
    assert await names() == {"afterwards"}


async def test_writers_of_all_kinds_keep_their_connection(database: Database) -> None:
    for _ in range(2):
        for number, write in enumerate((by_batch, by_statement, in_a_transaction)):
            before = threading.active_count()
            await db.execute("DELETE FROM installation")
            await write(str(number))
    assert threading.active_count() == before
    assert await names() == {"2"}


async def test_what_reads_may_not_write(database: Database) -> None:
    """Whatever a statement begins with: a connection for reading is none for writing."""
    with pytest.raises(Unavailable), answering():
        await engine_of(database).readers.run("DELETE FROM installation", [])


@ways
async def test_nothing_is_kept_in_a_file_that_was_taken_away(database: Database, write: Write) -> None:
    """What was acknowledged would be gone with it. When it is back, all goes on; a new one is not begun."""
    path, away = path_of(database), path_of(database).with_name("away.db")
    await write("before")
    path.rename(away)
    with pytest.raises(Unavailable, match="not in its place"):
        await write("meanwhile")
    with pytest.raises(Unavailable, match="not in its place"):
        await names()
    assert not path.exists()
    away.rename(path)
    await write("afterwards")
    assert await names() == {"before", "afterwards"}


async def _write_and_take_away(path: Path, away: Path) -> None:
    async with db.transaction():
        await db.execute("INSERT INTO installation (name, value) VALUES ('within', '')")
        await asyncio.to_thread(path.rename, away)


async def test_nothing_more_is_kept_in_a_file_that_was_taken_away_in_a_transaction(database: Database) -> None:
    path, away = path_of(database), path_of(database).with_name("away.db")
    moving = _write_and_take_away(path, away)
    with pytest.raises(Unavailable, match="not in its place"):
        await moving
    with pytest.raises(Unavailable, match="not in its place"):
        await db.execute("INSERT INTO installation (name, value) VALUES ('after', '')")
    away.rename(path)
    assert await names() == {"within"}


@ways
async def test_a_file_that_takes_its_place_is_the_one_that_is_used(
    database: Database, write: Write, sqlite_template: Path
) -> None:
    path = path_of(database)
    await write("before")
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).rename(path.with_name(f"away.db{ending}"))
    put(sqlite_template, path)
    await write("afterwards")
    assert await names() == {"afterwards"}
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM installation").fetchall() == [("afterwards",)]


@ways
async def test_a_damaged_file_is_told_as_one(database: Database, write: Write) -> None:
    """And costs no thread for each who asks."""
    await write("before")
    await names()
    before, path = threading.active_count(), path_of(database)
    garbage = path.with_name("garbage")
    garbage.write_bytes(b"no database any more " * 1000)
    put(garbage, path)
    for _ in range(READERS + 2):
        with pytest.raises(Unavailable, match="damaged"):
            await write("a")
        with pytest.raises(Unavailable, match="damaged"):
            await names()
    await asyncio.gather(*engine_of(database).readers.parting)
    assert threading.active_count() <= before
