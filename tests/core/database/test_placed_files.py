"""A SQLite file that is put in the place of the one that is served, and one that grows past what SQLite keeps free."""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from survey_service.core.batch.statements import Column, Insert
from survey_service.core.database.sqlite import SQLiteDatabase
from survey_service.core.errors import Unavailable

PAGE = 4096
LOCKED_BY = 2**30
"""The page at this byte is never written: https://sqlite.org/fileformat2.html, 1.4."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made_at = tmp_path / "survey.db"
    with closing(sqlite3.connect(made_at, isolation_level=None)) as made:
        made.execute(f"PRAGMA page_size = {PAGE}")
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE said (words TEXT)")
    return made_at


@pytest.fixture
async def database(path: Path) -> AsyncIterator[SQLiteDatabase]:
    opened = SQLiteDatabase(path)
    await opened.open()
    yield opened
    await opened.close()


async def write(database: SQLiteDatabase, words: str) -> None:
    assert await database.insert([Insert("said", (Column("words", "text"),), [(words,)])])


def almost_a_gigabyte(path: Path) -> None:
    """Pages that hold nothing, and take no room on the disk: the header says how many there are."""
    pages = LOCKED_BY // PAGE - 20
    with path.open("r+b") as file:
        file.seek(28)
        file.write(pages.to_bytes(4, "big"))
    os.truncate(path, pages * PAGE)


def moved_away(path: Path, *endings: str) -> bytes:
    """What was in the file."""
    content = path.read_bytes()
    for ending in endings:
        path.with_name(path.name + ending).rename(f"{path}.former{ending}")
    return content


def put_back(path: Path) -> None:
    Path(f"{path}.former").replace(path)


def size_of(path: Path) -> int:
    return path.stat().st_size


def place(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def holds(path: Path, content: bytes) -> bool:
    return path.read_bytes() == content


def names_beside(path: Path) -> list[str]:
    return [one.name for one in path.parent.iterdir()]


async def test_a_file_may_grow_past_a_gigabyte(path: Path) -> None:
    almost_a_gigabyte(path)
    database = SQLiteDatabase(path)
    await database.open()
    assert await database.trouble() == ""
    for _ in range(20):
        await write(database, "word " * 2000)
    assert await database.trouble() == ""
    for _ in range(20):
        await write(database, "word " * 100_000)
    assert database.shortening is not None
    await database.shortening
    assert database.log.waiting() < 1_000
    assert await database.trouble() == ""
    await database.close()
    assert size_of(path) > LOCKED_BY
    assert names_beside(path) == [path.name]


async def test_an_empty_file_in_its_place_is_not_begun(path: Path, database: SQLiteDatabase) -> None:
    await write(database, "kept")
    moved_away(path, "", "-wal", "-shm")
    place(path, b"")
    assert await database.trouble() == "damaged"
    with pytest.raises(Unavailable):
        await database.look()
    with pytest.raises(Unavailable):
        await write(database, "nowhere")
    assert size_of(path) == 0


async def test_a_lost_log_is_remembered_while_an_empty_file_is_there(path: Path, database: SQLiteDatabase) -> None:
    await write(database, "kept")
    moved_away(path, "-wal")
    with pytest.raises(Unavailable):
        await write(database, "nowhere")
    moved_away(path, "")
    place(path, b"")
    assert await database.trouble() == "damaged"
    put_back(path)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await write(database, "in a log elsewhere")
    assert await database.trouble() == "damaged"


async def test_a_crowd_does_not_open_a_file_beside_the_log_of_another(path: Path, database: SQLiteDatabase) -> None:
    for number in range(20):
        await write(database, f"former {number}")
    with closing(sqlite3.connect(path.with_name("new.db"), isolation_level=None)) as made:
        made.execute("CREATE TABLE said (words TEXT)")
        made.executemany("INSERT INTO said VALUES (?)", [("new",)] * 50)
    content = moved_away(path.with_name("new.db"), "")
    moved_away(path, "")
    place(path, content)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await database.insert([Insert("said", (Column("words", "text"),), [("a crowd",)] * 8)])
    await database.close()
    assert holds(path, content)


async def test_a_file_beside_the_log_of_another_is_not_opened(path: Path, database: SQLiteDatabase) -> None:
    await write(database, "kept")
    content = moved_away(path, "")
    place(path, content)
    assert await database.trouble() == "damaged"
    with pytest.raises(Unavailable):
        await database.look()
    with pytest.raises(Unavailable):
        await write(database, "between two files")
    assert holds(path, content)
