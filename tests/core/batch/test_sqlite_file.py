"""What is seen of a SQLite file from outside: whether it can be written to, and whether all of it is there."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from survey_service.core.batch.sqlite_file import hindrance

ROWS = 300


@pytest.fixture
def open_file(tmp_path: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """A file of some hundred pages that a process has open, and all of which is still in its log."""
    path = tmp_path / "survey.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("PRAGMA journal_mode = WAL")
        held.execute("PRAGMA wal_autocheckpoint = 0")
        held.execute("CREATE TABLE said (words TEXT)")
        held.executemany("INSERT INTO said VALUES (?)", [("word " * 200,)] * ROWS)
        yield path, held


@pytest.mark.parametrize("by_writing", [False, True])
@pytest.mark.parametrize("mode", ["PASSIVE", "FULL", "RESTART", "TRUNCATE"])
def test_all_of_a_file_is_there_wherever_its_pages_stand(
    open_file: tuple[Path, sqlite3.Connection], mode: str, by_writing: bool
) -> None:
    path, held = open_file
    assert hindrance(path, by_writing=by_writing) == 0
    held.execute(f"PRAGMA wal_checkpoint({mode})")
    assert hindrance(path, by_writing=by_writing) == 0
    held.execute("DELETE FROM said WHERE rowid % 2 = 0")
    held.execute("VACUUM")
    assert hindrance(path, by_writing=by_writing) == 0
    held.execute(f"PRAGMA wal_checkpoint({mode})")
    assert hindrance(path, by_writing=by_writing) == 0


@pytest.mark.parametrize("left", [0, 50, 4096, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_damaged(open_file: tuple[Path, sqlite3.Connection], left: float) -> None:
    path, held = open_file
    held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.stat().st_size
    os.truncate(path, int(left if left >= 1 or not left else whole * left))
    assert hindrance(path, by_writing=False) == sqlite3.SQLITE_CORRUPT


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert hindrance(tmp_path / "survey.db", by_writing=False) == sqlite3.SQLITE_CANTOPEN
