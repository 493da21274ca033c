"""Backup and restore on SQLite files, with a writer that does not stop."""

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from survey_service.core.errors import Conflict, Unavailable
from survey_service.core.settings import Settings
from survey_service.operation.backup import backup, restore, without_password
from tests.conftest import SECRET, postgres_url


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


@pytest.fixture
def live(sqlite_file: Path) -> Path:
    """A database in write-ahead mode with one row of its own."""
    with closing(sqlite3.connect(sqlite_file)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO installation (name, value) VALUES ('mark', 'first')")
    return sqlite_file


def _settings(path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{path}")


def _mark(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT value FROM installation WHERE name = 'mark'").fetchone()[0])


def _set_mark(path: Path, value: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE installation SET value = ? WHERE name = 'mark'", (value,))


def test_a_backup_is_one_private_file_with_what_lay_in_the_log(live: Path, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "copy.db"
    with closing(sqlite3.connect(live, isolation_level=None)) as serving:
        serving.execute("UPDATE installation SET value = 'in the log' WHERE name = 'mark'")
        assert live.with_name("survey.db-wal").stat().st_size > 0
        backup(_settings(live), target, _silent)
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert _mark(target) == "in the log"


def test_a_backup_is_of_one_moment_while_others_write(live: Path, tmp_path: Path) -> None:
    """Two rows always change together; the copy never sees them apart, and it ends although writing does not."""
    with closing(sqlite3.connect(live)) as connection, connection:
        connection.execute("CREATE TABLE ballast (bytes BLOB)")
        connection.executemany("INSERT INTO ballast VALUES (randomblob(4000))", [()] * 30_000)
        connection.execute("CREATE TABLE pair (name TEXT, n INTEGER)")
        connection.execute("INSERT INTO pair VALUES ('left', 0), ('right', 0)")
    ending, written = threading.Event(), []

    def write() -> None:
        with closing(sqlite3.connect(live, isolation_level=None)) as writer:
            while not ending.is_set():
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("UPDATE pair SET n = n + 1 WHERE name = 'left'")
                writer.execute("UPDATE pair SET n = n + 1 WHERE name = 'right'")
                writer.execute("COMMIT")
                written.append(1)

    steps: list[tuple[int, int]] = []
    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup(_settings(live), tmp_path / "copy.db", lambda done, total: steps.append((done, total)))
    finally:
        ending.set()
        writer.join()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        left, right = (row[0] for row in copy.execute("SELECT n FROM pair ORDER BY name"))
    assert left == right
    assert len(written) > left, "it wrote on during the copy"
    assert len(steps) > 1
    assert steps == sorted(steps), "the copy began again"
    assert steps[-1][0] == steps[-1][1]


def test_a_backup_replaces_nothing_unasked(live: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("something else")
    with pytest.raises(Conflict, match="exists already"):
        backup(_settings(live), target, _silent)
    assert target.read_text() == "something else"
    backup(_settings(live), target, _silent, overwrite=True)
    assert _mark(target) == "first"


def test_the_database_is_not_its_own_backup(live: Path) -> None:
    with pytest.raises(Conflict, match="the database itself"):
        backup(_settings(live), live, _silent, overwrite=True)
    assert _mark(live) == "first"


def test_what_is_not_there_is_not_backed_up(tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="no file"):
        backup(_settings(tmp_path / "none.db"), tmp_path / "copy.db", _silent)
    assert list(tmp_path.iterdir()) == []


def test_a_restore_brings_back_what_was(live: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    backup(_settings(live), copy, _silent)
    _set_mark(live, "second")
    live.chmod(0o640)
    with pytest.raises(Conflict, match="--yes"):
        restore(_settings(live), copy, _silent)
    assert _mark(live) == "second"
    restore(_settings(live), copy, _silent, overwrite=True)
    assert _mark(live) == "first"
    assert _mark(copy) == "first"
    assert stat.S_IMODE(live.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "survey.db"]


def test_a_restore_makes_a_database_where_there_is_none(live: Path, tmp_path: Path) -> None:
    copy, target = tmp_path / "copy.db", tmp_path / "elsewhere" / "survey.db"
    backup(_settings(live), copy, _silent)
    restore(_settings(target), copy, _silent)
    assert _mark(target) == "first"


def test_an_old_log_is_not_read_into_the_restored_file(live: Path, tmp_path: Path) -> None:
    """After SIGKILL the log stays beside the file; whatever takes the file's place must not inherit it."""
    copy = tmp_path / "copy.db"
    backup(_settings(live), copy, _silent)
    child = os.fork()
    if child == 0:
        killed = sqlite3.connect(live, isolation_level=None)
        killed.execute("UPDATE installation SET value = 'in the log' WHERE name = 'mark'")
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    assert live.with_name("survey.db-wal").stat().st_size > 0
    restore(_settings(live), copy, _silent, overwrite=True)
    assert _mark(live) == "first"


def test_a_restore_refuses_while_the_service_runs(live: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    backup(_settings(live), copy, _silent)
    with closing(sqlite3.connect(live)) as serving:
        serving.execute("SELECT count(*) FROM installation").fetchone()
        with pytest.raises(Conflict, match="in use"):
            restore(_settings(live), copy, _silent, overwrite=True)
        serving.execute("UPDATE installation SET value = 'later' WHERE name = 'mark'")
        serving.commit()
    assert _mark(live) == "later"


@pytest.mark.parametrize("damage", ["foreign", "text", "torn"])
def test_a_bad_backup_leaves_the_database_alone(live: Path, tmp_path: Path, damage: str) -> None:
    bad = tmp_path / "bad.db"
    if damage == "text":
        bad.write_text("this is a letter, not a database, and it is longer than a header" * 50)
    elif damage == "foreign":
        with closing(sqlite3.connect(bad)) as connection:
            connection.execute("CREATE TABLE other (n INTEGER)")
    else:
        backup(_settings(live), bad, _silent)
        with bad.open("r+b") as file:
            file.seek(bad.stat().st_size // 2)
            file.write(b"\xff" * 8192)
    with pytest.raises(Conflict):
        restore(_settings(live), bad, _silent, overwrite=True)
    assert _mark(live) == "first"
    assert not list(tmp_path.glob("*.partial")) + list(tmp_path.glob(".*.partial"))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (["DROP TABLE invitation"], "is not whole: the table invitation is missing"),
        (["ALTER TABLE invitation DROP COLUMN sent_at"], "the columns sent_at of the table invitation"),
        (["DELETE FROM migration WHERE app_name = 'cases'"], "could not be brought up to date"),
        (["DROP TABLE installation", "CREATE TABLE installation (a)"], "no database of this service"),
        (["DROP TABLE migration", "CREATE TABLE migration (a)"], "none of this service"),
        (["INSERT INTO migration VALUES (999, '2099-01-01T00:00:00:000001', 'cases', '2099-01-01')"], "newer release"),
    ],
)
def test_a_made_up_backup_leaves_the_database_alone(live: Path, tmp_path: Path, made: list[str], words: str) -> None:
    """A file with our tables is not yet a backup that this release can work with: that is tried on a copy."""
    bad = tmp_path / "bad.db"
    backup(_settings(live), bad, _silent)
    with closing(sqlite3.connect(bad, isolation_level=None)) as connection:
        for statement in made:
            connection.execute(statement)
    before = live.read_bytes()
    with pytest.raises(Conflict, match=words) as refused:
        restore(_settings(live), bad, _silent, overwrite=True)
    assert "Nothing was restored" in refused.value.message
    assert "\n" not in refused.value.message
    assert live.read_bytes() == before
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_damaged_database_can_be_replaced(live: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    backup(_settings(live), copy, _silent)
    live.write_bytes(b"rubbish " * 1000)
    restore(_settings(live), copy, _silent, overwrite=True)
    assert _mark(live) == "first"


def test_without_its_tool_postgres_names_the_command_that_restores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database_url="postgresql://survey:secret@db/survey", secret_key=SECRET)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "copy.dump").touch()
    with pytest.raises(Unavailable, match=r"pg_restore .*\$SURVEY_DATABASE_URL") as refused:
        restore(settings, tmp_path / "copy.dump", _silent, overwrite=True)
    assert "secret" not in refused.value.message


def test_without_its_tool_postgres_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings(database_url="postgresql://survey:secret@db/survey", secret_key=SECRET)
    with pytest.raises(Unavailable, match=r"pg_dump --format=custom --file=.*copy.dump .*\$SURVEY_DATABASE_URL"):
        backup(settings, tmp_path / "copy.dump", _silent)


def test_a_failing_dump_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tool gets the password through its environment, and half a dump is thrown away."""
    tool = tmp_path / "pg_dump"
    tool.write_text('#!/bin/sh\necho "$PGPASSWORD $*" >&2\nexit 1\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    settings = Settings(database_url="postgresql://survey:p%40ss@db1,db2/survey?sslmode=require", secret_key=SECRET)
    with pytest.raises(Unavailable) as failed:
        backup(settings, tmp_path / "copy.dump", _silent)
    assert "p@ss --format=custom" in failed.value.message
    assert "postgresql://survey@db1,db2/survey?sslmode=require" in failed.value.message
    assert [path.name for path in tmp_path.iterdir()] == ["pg_dump"]


def test_an_address_without_a_password_stays_as_it_is() -> None:
    assert without_password("postgresql://survey@db/survey") == ("postgresql://survey@db/survey", {})
    assert without_password("postgresql:///survey?host=/run") == ("postgresql:///survey?host=/run", {})


@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")
def test_postgres_is_dumped(postgres_server: str, postgres_template: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.dump"
    settings = Settings(database_url=postgres_url(postgres_server, postgres_template), secret_key=SECRET)
    if _major(_printed_by_tool()) < _server_major(settings.database_url):
        with pytest.raises(Unavailable, match="version mismatch"):
            backup(settings, target, _silent)
        assert not target.exists()
    else:
        backup(settings, target, _silent)
        assert target.read_bytes().startswith(b"PGDMP")


def _printed_by_tool() -> str:
    return subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=True).stdout


def _major(version: str) -> int:
    return int(version.split()[2].split(".")[0])


def _server_major(url: str) -> int:
    async def ask() -> int:
        connection = await asyncpg.connect(url)
        try:
            return int(connection.get_server_version().major)
        finally:
            await connection.close()

    return asyncio.run(ask())
