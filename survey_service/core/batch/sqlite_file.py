"""The SQLite file as the system sees it: how it is opened, which one it is, and whether it can be written to."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

HEADER = 100
"""Bytes that each file has since it was first opened here (https://sqlite.org/fileformat2.html, 1.3)."""
ROOM = 8_000_000
"""Bytes on the file's disk below which it counts as full: the log grows by half of that before it is copied."""
PROBE_SECONDS = 0.5

Mark = tuple[int, int] | None
"""What tells a file from every other one; None where there is none, or none can be looked at."""


def address_of(path: Path) -> str:
    """What connections open: a file that is there. One that was taken away is not begun anew, empty."""
    return f"{path.absolute().as_uri()}?mode=rw"


def log_of(path: Path) -> Path:
    """Where SQLite keeps what is committed and not yet copied into the file."""
    return path.with_name(f"{path.name}-wal")


def mark_of(path: Path) -> Mark:
    """Which file is at `path` now. Who holds another one open writes where nobody will look for it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def hindrance(path: Path, *, by_writing: bool) -> int:
    """SQLite's code of what keeps everybody from writing to the file, 0 if nothing does. The write lock is asked for
    and left again. `by_writing` keeps what is there already: after a failure nothing less shows that it has passed."""
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
            if _is_cut_off(asking, path):
                return sqlite3.SQLITE_CORRUPT
            (kept,) = asking.execute("PRAGMA user_version").fetchone()
            asking.execute(f"PRAGMA user_version = {kept}")  # to begin is allowed on a file that may only be read
            asking.execute("COMMIT" if by_writing else "ROLLBACK")
    except sqlite3.Error as error:
        return code_of(error)
    return 0


def _is_cut_off(asking: sqlite3.Connection, path: Path) -> bool:
    """Whether pages are missing at the end: fewer are in the file and its log than the database says that it has.
    Asked for while nobody else may write, so that neither becomes shorter meanwhile."""
    (pages,), (size,) = (asking.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
    log = log_of(path)
    return bool(pages * size > path.stat().st_size + (log.stat().st_size if log.exists() else 0))


def is_emptied(error: sqlite3.Error) -> bool:
    """Whether a table is asked for in vain. Ours were there when the file was opened: it was cut off since then, or
    another one was put in its place."""
    return str(error).startswith("no such table: ")


def code_of(error: BaseException | None) -> int:
    """SQLite's code of an error, without what it adds to say where it happened; 0 for an error that has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
