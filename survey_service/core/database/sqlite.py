"""SQLite: one file, durable at each commit, with room for one writer at a time."""

import asyncio
import contextlib
import math
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory
from piccolo.querystring import QueryString

from survey_service.core.batch.sqlite_file import Mark, address_of, code_of, is_emptied, mark_of
from survey_service.core.batch.sqlite_guard import Guard
from survey_service.core.batch.sqlite_hindrance import Seen, hindrance
from survey_service.core.batch.sqlite_log import Log, may_lose_pages
from survey_service.core.batch.sqlite_writer import CONNECTION_PRAGMAS, SQLiteWriter, begin_log
from survey_service.core.batch.statements import Batch, Insert
from survey_service.core.batch.writer_process import WriterProcess
from survey_service.core.database import patience
from survey_service.core.database.base import Database, Trouble
from survey_service.core.database.ending import answering, ended_for_sure
from survey_service.core.database.readers import READ_SECONDS, Readers
from survey_service.core.database.turns import NotKept, Turn, WriteTurn
from survey_service.core.errors import Unavailable

T = TypeVar("T")
A = TypeVar("A")

READ_PRAGMAS = (*CONNECTION_PRAGMAS, "PRAGMA query_only = 1")
HELD_SECONDS = 2.0
"""A file that somebody holds, and to which we have not written for so long, is held by somebody else."""
COPY_SECONDS = 10.0
"""Copying the longest log takes less; a disk that takes longer keeps nothing."""
TROUBLES: Mapping[int, Trouble] = {
    sqlite3.SQLITE_BUSY: "held",
    sqlite3.SQLITE_LOCKED: "held",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "away",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_CANTOPEN: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_CORRUPT: "damaged",
}
_READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN|WITH(?!.*\b(INSERT|UPDATE|DELETE)\b))\b", re.IGNORECASE | re.DOTALL)


