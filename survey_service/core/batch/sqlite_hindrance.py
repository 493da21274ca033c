"""What keeps everybody from writing to the SQLite file, seen from outside of it."""

import contextlib
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from survey_service.core.batch.sqlite_file import Mark, address_of, code_of, mark_of
from survey_service.core.batch.sqlite_log import Log, missing_in

HEADER = 100
"""Bytes that each file has since it was first opened here (https://sqlite.org/fileformat2.html, 1.3)."""
ROOM = 8_000_000
"""Bytes on the file's disk below which it counts as full: the log grows by half of that before it is copied."""
PROBE_SECONDS = 0.5


@dataclass
class Seen:
    """A file when all of it was there: which one, the number of its structure (another one after VACUUM, which may make
    it shorter), how many pages of the database it had, and its log."""

    mark: Mark = None
    structure: int = 0
    pages: int = 0
    log: Log | None = None


def hindrance(path: Path, seen: Seen, *, by_writing: bool) -> int:
    """SQLite's code of what keeps everybody from writing to the file, 0 if nothing does. The write lock is asked for
    and left again. `by_writing` keeps what is there already: after a failure nothing less shows that it has passed.
    `seen` is what was seen the last time, and is brought up to date."""
    try:
        size = path.stat().st_size
    except OSError:
        return sqlite3.SQLITE_CANTOPEN
    if size < HEADER:
        return sqlite3.SQLITE_CORRUPT
    if shutil.disk_usage(path.parent).free < ROOM:
        return sqlite3.SQLITE_FULL
    try:
        with contextlib.closing(
            sqlite3.connect(address_of(path), uri=True, timeout=PROBE_SECONDS, isolation_level=None)
        ) as asking:
            asking.execute("PRAGMA wal_autocheckpoint = 0")
            asking.execute("BEGIN IMMEDIATE")
            if _is_cut_off(asking, path, seen):
                return sqlite3.SQLITE_CORRUPT
            (kept,) = asking.execute("PRAGMA user_version").fetchone()
            asking.execute(f"PRAGMA user_version = {kept}")  # to begin is allowed on a file that may only be read
            asking.execute("COMMIT" if by_writing else "ROLLBACK")
    except sqlite3.Error as error:
        return code_of(error)
    return 0


def _is_cut_off(asking: sqlite3.Connection, path: Path, seen: Seen) -> bool:
    """Whether pages are missing at the end of the file. Those that were added last may stand in the log alone; a file
    never becomes shorter by itself. Asked for while nobody else may write, so that neither changes meanwhile."""
    missing = missing_in(path, asking)
    (structure,), (pages,) = (asking.execute(f"PRAGMA {what}").fetchone() for what in ("schema_version", "page_count"))
    now = Seen(mark_of(path), structure, missing[0] - 1 if missing else pages)
    if missing:
        same = (now.mark, now.structure) == (seen.mark, seen.structure)
        if same and now.pages < seen.pages:
            return True
        seen.log = seen.log or Log(path)
        if seen.log.lacks(missing):
            return True
    seen.mark, seen.structure, seen.pages = now.mark, now.structure, now.pages
    return False
