"""The one thread that writes batches to the SQLite file, which has room for one writer."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from survey_service.core.batch import sqlite
from survey_service.core.batch.sqlite_file import Mark, address_of, mark_of
from survey_service.core.batch.sqlite_guard import Guard, part_from
from survey_service.core.batch.sqlite_log import Log
from survey_service.core.batch.statements import Batch, Insert

T = TypeVar("T")

WAIT_SECONDS = 20.0
"""How many seconds whoever names no time waits for another's write before giving up."""
MOMENT = 0.05
CONNECTION_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = 1",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -16000",
    "PRAGMA wal_autocheckpoint = 0",
)
"""Nothing copies the log by itself: see `sqlite_log`."""


def begin_log(path: Path, seconds: float = WAIT_SECONDS) -> None:
    """Gives the file its write-ahead log if it has none yet, whoever else does so at the same moment. A file that is
    new is its owner's alone, and the two beside it with it: it holds answers, names and the key.

    Two connections that both read and then both ask for the whole file wait for each other until one gives up, so
    each waits for a moment only, lets go and asks again. What else is wrong with a file is said at its first use.
    """
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    until = time.monotonic() + seconds
    with contextlib.suppress(sqlite3.Error):
        while not _has_log(path) and time.monotonic() < until:
            time.sleep(0.01)


def _has_log(path: Path) -> bool:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        return bool(connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return False
        raise
    finally:
        part_from(connection, path)


class SQLiteWriter:
    """The one thread that writes batches to the SQLite file, durable at each commit. `wrote` says whether the last one
    changed anything."""

    def __init__(self, path: Path, guard: Guard | None = None) -> None:
        self.path = path
        self.guard, self.is_alone = guard or Guard(path), guard is None
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self.connection: sqlite3.Connection | None = None
        self.mark: Mark = None
        self.waits = -1.0
        self.wrote = False

    def _connect(self, seconds: float) -> sqlite3.Connection:
        """The connection, set up whole, which waits so long for the file: one that could not be is not kept, or it
        would copy the log by itself. Nor is one whose file is not in its place any more."""
        self.guard.hold(seconds)
        mark = mark_of(self.path)
        if self.connection is not None and mark != self.mark:
            self.connection.close()
            self.connection = None
        if self.connection is None:
            connection = sqlite3.connect(
                address_of(self.path),
                uri=True,
                timeout=seconds,
                isolation_level=None,
                detect_types=sqlite3.PARSE_DECLTYPES,
                check_same_thread=False,
                cached_statements=256,
            )
            try:
                for pragma in CONNECTION_PRAGMAS:
                    connection.execute(pragma)
            except BaseException:
                connection.close()
                raise
            self.connection, self.mark, self.waits = connection, mark, seconds
        return self.connection

    def _waiting(self, until: float | None) -> sqlite3.Connection:
        """The connection, which waits for the file until then, a monotonic time. It is told only what differs by more
        than a moment."""
        seconds = WAIT_SECONDS if until is None else max(0.0, until - time.monotonic())
        connection = self._connect(seconds)
        if abs(seconds - self.waits) > MOMENT:
            connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
            self.waits = seconds
        return connection

    def run(self, batch: Batch[T], until: float | None = None) -> T:
        """Runs `batch` as one transaction."""
        with self._transaction(until) as connection:
            return sqlite.run(connection, batch)

    def insert(self, inserts: Sequence[Insert], until: float | None = None) -> bool:
        """Puts in all rows of all `inserts` as one transaction, or none and False if one is there."""
        try:
            with self._transaction(until) as connection:
                sqlite.insert(connection, inserts)
        except sqlite3.IntegrityError:
            self.guard.require_kept()  # what is there may stand in a log that nobody finds
            return False
        return True

    def copy(self, log: Log, until: float | None = None) -> None:
        """Copies the log into the file. sqlite3.Error if it cannot be done now: a later writer does it."""
        log.copy(self._waiting(until))

    @contextlib.contextmanager
    def _transaction(self, until: float | None) -> Iterator[sqlite3.Connection]:
        connection = self._waiting(until)
        connection.execute("BEGIN IMMEDIATE")
        before = connection.total_changes
        try:
            yield connection
            connection.execute("COMMIT")
            self.guard.require_kept()
            self.wrote = connection.total_changes > before
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        self.thread.shutdown(wait=True)
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        if self.is_alone:
            self.guard.end()
