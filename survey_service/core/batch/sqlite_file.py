"""The SQLite file as the system sees it: how it is opened, which one it is, and what its errors mean."""

import sqlite3
from pathlib import Path

Mark = tuple[int, int] | None
"""What tells a file from every other one; None where there is none, or none can be looked at."""


def address_of(path: Path, *, only_to_read: bool = False) -> str:
    """What connections open: a file that is there. One that was taken away is not begun anew, empty."""
    return f"{path.absolute().as_uri()}?mode={'ro' if only_to_read else 'rw'}"


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


def is_emptied(error: sqlite3.Error) -> bool:
    """Whether a table is asked for in vain. Ours were there when the file was opened: it was cut off since then, or
    another one was put in its place."""
    return str(error).startswith("no such table: ")


def code_of(error: BaseException | None) -> int:
    """SQLite's code of an error, without what it adds to say where it happened; 0 for an error that has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
