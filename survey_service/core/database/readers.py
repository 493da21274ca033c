"""The connections by which the SQLite file is read: a few, lent one statement at a time, however many ask at once."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

from survey_service.core.batch.sqlite_file import Mark, mark_of
from survey_service.core.database import patience
from survey_service.core.database.turns import in_order

READERS = 10
"""Each has a thread and a cache of its own. More would read no faster: one interpreter runs them all."""
READ_SECONDS = 1.0
"""How long a reader waits for the file, which keeps readers waiting at rare moments only: while it is recovered, or
where somebody else has it for himself."""
Connect = Callable[[], Awaitable[aiosqlite.Connection]]


class Readers:
    """Nobody holds one while waiting for something else, so that they always come back. They are kept while `keeping`,
    and closed after each statement otherwise."""

    def __init__(self, path: Path, connect: Connect) -> None:
        self.path = path
        self.connect = connect
        self.free = asyncio.Semaphore(READERS)
        self.idle: list[tuple[aiosqlite.Connection, Mark]] = []
        self.keeping = False
        self.parting: set[asyncio.Task[None]] = set()

    async def run(self, query: str, values: Sequence[Any]) -> list[Any]:
        """The rows of what only reads."""
        await in_order(self.free, patience.current().left() - READ_SECONDS)
        connection, mark = None, mark_of(self.path)
        try:
            connection = await self._idle(mark) or await self.connect()
            async with connection.execute(query, values) as cursor:
                rows = list(await cursor.fetchall())
        except BaseException:
            self._part(connection)
            raise
        if self.keeping:
            self.idle.append((connection, mark))
            self.free.release()
        else:
            await self._end(connection)
        return rows

    async def _idle(self, mark: Mark) -> aiosqlite.Connection | None:
        """One that is there already, if it is of the file that is in its place now."""
        while self.idle:
            connection, of = self.idle.pop()
            if of == mark:
                return connection
            await connection.close()
        return None

    def _part(self, connection: aiosqlite.Connection | None) -> None:
        """Lets one go that failed, or whose asker has left; its place is free when its thread is done."""
        task = asyncio.create_task(self._end(connection), name="part-with-reader")
        self.parting.add(task)
        task.add_done_callback(self.parting.discard)

    async def _end(self, connection: aiosqlite.Connection | None) -> None:
        try:
            if connection is not None:
                with contextlib.suppress(ValueError, sqlite3.Error):
                    await connection.interrupt()
                    await connection.close()
        finally:
            self.free.release()

    async def close(self) -> None:
        """Parts with all of them."""
        self.keeping = False
        while self.idle:
            await self.idle.pop()[0].close()
        await asyncio.gather(*self.parting)
