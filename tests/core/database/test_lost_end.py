"""A SQLite file that loses its end while it is served: what is kept from then on is there once the end is back."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

LOST = 40 * 1024
KEPT = 20
SERVING = f"""
import asyncio, os, signal, sys
from pathlib import Path
from survey_service.core.database.sqlite import SQLiteDatabase
from survey_service.core.batch.statements import Column, Insert

path, ending = Path(sys.argv[1]), sys.argv[2]

async def main():
    database = SQLiteDatabase(path)
    await database.open()
    await database.insert([Insert("said", (Column("words", "text"),), [("first",)])])
    os.truncate(path, path.stat().st_size - {LOST})
    for number in range({KEPT}):
        await database.insert([Insert("said", (Column("words", "text"),), [("kept",)])])
    if ending == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    await database.close()

async def again():
    database = SQLiteDatabase(path)
    await database.open()
    print(await database.trouble())
    await database.close()

asyncio.run(again() if ending == "again" else main())
"""


def run(path: Path, ending: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SERVING, str(path), ending], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == (-signal.SIGKILL if ending == "killed" else 0), done.stderr
    return done.stdout.strip()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made_at = tmp_path / "survey.db"
    with closing(sqlite3.connect(made_at, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE said (words TEXT)")
        made.executemany("INSERT INTO said VALUES (?)", [("word " * 600,)] * 200)
    return made_at


@pytest.mark.parametrize("ending", ["stopped", "killed"])
@pytest.mark.parametrize("starts", [0, 2])
def test_nothing_is_copied_into_it_by_whoever_leaves_it_last(path: Path, ending: str, starts: int) -> None:
    whole = path.read_bytes()
    run(path, ending)
    for _ in range(starts):
        assert run(path, "again") == "damaged"
    assert path.stat().st_size == len(whole) - LOST
    with path.open("r+b") as mended:
        mended.seek(0, os.SEEK_END)
        mended.write(whole[-LOST:])
    assert starts == 0 or run(path, "again") == ""
    with closing(sqlite3.connect(path)) as read:
        assert read.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert read.execute("SELECT count(*) FROM said WHERE words = 'kept'").fetchone() == (KEPT,)


def test_nor_where_its_words_cannot_be_read(tmp_path: Path) -> None:
    """Those stand at the end of a file that is new."""
    path = tmp_path / "survey.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        for number in range(120):
            made.execute(f"CREATE TABLE t{number} ({', '.join(f'{letter * 90} TEXT' for letter in 'abcdefgh')})")
    whole = path.read_bytes()
    held = sqlite3.connect(path, isolation_level=None)
    held.execute("PRAGMA wal_autocheckpoint = 0")
    held.execute("INSERT INTO t0 (" + "a" * 90 + ") VALUES ('kept')")
    log = path.with_name("survey.db-wal").read_bytes()
    held.close()
    path.write_bytes(whole[:-LOST])
    path.with_name("survey.db-wal").write_bytes(log)
    assert run(path, "again") == "damaged"
    assert path.stat().st_size == len(whole) - LOST
    assert path.with_name("survey.db-wal").stat().st_size == len(log)
