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

HEADS = (bytes.fromhex("377f0682"), bytes.fromhex("377f0683"))
"""How a log begins (https://sqlite.org/fileformat2.html, 4.1)."""

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
        self.log_path = log_of(path)
        self.connection: sqlite3.Connection | None = None
        self.file: Mark = None
        self.log: Mark = None
        self.has_head = self.is_headless = False
        self.renewing = threading.Lock()

    @property
    def is_there(self) -> bool:
        """Whether it has the file that is in its place."""
        return self.connection is not None and self.file == mark_of(self.path)

    def is_sound(self) -> bool:
        """Whether what is written is found again, as far as is known."""
        if self.is_there:
            return self.log in (None, mark_of(self.log_path)) and not self.is_headless
        return not self._is_anothers_log()

    def _is_anothers_log(self) -> bool:
        """Whether another file is in the place of the one that was there, and the log of that one is left. SQLite would
        lay it over any file."""
        return self.connection is not None and self.log is not None and self.log == mark_of(self.log_path)

    def require_own_log(self) -> None:
        """Before the file is opened once more: raises sqlite3.OperationalError if the log beside it is another's, and
        where there is no file or an empty one, which would get a head and be called sound."""
        if not self.is_there:
            self._require_begun()

    def _require_begun(self) -> None:
        try:
            size = self.path.stat().st_size
        except OSError as error:
            raise _misplaced() from error
        if not size or self._is_anothers_log():
            raise _misplaced()

    def hold(self, seconds: float = 0.0) -> None:
        """Before something is written: it is there from now on, and waits for so long for whoever has the file for
        himself. Raises sqlite3.OperationalError if what is written would be lost, and where there is no file: which log
        was lost is remembered until another file is in its place."""
        with self.renewing:
            if not self.is_there:
                self._require_begun()
                self._begin(seconds)
        self._require_log()

    def _require_log(self) -> None:
        now = mark_of(self.log_path)
        self.log = self.log or now  # the log of a new file comes with its first words
        if self.log != now:
            raise _misplaced()

    def require_kept(self) -> None:
        """After a commit: raises sqlite3.OperationalError if that stands in a file or a log that nobody finds. So it
        stays until the process is begun anew: its connections go on to write there."""
        self._require_log()
        self.is_headless = not self._has_head()
        if not self.is_there or self.is_headless:
            raise _misplaced()

    def _has_head(self) -> bool:
        """Whether the log has its head, if anything stands in it. Whoever came after a log was taken away that others
        still write to goes on where that one ended, in one without a beginning."""
        if not self.has_head:
            with contextlib.suppress(OSError), self.log_path.open("rb") as log:
                head = log.read(4)
                self.has_head = head in HEADS
                return self.has_head or not head
        return True

    def _begin(self, seconds: float) -> None:
        """Another file may be in the place of the one that was there: then that one is nobody's concern."""
        self._end()
        mark = mark_of(self.path)
        connection = sqlite3.connect(
            address_of(self.path), uri=True, timeout=seconds, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute("PRAGMA journal_mode = WAL").fetchone()  # in another mode nobody is held by having read
            connection.execute("PRAGMA schema_version").fetchone()  # who has read holds the file, and its log
        except BaseException:
            part_from(connection, self.path)
            raise
        self.connection, self.file, self.log = connection, mark, mark_of(self.log_path)
        self.has_head = self.is_headless = False

    def _end(self) -> None:
        """Where the log is not in its place, nobody else can ever read it: what it holds goes into the file. SQLite
        itself leaves that if the file is not in its place, either."""
        if self.connection is None:
            return
        if self.log in (None, mark_of(self.log_path)):
            part_from(self.connection, self.path)
        else:
            self.connection.close()
        self.connection = None

    def end(self) -> None:
        """After all others have left."""
        with self.renewing:
            self._end()


def _misplaced() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("the file or its log is not in its place any more")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    return error
