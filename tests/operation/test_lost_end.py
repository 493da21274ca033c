"""A SQLite file that has lost its end, and what an operator does with it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.operation.product import finished

pytestmark = pytest.mark.slow
LOST = 40 * 1024


@pytest.fixture
def path(tmp_path: Path, sqlite_template: Path) -> Path:
    """A database, whose end is missing, with a note in the log beside it."""
    lost, log = tmp_path / "survey.db", tmp_path / "survey.db-wal"
    lost.write_bytes(sqlite_template.read_bytes())
    whole = lost.read_bytes()
    with closing(sqlite3.connect(lost, isolation_level=None)) as held:
        held.execute("PRAGMA journal_mode = WAL")
        held.execute("INSERT INTO installation (name, value) VALUES ('note', 'kept')")
        beside = log.read_bytes()
    lost.write_bytes(whole[:-LOST])
    log.write_bytes(beside)
    return lost


@pytest.mark.parametrize("arguments", [("check",), ("backup", "another.db"), ("keys",)])
def test_no_command_copies_into_it(path: Path, arguments: tuple[str, ...]) -> None:
    size, log = path.stat().st_size, path.with_name("survey.db-wal").read_bytes()
    command, *files = arguments
    done = finished(f"sqlite:///{path}", command, *(str(path.with_name(file)) for file in files))
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert path.stat().st_size == size
    assert path.with_name("survey.db-wal").read_bytes() == log


def test_a_backup_takes_its_place(path: Path, sqlite_template: Path) -> None:
    backup = path.with_name("backup.db")
    sound = path.with_name("sound.db")
    sound.write_bytes(sqlite_template.read_bytes())
    assert finished(f"sqlite:///{sound}", "backup", str(backup)).returncode == 0
    done = finished(f"sqlite:///{path}", "restore", str(backup), "--yes")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(path)) as read:
        assert read.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert read.execute("SELECT count(*) FROM installation WHERE name = 'note'").fetchone() == (0,)
