"""SQLite: one file, durable at each commit, with room for one writer at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine, TransactionType
from piccolo.querystring import QueryString

from survey_service.core.batch.sqlite_log import PAGES, Log, may_lose_pages
from survey_service.core.batch.sqlite_writer import BUSY_SECONDS, CONNECTION_PRAGMAS, SQLiteWriter, begin_log
from survey_service.core.batch.statements import Batch, Insert
from survey_service.core.batch.writer_process import WriterProcess
from survey_service.core.database.base import Database
from survey_service.core.database.ending import answering, ended_for_sure

T = TypeVar("T")
A = TypeVar("A")

IDLE_CONNECTIONS = 10
"""So many connections are kept for reading."""


class PooledSQLiteEngine(SQLiteEngine):
    """Piccolo's engine, with WAL, full durability and, while the database is open, a few kept connections."""

    def __init__(self, path: Path, wrote: Callable[[], None]) -> None:
        super().__init__(path=str(path), timeout=BUSY_SECONDS)
        self.wrote = wrote
        self.idle: list[aiosqlite.Connection] = []
        self.pooling = False

    async def get_connection(self) -> aiosqlite.Connection:
        """A connection that is set up, or none: one that is left open has a thread that keeps the process alive."""
        connection = await super().get_connection()
        try:
            for pragma in CONNECTION_PRAGMAS:
                await connection.execute(pragma)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _run_in_new_connection(
        self, query: str, args: list[Any] | None = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        connection = self.idle.pop() if self.idle else await self.get_connection()
        before = connection.total_changes
        try:
            async with connection.execute(query, args or []) as cursor:
                rows = await cursor.fetchall()
            changed = connection.total_changes != before
        except BaseException:
            await connection.close()
            raise
        if self.pooling and len(self.idle) < IDLE_CONNECTIONS:
            self.idle.append(connection)
        else:
            await connection.close()
        if changed:
            self.wrote()
        return rows

    async def close(self) -> None:
        self.pooling = False
        while self.idle:
            await self.idle.pop().close()


class SQLiteDatabase(Database):
    """`write_turn` queues this process's writers; it is fairness only, the file's own lock is what keeps order between
    processes. What a crowd sends is written by a process of its own."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = PooledSQLiteEngine(path, self.look_at_log)
        self.write_turn = asyncio.Lock()
        self.writer = SQLiteWriter(path)
        self.log = Log(path)
        self.crowd = WriterProcess(path)
        self.shortening: asyncio.Task[None] | None = None
        self.closing = False

    async def open(self) -> None:
        self.closing = False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(begin_log, self.path)
        self.engine.pooling = True

    async def close(self) -> None:
        self.closing = True
        if self.shortening:
            await self.shortening
        await self.crowd.close()
        await asyncio.to_thread(self.writer.close)
        await self.engine.close()

    async def run(self, batch: Batch[T]) -> T:
        return await self.in_turn(self.writer.run, batch)

    async def insert(self, inserts: Sequence[Insert]) -> bool:
        if self.crowd.wanted(len(inserts[0].rows)):
            async with self.write_turn:
                kept = await self.crowd.insert(inserts)
            self.look_at_log()
            return kept
        return await self.in_turn(self.writer.insert, inserts)

    async def in_turn(self, work: Callable[[A], T], given: A) -> T:
        """Does `work` in the writer's thread when its turn comes."""
        async with self.write_turn:
            with answering():
                done = await asyncio.get_running_loop().run_in_executor(self.writer.thread, work, given)
        self.look_at_log()
        return done

    def look_at_log(self) -> None:
        """Lets the log be copied into the file when it has become long, in a turn of its own: whoever wrote last is
        not made to wait for it."""
        if not self.closing and (self.shortening is None or self.shortening.done()) and self.log.waiting() >= PAGES:
            self.shortening = asyncio.create_task(self._shorten(), name="shorten-log")

    async def _shorten(self) -> None:
        async with self.write_turn:
            await asyncio.get_running_loop().run_in_executor(self.writer.thread, self.writer.copy, self.log)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """IMMEDIATE, and in its turn; keep it under 100 ms."""
        if self.engine.transaction_exists():
            yield
            return
        opened = self.engine.transaction(TransactionType.immediate)
        async with self.write_turn, ended_for_sure(self.engine, opened, _close):
            yield
        self.look_at_log()

    async def look(self) -> tuple[str, list[str]]:
        rows = await self.engine.run_querystring(QueryString("PRAGMA integrity_check(3)"))
        faults = [str(row["integrity_check"]) for row in rows]
        version = f"SQLite {sqlite3.sqlite_version}"
        if may_lose_pages(sqlite3.sqlite_version_info):
            version += ", which can lose what was written if its log is copied at a bad moment: here it is not"
        return f"The file is sound ({version})", [] if faults == ["ok"] else faults


async def _close(connection: Any) -> None:
    await connection.close()
