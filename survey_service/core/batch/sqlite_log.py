"""The write-ahead log beside the SQLite file: how much of it is not in the file yet, and copying that.

SQLite 3.7.0 to 3.51.2 can lose committed pages if one connection copies the log while another's commit begins it anew
(https://sqlite.org/wal.html). So no connection of ours copies by itself (`wal_autocheckpoint = 0`): whoever copies
holds the file's write lock meanwhile on another connection, and nobody can commit. Whoever leaves the file last copies,
too, and is alone then; see `sqlite_guard`.
"""

import contextlib
import os
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

from survey_service.core.batch.sqlite_file import address_of, log_of

PAGES = 1_000
"""So many pages (4 MB) in the log before they are copied: all wait for a few milliseconds, nobody for longer."""
_HEAD, _FRAME_HEAD = 32, 24
"""Bytes before the first page of the log, and before each (https://sqlite.org/fileformat2.html, 4.1)."""

_LOCKED_BY = 2**30
"""The byte of the file with which it is locked (https://sqlite.org/fileformat2.html, 1.4)."""


def may_lose_pages(version: tuple[int, ...]) -> bool:
    """Whether this SQLite loses pages where the log is copied while another commits. What it is built for knows how
    to do without that."""
    mended_at = {44: 6, 50: 7, 51: 3}
    _major, minor, patch = version
    return minor < 52 and patch < mended_at.get(minor, patch + 1)


def missing_in(path: Path, asking: sqlite3.Connection) -> list[int]:
    """The numbers, counted from 1, of the pages that the database has and its file ends before. One page is written
    neither there nor in the log, for nothing stands in it."""
    (pages,), (page,) = (asking.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
    unwritten = _LOCKED_BY // page + 1
    return [each for each in range(path.stat().st_size // page + 1, pages + 1) if each != unwritten]


class Log:
    """The log of the file at `path`. Of the pages that it has had since it began with the mark `begun`, `pages` were
    there at the last look and `copied` are in the file, as far as this process knows; when copying was `refused`, so
    many were there, as when all were `read_again`; `known` are the numbers of those that were asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = log_of(path)
        self.begun = b""
        self.pages = 0
        self.copied = 0
        self.refused = self.read_again = 0
        self.known: list[int] = []

    def waiting(self) -> int:
        """How many pages wait to be copied; 0 if there is no log, or it cannot be looked at now: whoever asks has just
        written, and that stands.

        Only the log itself is opened. SQLite locks the two files beside it, and whoever closes one of these, having
        opened it by himself, takes the locks of the whole process away.
        """
        with contextlib.suppress(OSError), self._opened() as log:
            self._measure(log)
            return self.pages - self.copied
        return 0

    def is_due(self) -> bool:
        """Whether so much waits that it is copied now. Where that was refused, it is tried again when as much has come
        since."""
        return self.waiting() - max(0, self.refused - self.copied) >= PAGES

    def numbers(self) -> list[int]:
        """Which pages of the database, counted from 1, stand in the log and were committed; none if it cannot be looked
        at. What a commit that failed left behind them is nobody's: others take its place. Only what came since the last
        look is read."""
        with contextlib.suppress(OSError), self._opened() as log:
            frame, uncommitted = self._measure(log), []
            for each in range(len(self.known), self.pages):
                head = os.pread(log, 8, _HEAD + each * frame)
                uncommitted.append(int.from_bytes(head[:4], "big"))
                if any(head[4:]):  # the last page of a transaction says how long the file is then
                    self.known += uncommitted
                    uncommitted = []
            return self.known
        return []

    def lacks(self, missing: Collection[int]) -> bool:
        """Whether some of the pages that are missing at the end of the file do not stand in the log, either. Asked for
        while nobody may write, so that neither changes meanwhile."""
        if not missing or set(missing).issubset(self.numbers()):
            return False
        if self.read_again != self.pages:  # a commit that could not be made sure of may have left pages behind
            self.known, self.read_again = [], self.pages
        return not set(missing).issubset(self.numbers())

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        log = os.open(self.log, os.O_RDONLY)
        try:
            yield log
        finally:
            os.close(log)

    def _measure(self, log: int) -> int:
        """Each page carries the mark that the log began with: what lies behind those that do is left from before. Gives
        the bytes that a page takes with what stands before it."""
        head = os.pread(log, _HEAD, 0)
        begun, frame = head[16:24], _FRAME_HEAD + int.from_bytes(head[8:12], "big")
        if begun != self.begun:
            self.begun, self.pages, self.copied, self.known = begun, 0, 0, []
            self.refused = self.read_again = 0
        low, step = self.pages, 1
        high = max(0, os.fstat(log).st_size - _HEAD) // frame
        while low < high:  # first in growing steps from where it ended, then by halves
            middle = min(low + step, high) - 1
            if os.pread(log, 8, _HEAD + middle * frame + 8) == begun:
                low, step = middle + 1, step * 4
            else:
                high, step = middle, max(1, (middle - low) // 2)
        self.pages = low
        return frame

    def copy(self, holder: sqlite3.Connection) -> None:
        """Copies what no reader still needs as it was. `holder` is a connection to the file, outside of a transaction,
        that takes the write lock for as long. sqlite3.OperationalError if the lock was not to be had or the disk is
        full: then the log stays as it is. It stays also where the file has lost its end: a copy would make it as long
        as it was, with a hole, and nobody would see any more that something is missing."""
        holder.execute("BEGIN IMMEDIATE")
        try:
            if self.lacks(missing_in(self.path, holder)):
                self.refused = self.pages
                return
            with contextlib.closing(sqlite3.connect(address_of(self.path), uri=True, isolation_level=None)) as copying:
                copying.execute("PRAGMA wal_autocheckpoint = 0")
                _busy, _pages, copied = copying.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self.waiting()
            self.copied = max(0, copied)
        finally:
            holder.execute("ROLLBACK")
