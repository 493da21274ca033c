"""Nothing is acknowledged in a file or a log that nobody finds, and what was acknowledged before stays."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from survey_service.core.batch.sqlite_guard import Guard
from survey_service.core.batch.sqlite_writer import CONNECTION_PRAGMAS, SQLiteWriter, begin_log
from survey_service.core.batch.statements import Column, Insert

LOST = "not in its place"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "survey.db"
    begin_log(made)
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("CREATE TABLE said (words TEXT)")
    return made


@pytest.fixture
def writer(path: Path) -> Iterator[SQLiteWriter]:
    made = SQLiteWriter(path)
    yield made
    made.close()


def write(writer: SQLiteWriter, words: str) -> None:
    assert writer.insert([Insert("said", (Column("words", "text"),), [(words,)])], time.monotonic() + 2)


def said(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as read:
        assert read.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [words for (words,) in read.execute("SELECT words FROM said ORDER BY rowid")]


def beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def test_what_was_acknowledged_before_the_log_was_lost_stays(path: Path, writer: SQLiteWriter) -> None:
    for number in range(50):
        write(writer, f"{number} {'word ' * 1000}")
    beside(path, "-wal").unlink()
    with pytest.raises(sqlite3.OperationalError, match=LOST):
        write(writer, "late")
    writer.close()
    assert len(said(path)) == 50


def test_a_lost_log_is_remembered_while_the_file_is_away(path: Path, writer: SQLiteWriter) -> None:
    write(writer, "first")
    away = path.parent / "away"
    away.mkdir()
    for ending in ("", "-wal", "-shm"):
        beside(path, ending).rename(beside(away / path.name, ending))
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match=r"unable to open|not in its place"):
            write(writer, "nowhere")
    (away / path.name).rename(path)
    with pytest.raises(sqlite3.OperationalError, match=LOST):
        write(writer, "in a log elsewhere")
    assert not writer.guard.is_sound()


def test_what_is_committed_to_a_file_that_another_took_the_place_of_is_not_kept(
    path: Path, writer: SQLiteWriter
) -> None:
    write(writer, "first")
    content = path.read_bytes()
    transaction = writer._transaction(time.monotonic() + 2)
    connection = transaction.__enter__()
    connection.execute("INSERT INTO said VALUES ('meanwhile')")
    for ending in ("", "-wal", "-shm"):
        beside(path, ending).rename(beside(path.with_name("former.db"), ending))
    path.write_bytes(content)
    with pytest.raises(sqlite3.OperationalError, match=LOST):
        transaction.__exit__(None, None, None)
    write(writer, "afterwards")
    assert said(path)[-1] == "afterwards"


def test_nobody_goes_on_in_a_log_without_its_beginning(path: Path, writer: SQLiteWriter) -> None:
    """Where another process still has the one that was taken away, and the index beside it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for pragma in CONNECTION_PRAGMAS:
            other.execute(pragma)
        other.execute("INSERT INTO said VALUES ('first')")
        other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        other.execute("CREATE TABLE later (words TEXT)")
        beside(path, "-wal").unlink()
        with pytest.raises(sqlite3.Error):
            write(writer, "second")
        assert other.execute("SELECT count(*) FROM said").fetchone() == (1,)


def test_a_log_that_lost_its_beginning_with_the_power_is_begun_anew(path: Path, writer: SQLiteWriter) -> None:
    """Its size was noted and its bytes were not. Whoever else has the file open keeps SQLite from removing it."""
    beside(path, "-wal").write_bytes(bytes(4152))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("SELECT * FROM said").fetchall()
        write(writer, "first")
        assert writer.guard.is_sound()
        assert other.execute("SELECT words FROM said").fetchall() == [("first",)]


def test_the_log_of_one_file_is_not_laid_over_another(path: Path, writer: SQLiteWriter) -> None:
    """Where only the file is replaced by hand: SQLite takes any log that lies beside it for the file's own."""
    backup = path.with_name("backup.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(backup, isolation_level=None)) as made:
        source.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")
    for number in range(50):
        write(writer, f"{number} {'word ' * 1000}")
    content = backup.read_bytes()
    backup.replace(path)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match=LOST):
            write(writer, "between two files")
        assert not writer.guard.is_sound()
    for ending in ("-wal", "-shm"):
        beside(path, ending).rename(beside(path.with_name("former.db"), ending))
    assert path.read_bytes() == content
    write(writer, "afterwards")
    assert said(path) == ["afterwards"]


def test_a_file_of_another_mode_that_is_put_in_place_is_served(path: Path, writer: SQLiteWriter) -> None:
    """A backup has no log: whoever came first gave it one, which went with him."""
    write(writer, "first")
    backup = path.with_name("backup.db")
    with closing(sqlite3.connect(backup)) as made:
        made.execute("CREATE TABLE said (words TEXT UNIQUE)")
        made.execute("INSERT INTO said VALUES ('kept')")
        made.commit()
    for ending in ("-wal", "-shm"):
        beside(path, ending).unlink(missing_ok=True)
    backup.replace(path)
    guard = Guard(path)
    guard.hold()
    with closing(sqlite3.connect(path, isolation_level=None)) as one:
        for pragma in CONNECTION_PRAGMAS:
            one.execute(pragma)
        with pytest.raises(sqlite3.IntegrityError):
            one.execute("INSERT INTO said VALUES ('kept')")
    write(writer, "second")
    guard.hold()
    guard.end()
    assert said(path) == ["kept", "second"]


def test_who_is_there_alone_leaves_a_sound_file_alone(path: Path, writer: SQLiteWriter) -> None:
    write(writer, "first")
    writer.close()
    assert said(path) == ["first"]
    assert [one.name for one in path.parent.iterdir()] == [path.name]
