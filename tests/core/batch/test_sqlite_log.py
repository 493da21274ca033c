"""The write-ahead log is measured as it is, and copied only while nobody can commit."""

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from survey_service.core.batch import sqlite_log
from survey_service.core.batch.sqlite_log import PAGES, Log, may_lose_pages
from survey_service.core.batch.sqlite_writer import CONNECTION_PRAGMAS


def connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    for pragma in CONNECTION_PRAGMAS:
        connection.execute(pragma)
    return connection


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "survey.db"


@pytest.fixture
def writer(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(connected(file)) as connection:
        connection.execute("CREATE TABLE kept (words)")
        yield connection


def write(connection: sqlite3.Connection, times: int = 1, size: int = 20_000) -> None:
    for _ in range(times):
        connection.execute("INSERT INTO kept VALUES (?)", ["x" * size])


def test_a_file_without_a_log_has_nothing_waiting(file: Path) -> None:
    assert Log(file).waiting() == 0
    file.with_name("survey.db-wal").touch()
    assert Log(file).waiting() == 0


@pytest.mark.parametrize("times", [0, 1, 2, 7, 50])
def test_pages_of_the_log_are_counted(file: Path, writer: sqlite3.Connection, times: int) -> None:
    write(writer, times)
    counted = Log(file).waiting()
    assert counted == writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]
    assert counted >= times * 5


def test_what_is_left_of_a_longer_log_does_not_count(file: Path, writer: sqlite3.Connection) -> None:
    log = Log(file)
    write(writer, 40)
    log.copy(writer)
    assert log.waiting() == 0
    write(writer)
    assert 0 < log.waiting() < 20, "the log began anew"
    assert log.waiting() == Log(file).waiting()


def test_what_a_reader_needs_waits_until_it_is_done(file: Path, writer: sqlite3.Connection) -> None:
    log = Log(file)
    write(writer, 2)
    with closing(connected(file)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (2,)
        write(writer, 20)
        whole = log.waiting()
        log.copy(writer)
        assert 0 < log.waiting() < whole
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (2,)
    log.copy(writer)
    assert log.waiting() == 0
    assert writer.execute("SELECT count(*) FROM kept").fetchone() == (22,)


def test_nobody_can_commit_while_the_log_is_copied(
    file: Path, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else SQLite up to 3.51.2 may lose what is committed."""
    refused = []

    class Watched(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if "wal_checkpoint" in sql:
                with closing(connected(file)) as another, pytest.raises(sqlite3.OperationalError, match="locked"):
                    another.execute("BEGIN IMMEDIATE")
                refused.append(sql)
            return super().execute(sql, *values)

    write(writer, 10)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite_log.sqlite3, "connect", lambda *a, **k: connect(*a, **{**k, "factory": Watched}))
    Log(file).copy(writer)
    monkeypatch.undo()
    assert len(refused) == 1
    write(writer)


def test_a_file_that_somebody_writes_to_is_left_for_later(file: Path, writer: sqlite3.Connection) -> None:
    log = Log(file)
    write(writer, 10)
    waiting = log.waiting()
    with closing(connected(file)) as another:
        another.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            log.copy(writer)
    assert log.waiting() == waiting
    write(writer)


@pytest.mark.parametrize("left", [0.5, 0.9])
def test_a_file_that_has_lost_its_end_is_not_copied_into(file: Path, writer: sqlite3.Connection, left: float) -> None:
    """It would be as long as before, with a hole: SQLite itself only sees that where much is missing. Whoever puts the
    end back has everything."""
    log = Log(file)
    write(writer, 40)
    log.copy(writer)
    whole = file.read_bytes()
    rest = int(len(whole) * left)
    os.truncate(file, rest)
    write(writer, 10)
    waiting = log.waiting()
    log.copy(writer)
    assert file.stat().st_size == rest
    assert log.waiting() == waiting > 0
    assert not log.is_due()
    write(writer, 100, size=50_000)
    assert log.waiting() > PAGES
    assert log.is_due()
    log.copy(writer)
    assert not log.is_due(), "it is not read again at each write"
    with file.open("r+b") as mended:
        mended.seek(rest)
        mended.write(whole[rest:])
    log.copy(writer)
    assert log.waiting() == 0
    assert writer.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert writer.execute("SELECT count(*) FROM kept").fetchone() == (150,)


def test_looking_at_the_log_takes_nobodys_lock_away(file: Path, writer: sqlite3.Connection) -> None:
    """A process that closes a file which SQLite has locked loses the lock, and another one would write."""
    writer.execute("BEGIN IMMEDIATE")
    write(writer, 3)
    Log(file).waiting()
    code = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    another = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    assert "database is locked" in another.stderr
    writer.execute("COMMIT")


@pytest.mark.parametrize(
    ("version", "may"),
    [((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 46, 1), True), ((3, 50, 6), True),
     ((3, 50, 7), False), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 52, 0), False), ((3, 53, 4), False)],
)  # fmt: skip
def test_it_is_known_which_versions_may_lose_pages(version: tuple[int, int, int], may: bool) -> None:
    assert may_lose_pages(version) is may


def test_a_log_that_cannot_be_looked_at_fails_nobody(
    file: Path, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the process has as many files open as it may: what was written before the look stands."""

    def refuse(*unused: object) -> int:
        raise OSError(errno.EMFILE, "too many open files")

    write(writer, 3)
    monkeypatch.setattr(sqlite_log.os, "open", refuse)
    assert Log(file).waiting() == 0
