"""The write-ahead log of a new file, which several processes ask for at once."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from survey_service.core.batch import sqlite_writer
from survey_service.core.batch.sqlite_writer import SQLiteWriter, begin_log
from survey_service.core.batch.statements import Column, Insert


def mode(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def test_all_who_ask_at_once_get_it(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / f"{number}.db"
        with ThreadPoolExecutor(6) as several:
            list(several.map(begin_log, [path] * 6))
        assert mode(path) == "wal"


def test_a_new_file_and_those_beside_it_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    begin_log(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE t (a)")
        assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == dict.fromkeys(
            ("new.db", "new.db-wal", "new.db-shm"), 0o600
        )


def test_who_may_read_a_file_that_is_there_is_for_its_owner_to_say(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    path.touch()
    path.chmod(0o640)
    begin_log(path)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_connection_that_could_not_be_set_up_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would copy the log by itself, and check no key, for as long as the process lives."""
    begin_log(tmp_path / "s.db")
    writer = SQLiteWriter(tmp_path / "s.db")
    monkeypatch.setattr(sqlite_writer, "CONNECTION_PRAGMAS", (*sqlite_writer.CONNECTION_PRAGMAS, "SELECT nothing"))
    with pytest.raises(sqlite3.OperationalError):
        writer._connect(0)
    monkeypatch.undo()
    assert writer._connect(0).execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)
    assert writer._connect(0).execute("PRAGMA foreign_keys").fetchone() == (1,)
    writer.close()


def test_who_opens_the_file_waits_for_who_holds_it(tmp_path: Path) -> None:
    """As while another connection puts a log in order that a killed process left."""
    path = tmp_path / "s.db"
    begin_log(path)
    writer = SQLiteWriter(path)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("CREATE TABLE kept (a text)")
        leaving = threading.Timer(0.3, other.close)
        leaving.start()
        assert writer.insert([Insert("kept", (Column("a", "text"),), [("1",)])], time.monotonic() + 20)
        leaving.join()
    writer.close()


def test_who_finds_the_file_taken_asks_again(tmp_path: Path) -> None:
    path = tmp_path / "taken.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE t (a)")
        other.execute("BEGIN IMMEDIATE")
        assert not sqlite_writer._has_log(path)
        asking = threading.Thread(target=begin_log, args=(path,))
        asking.start()
        other.execute("COMMIT")
        asking.join()
    assert mode(path) == "wal"


def test_a_file_that_is_no_database_is_left_for_its_first_use(tmp_path: Path) -> None:
    path = tmp_path / "note.db"
    path.write_text("this is no database\n" * 100)
    begin_log(path)
    assert path.read_text().startswith("this is no database")
