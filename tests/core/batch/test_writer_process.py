"""The process that writes for a crowd: the same rows as the thread writes, and nothing lost when it is."""

import asyncio
import io
import os
import signal
import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from survey_service.core import database as db
from survey_service.core.batch import writer_process
from survey_service.core.batch.sqlite_writer import SQLiteWriter
from survey_service.core.batch.statements import Batch, Column, Insert
from survey_service.core.batch.writer_process import KEPT, NOT_KEPT, WriterProcess
from survey_service.core.database import Database
from survey_service.core.database.sqlite import SQLiteDatabase
from survey_service.core.ids import new_id

COLUMNS = (Column("name", "text"), Column("value", "text"))
Rows = list[tuple[str, Any]]
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def keep(rows: Rows) -> Batch[list[str]]:
    inserted = yield Insert("installation", COLUMNS, rows, returning="name")
    return [name for (name,) in inserted]


def rows_from(start: int, count: int = writer_process.CROWD) -> Rows:
    return [(f"row-{number}", "") for number in range(start, start + count)]


async def kept() -> set[str]:
    return {row["name"] for row in await db.fetch("SELECT name FROM installation")}


@pytest.fixture
async def crowded(database: Database) -> WriterProcess:
    """The process of a database that has just had a crowd."""
    assert isinstance(database, SQLiteDatabase)
    await database.run_assuming_new(lambda: keep(rows_from(0)))
    await started(database.crowd)
    return database.crowd


async def started(crowd: WriterProcess) -> None:
    if crowd.starting is not None:
        await crowd.starting
    assert crowd.process is not None


async def test_a_single_row_starts_nothing(database: Database) -> None:
    await database.run_assuming_new(lambda: keep([("a", "1")]))
    if isinstance(database, SQLiteDatabase):
        assert (database.crowd.process, database.crowd.starting) == (None, None)


@sqlite
async def test_a_crowd_is_kept_by_the_process(
    database: Database, crowded: WriterProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "writer", None)
    assert await database.run_assuming_new(lambda: keep(rows_from(10))) == [name for name, _ in rows_from(10)]
    assert await database.run_assuming_new(lambda: keep(rows_from(20, 1))) == ["row-20"]
    monkeypatch.undo()
    assert await kept() == {name for name, _ in rows_from(0) + rows_from(10) + rows_from(20, 1)}


@sqlite
async def test_a_row_that_is_there_is_left_to_the_careful_way(database: Database, crowded: WriterProcess) -> None:
    assert await database.run_assuming_new(lambda: keep(rows_from(2))) == ["row-4", "row-5"]
    assert crowded.process is not None
    assert crowded.process.returncode is None


@sqlite
async def test_a_killed_process_loses_nothing(database: Database, crowded: WriterProcess) -> None:
    assert crowded.process is not None
    os.kill(crowded.process.pid, signal.SIGKILL)
    assert await database.run_assuming_new(lambda: keep(rows_from(10))) == [name for name, _ in rows_from(10)]
    assert await kept() == {name for name, _ in rows_from(0) + rows_from(10)}
    assert crowded.process is None
    assert not crowded.wanted(1000), "it rests before it is tried again"
    crowded.not_before = 0.0
    assert not crowded.wanted(writer_process.CROWD)
    await started(crowded)
    assert await database.run_assuming_new(lambda: keep(rows_from(20))) == [name for name, _ in rows_from(20)]


@sqlite
async def test_who_leaves_takes_the_reply_with_them(database: Database, crowded: WriterProcess) -> None:
    """A reply that nobody waited for must not be taken for the next group's."""
    assert crowded.process is not None
    os.kill(crowded.process.pid, signal.SIGSTOP)
    leaving = asyncio.create_task(database.run_assuming_new(lambda: keep(rows_from(10))))
    await asyncio.sleep(0.05)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await database.run_assuming_new(lambda: keep(rows_from(0, 5))) == ["row-4"]


@sqlite
async def test_it_ends_with_the_database(database: Database, crowded: WriterProcess) -> None:
    process = crowded.process
    assert process is not None
    await database.close()
    assert process.returncode == 0


@sqlite
async def test_values_are_the_same_text_as_the_thread_writes(database: Database, crowded: WriterProcess) -> None:
    moment = datetime(2026, 3, 4, 5, 6, 7, 890, tzinfo=UTC)
    identity = new_id()
    values = [identity, moment, moment.astimezone(timezone(timedelta(hours=4))), moment.replace(microsecond=0),
              date(2026, 3, 4), 7, 2.5, "ጥሩ", None]  # fmt: skip
    columns = (Column("name", "text"), Column("value", "text"))
    for writer in ("process", "thread"):
        rows = [(f"{writer}-{number}", value if value is not None else "") for number, value in enumerate(values)]
        insert = Insert("installation", columns, rows, returning="name")
        if writer == "process":
            assert await crowded.insert([insert])
        else:
            assert isinstance(database, SQLiteDatabase)
            assert await database.in_turn(database.writer.insert, [insert])
    found = {row["name"]: row["value"] for row in await db.fetch("SELECT name, value FROM installation")}
    for number in range(len(values)):
        assert found[f"process-{number}"] == found[f"thread-{number}"]


def test_it_says_what_it_kept_and_ends_in_the_middle_of_a_message(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE installation (name TEXT PRIMARY KEY, value TEXT)")
    content = writer_process._encode([("installation", ["name", "value"], "name", [("a", "1")])])
    message = len(content).to_bytes(4, "big") + content
    unknown = writer_process._encode([("no_such_table", ["name"], None, [("a",)])])
    told = io.BytesIO(message + message + len(unknown).to_bytes(4, "big") + unknown + message[:-3])
    reply, writer = io.BytesIO(), SQLiteWriter(path)
    writer_process.serve(writer, told, reply)
    writer.close()
    assert reply.getvalue() == KEPT + NOT_KEPT + NOT_KEPT
