"""What is seen of a SQLite file from outside: whether it can be written to, and whether all of it is there."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from survey_service.core.batch.sqlite_hindrance import Seen, hindrance
from survey_service.core.batch.sqlite_log import Log, missing_in

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
    """Before and after the log is copied, and after the file became shorter by itself and grew again."""
    (path, held), seen = open_file, Seen()
    for step in (
        "PRAGMA user_version",
        f"PRAGMA wal_checkpoint({mode})",
        "DELETE FROM said WHERE rowid % 2 = 0",
        "VACUUM",
        f"PRAGMA wal_checkpoint({mode})",
        "INSERT INTO said SELECT words FROM said",
        "DELETE FROM said",
        "VACUUM",
        f"PRAGMA wal_checkpoint({mode})",
        f"INSERT INTO said SELECT '{'word ' * 200}' FROM json_each('[{','.join(['1'] * 40)}]')",
    ):
        held.execute(step).fetchall()
        assert hindrance(path, seen, by_writing=by_writing) == 0, step
    assert seen.pages * 4096 == path.stat().st_size


def spill(held: sqlite3.Connection) -> None:
    """A transaction too large for its memory, which is taken back."""
    held.execute("PRAGMA cache_size = 5")
    held.execute("BEGIN")
    held.execute("UPDATE said SET words = words || 'more'")
    held.execute("ROLLBACK")


def test_what_a_commit_that_failed_left_in_the_log_is_nobodys(open_file: tuple[Path, sqlite3.Connection]) -> None:
    """Others take its place there, under the mark of the same log."""
    (path, held), seen = open_file, Seen()
    spill(held)
    assert hindrance(path, seen, by_writing=False) == 0
    held.execute("INSERT INTO said SELECT words FROM said")
    assert hindrance(path, seen, by_writing=False) == 0


def test_what_a_commit_left_that_could_not_be_made_sure_of_is_nobodys_either(
    open_file: tuple[Path, sqlite3.Connection],
) -> None:
    """It was seen as if it were committed; then others took its place, under the mark of the same log."""
    (path, held), seen = open_file, Seen()
    held.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    held.execute("INSERT INTO said VALUES ('first')")
    log = path.with_name("survey.db-wal")
    before = log.read_bytes()
    held.execute("UPDATE said SET words = words || 'more'")
    unsure = log.read_bytes()
    seen.log = Log(path)
    seen.log.numbers()
    assert len(seen.log.known) > 20
    assert len(unsure) > len(before)
    seen.log.known = [number + 10_000 for number in seen.log.known]  # those that stood there were others
    held.execute("INSERT INTO said SELECT words FROM said")
    assert hindrance(path, seen, by_writing=False) == 0


def test_it_does_not_stand_for_the_end_of_a_file(open_file: tuple[Path, sqlite3.Connection]) -> None:
    (path, held) = open_file
    held.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    spill(held)
    os.truncate(path, path.stat().st_size - 4096)
    log = Log(path)
    missing = missing_in(path, held)
    assert list(missing)
    assert log.lacks(missing)
    assert log.pages > len(log.numbers()), "more lies there than was committed"
    assert hindrance(path, Seen(), by_writing=False) == sqlite3.SQLITE_CORRUPT


def test_a_file_that_became_shorter_and_grew_again_is_whole(open_file: tuple[Path, sqlite3.Connection]) -> None:
    """Between the copying of its log and the next row nobody has looked."""
    (path, held), seen = open_file, Seen()
    for steps in (
        ("PRAGMA wal_checkpoint(PASSIVE)", "DELETE FROM said", "VACUUM"),
        ("PRAGMA wal_checkpoint(PASSIVE)", f"INSERT INTO said VALUES ('{'word ' * 20_000}')"),
    ):
        for step in steps:
            held.execute(step).fetchall()
        assert hindrance(path, seen, by_writing=False) == 0, steps


@pytest.mark.parametrize("left", [0, 50, 4096, 0.5, 0.99])
@pytest.mark.parametrize("mode", ["PASSIVE", "TRUNCATE"])
def test_a_file_that_was_cut_off_is_damaged(open_file: tuple[Path, sqlite3.Connection], mode: str, left: float) -> None:
    """The log keeps pages that were copied until it is begun anew: SQLite does not look for them there."""
    (path, held), seen = open_file, Seen()
    held.execute(f"PRAGMA wal_checkpoint({mode})")
    assert hindrance(path, seen, by_writing=False) == 0
    whole = path.stat().st_size
    os.truncate(path, int(left if left >= 1 or not left else whole * left))
    assert hindrance(path, seen, by_writing=False) == sqlite3.SQLITE_CORRUPT
    assert hindrance(path, seen, by_writing=False) == sqlite3.SQLITE_CORRUPT, "and stays so"


def test_a_file_that_was_cut_off_before_it_was_looked_at_is_damaged(open_file: tuple[Path, sqlite3.Connection]) -> None:
    """Pages that are not in the log, either."""
    path, held = open_file
    held.execute("PRAGMA wal_checkpoint(RESTART)")
    held.execute("INSERT INTO said VALUES ('the log begins anew')")
    os.truncate(path, path.stat().st_size // 2)
    assert hindrance(path, Seen(), by_writing=False) == sqlite3.SQLITE_CORRUPT


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert hindrance(tmp_path / "survey.db", Seen(), by_writing=False) == sqlite3.SQLITE_CANTOPEN


def test_a_long_log_is_read_once(open_file: tuple[Path, sqlite3.Connection], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks keeps writers waiting meanwhile."""
    (path, held), seen, reads = open_file, Seen(), 0
    assert hindrance(path, seen, by_writing=False) == 0
    read = os.pread

    def counting(*given: int) -> bytes:
        nonlocal reads
        reads += 1
        return read(*given)

    monkeypatch.setattr(os, "pread", counting)
    assert hindrance(path, seen, by_writing=False) == 0
    assert 0 < reads < 10
    held.execute("INSERT INTO said VALUES ('one more')")
    assert hindrance(path, seen, by_writing=False) == 0
    assert reads < 30
