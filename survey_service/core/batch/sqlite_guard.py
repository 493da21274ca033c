"""The last to leave the SQLite file. When its last connection is closed SQLite copies the log into the file, also into
one that has lost its end: whoever puts the end back then misses what stood in the log. So each process has one
connection that stays for as long as it has the file open, and is not closed where pages are missing.

It knows, too, which log is written to. One that was taken away is found by nobody: what is committed there is lost.
"""

import contextlib
import ctypes
import sqlite3
import threading
from pathlib import Path

from survey_service.core.batch.sqlite_file import Mark, address_of, log_of, mark_of
from survey_service.core.batch.sqlite_log import Log, missing_in

_left_open: list[tuple[Path, sqlite3.Connection]] = []
"""Connections that are not closed, since their file has lost its end."""


def part_from(connection: sqlite3.Connection, path: Path) -> None:
    """Closes a connection to the file, which may be the last one. Where pages are missing it stays open until the
    process is over, when nothing is copied."""
    lost = False
    with contextlib.suppress(sqlite3.Error, OSError):
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("BEGIN IMMEDIATE")  # whoever holds the file is not gone from it
        lost = True  # as long as nothing else is known: its words may be unreadable
        lost = Log(path).lacks(missing_in(path, connection))
    if not lost:
        connection.close()
        return
    with contextlib.suppress(sqlite3.Error):
        connection.execute("ROLLBACK")
    _left_open.append((path.absolute(), connection))
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))  # one that nobody refers to is closed at the very end


def let_go(path: Path) -> None:
    """Closes what stayed open, for whoever puts another file in its place."""
    for held in [held for held in _left_open if held[0] == path.absolute()]:
        _left_open.remove(held)
        held[1].close()


class Guard:
    """The connection of one process that stays, and the log that was there when it came."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection: sqlite3.Connection | None = None
        self.file: Mark = None
        self.log: Mark = None
        self.renewing = threading.Lock()

    def is_sound(self) -> bool:
        """Whether the log is in its place, as far as is known."""
        return not self.is_there or self.log in (None, mark_of(log_of(self.path)))

    @property
    def is_there(self) -> bool:
        """Whether it has the file that is in its place."""
        return self.connection is not None and self.file == mark_of(self.path)

    def require_log(self, seconds: float = 0.0) -> None:
        """Raises sqlite3.OperationalError if what is committed stands in a log that nobody finds. So it stays until the
        process is begun anew: its connections go on to write there. Where it is not there yet, it waits for so long for
        whoever has the file for himself."""
        with self.renewing:
            if not self.is_there:
                self._begin(seconds)
        self.log = self.log or mark_of(log_of(self.path))  # the log of a new file comes with its first words
        if self.log != mark_of(log_of(self.path)):
            error = sqlite3.OperationalError("the log of the file is not in its place any more")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error

    def _begin(self, seconds: float) -> None:
        """Another file may be in the place of the one that was there: then that one is nobody's concern."""
        self._end()
        mark = mark_of(self.path)
        connection = sqlite3.connect(
            address_of(self.path), uri=True, timeout=seconds, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute("PRAGMA schema_version").fetchone()  # who has read holds the file, and its log
        except BaseException:
            part_from(connection, self.path)
            raise
        self.connection, self.file, self.log = connection, mark, mark_of(log_of(self.path))

    def _end(self) -> None:
        if self.connection is not None:
            part_from(self.connection, self.path)
            self.connection = None

    def end(self) -> None:
        """After all others have left."""
        with self.renewing:
            self._end()