class PooledSQLiteEngine(SQLiteEngine):
    """Piccolo's engine, with WAL and full durability. What only reads has a few connections for itself, what writes
    one, and while the database is open they are kept."""

    def __init__(self, path: Path, guard: Guard, turn: WriteTurn, wrote: Callable[[], None]) -> None:
        super().__init__(path=address_of(path), uri=True)
        self.file = path
        self.guard = guard
        self.turn = turn
        self.wrote = wrote
        self.readers = Readers(path, self._reader)
        self.writer: tuple[aiosqlite.Connection, Mark] | None = None
        self.lent_of: Mark = None

    async def _reader(self) -> aiosqlite.Connection:
        return await self._connected(READ_SECONDS, READ_PRAGMAS)

    async def get_connection(self) -> aiosqlite.Connection:
        """One that may write, for whoever asks Piccolo for it."""
        return await self._connected(patience.current().left(), CONNECTION_PRAGMAS)

    async def _connected(self, seconds: float, pragmas: Sequence[str]) -> aiosqlite.Connection:
        """A connection that is set up, or none: one that is left open has a thread that keeps the process alive, and
        one that could not be opened has a thread that tells of its end once more."""
        self.guard.require_own_log()
        connection = aiosqlite.connect(**{**self.connection_kwargs, "timeout": seconds})
        try:
            await connection
        except BaseException:
            await asyncio.to_thread(connection._thread.join)
            raise
        connection.row_factory = dict_factory  # type: ignore[assignment]
        try:
            for pragma in pragmas:
                await connection.execute(pragma)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def lend_writer(self, until: float) -> aiosqlite.Connection:
        """The connection of the writer whose turn it is, which waits for the file until then."""
        if self.guard.is_there:
            self.guard.hold()
        else:
            await asyncio.to_thread(self.guard.hold, milliseconds_to(until) / 1000)
        kept, self.writer = self.writer, None
        self.lent_of = mark_of(self.file)
        if kept is not None and kept[1] == self.lent_of:
            connection = kept[0]
        else:
            if kept is not None:
                await kept[0].close()
            connection = await self.get_connection()
        try:
            await connection.execute(f"PRAGMA busy_timeout = {milliseconds_to(until)}")
        except BaseException:
            await connection.close()
            raise
        return connection

    async def give_back_writer(self, connection: aiosqlite.Connection) -> None:
        """Takes it back after all went well; otherwise it is closed. It is of the file that was in its place
        when it was lent: another one may be there by now."""
        if self.readers.keeping and self.writer is None:
            self.writer = connection, self.lent_of
        else:
            await connection.close()

    async def _run_in_new_connection(
        self, query: str, args: list[Any] | None = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        if _READS.match(query):
            return await self.readers.run(query, args or [])
        async with self.turn.taken() as turn:
            connection = await self.lend_writer(turn.until)
            before = connection.total_changes
            try:
                async with connection.execute(query, args or []) as cursor:
                    rows = await cursor.fetchall()
                self.guard.require_kept()
            except BaseException:
                await connection.close()
                raise
            turn.wrote = connection.total_changes > before
            await self.give_back_writer(connection)
        self.wrote()
        return rows

    async def close(self) -> None:
        await self.readers.close()
        if self.writer is not None:
            kept, self.writer = self.writer, None
            await kept[0].close()


def milliseconds_to(until: float) -> int:
    """How long it is to a monotonic time, in milliseconds; 0 if it has passed."""
    return max(0, round((until - time.monotonic()) * 1000))


class InTurn(SQLiteTransaction):
    """Piccolo's transaction on the writer's connection, which is kept if the transaction could end."""

    engine: PooledSQLiteEngine
    before = 0

    def __init__(self, engine: PooledSQLiteEngine, turn: Turn) -> None:
        super().__init__(engine, TransactionType.immediate)
        self.turn = turn

    async def get_connection(self) -> aiosqlite.Connection:
        connection = await self.engine.lend_writer(self.turn.until)
        self.before = connection.total_changes
        return connection

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        await (self.rollback() if exception else self.commit())  # type: ignore[no-untyped-call]
        if exception is None:
            self.engine.guard.require_kept()
        self.engine.current_transaction.reset(self.context)
        self.turn.wrote = self.connection.total_changes > self.before
        await self.engine.give_back_writer(self.connection)
        return exception is None


class SQLiteDatabase(Database):
    """This process's writers take turns. What a crowd sends is written by a process of its own."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.turn = WriteTurn()
        self.guard = Guard(path)
        self.engine = PooledSQLiteEngine(path, self.guard, self.turn, self.look_at_log)
        self.writer = SQLiteWriter(path, self.guard)
        self.log = Log(path)
        self.seen = Seen()
        self.looking: asyncio.Task[Trouble] | None = None
        self.crowd = WriterProcess(path)
        self.shortening: asyncio.Task[None] | None = None
        self.copying_at = -math.inf
        self.closing = False

    async def open(self) -> None:
        self.closing = False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + patience.current().left()
        await asyncio.to_thread(begin_log, self.path, milliseconds_to(until) / 1000)
        await self._guarded(milliseconds_to(until) / 1000)
        self.engine.readers.keeping = True

    async def _guarded(self, seconds: float = 0.0) -> None:
        with contextlib.suppress(sqlite3.Error):  # what is wrong with the file is said at its first use
            await asyncio.to_thread(self.guard.hold, seconds)

    async def close(self) -> None:
        self.closing = True
        if self.shortening:
            await self.shortening
        if not self.guard.is_there:
            await self._guarded()
        await self.crowd.close()
        await asyncio.to_thread(self.writer.close)
        await self.engine.close()
        await asyncio.to_thread(self.guard.end)

    async def run(self, batch: Batch[T]) -> T:
        return await self.in_turn(self.writer.run, batch)

    async def insert(self, inserts: Sequence[Insert]) -> bool:
        try:
            async with self.turn.taken() as turn:
                if self.crowd.wanted(len(inserts[0].rows)):
                    with answering():
                        self.guard.require_own_log()
                    kept = turn.wrote = await self.crowd.insert(inserts)
                    with answering():
                        self.guard.require_kept()
                else:
                    kept = await self._in_thread(self.writer.insert, inserts, turn)
                if not kept:
                    raise NotKept
        except NotKept:
            return False
        self.look_at_log()
        return True

    async def in_turn(self, work: Callable[[A, float], T], given: A) -> T:
        """Does `work` in the writer's thread when its turn comes; it is told until when it may wait for the file."""
        async with self.turn.taken() as turn:
            done = await self._in_thread(work, given, turn)
        self.look_at_log()
        return done

    async def _in_thread(self, work: Callable[[A, float], T], given: A, turn: Turn) -> T:
        with answering():
            done = await asyncio.get_running_loop().run_in_executor(self.writer.thread, work, given, turn.until)
        turn.wrote = self.writer.wrote
        return done

    def look_at_log(self) -> None:
        """Lets the log be copied into the file when it has become long, in a turn of its own: whoever wrote last is
        not made to wait for it."""
        if not self.closing and (self.shortening is None or self.shortening.done()) and self.log.is_due():
            self.shortening = asyncio.create_task(self._shorten(), name="shorten-log")

    async def _shorten(self) -> None:
        patience.allow(patience.HURRIED_SECONDS)  # this task's own, not that of whoever wrote last
        with contextlib.suppress(Unavailable, sqlite3.Error):  # a later writer looks again
            async with self.turn.taken() as turn:
                self.copying_at = time.monotonic()
                copy = partial(self.writer.copy, self.log, turn.until)
                await asyncio.get_running_loop().run_in_executor(self.writer.thread, copy)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """IMMEDIATE, and in its turn; keep it under 100 ms."""
        if self.engine.transaction_exists():
            yield
            return
        async with self.turn.taken() as turn, ended_for_sure(self.engine, InTurn(self.engine, turn), _close):
            yield
        self.look_at_log()

    async def trouble(self) -> Trouble:
        if self.looking is None or self.looking.done():  # who looks keeps others from it: all are told what one sees
            self.looking = asyncio.create_task(self._look_from_outside(), name="look-from-outside")
        return await asyncio.shield(self.looking)

    async def _look_from_outside(self) -> Trouble:
        if not self.guard.is_there:
            await self._guarded()
        if not await asyncio.to_thread(self.guard.is_sound):  # to look would make another log
            return "damaged"
        failed, began = self.turn.failure in TROUBLES, time.monotonic()
        code = await asyncio.to_thread(hindrance, self.path, self.seen, by_writing=failed)
        if code == sqlite3.SQLITE_BUSY and (self._copies(began) or began - self.turn.kept_at < HELD_SECONDS):
            return ""  # by ourselves: a crowd writes without a pause, or the log is being copied
        if not code and failed:
            self.turn.failure = 0
        return TROUBLES.get(code, "away") if code else ""

    def _copies(self, now: float) -> bool:
        """Whether the log is being copied, and has not been for so long that the disk must be at fault."""
        copies = self.shortening is not None and not self.shortening.done()
        return copies and now - self.copying_at < COPY_SECONDS

    def meaning(self, error: BaseException) -> Trouble:
        cause = error.__cause__
        if isinstance(cause, sqlite3.Error) and is_emptied(cause):
            return "damaged"
        return TROUBLES.get(code_of(cause), "away")

    async def look(self) -> tuple[str, list[str]]:
        with answering():
            rows = await self.engine.run_querystring(QueryString("PRAGMA integrity_check(3)"))
        faults = [str(row["integrity_check"]) for row in rows]
        version = f"SQLite {sqlite3.sqlite_version}"
        if may_lose_pages(sqlite3.sqlite_version_info):
            version += ", which can lose what was written if its log is copied at a bad moment: here it is not"
        return f"The file is sound ({version})", [] if faults == ["ok"] else faults


async def _close(connection: Any) -> None:
    await connection.close()
