"""Waiting in order, and not for ever: for the one place of a writer, and for one of the few of readers."""

import asyncio
import math
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from survey_service.core.batch.sqlite_file import code_of
from survey_service.core.database import patience
from survey_service.core.database.ending import answering
from survey_service.core.errors import Unavailable


async def in_order(gate: asyncio.Lock | asyncio.Semaphore, seconds: float) -> None:
    """Passes `gate` when all who came before have; Unavailable if that takes longer. A lock that was let go a moment
    ago looks free, and is promised to whoever waits: it is never taken without looking at the time."""
    if isinstance(gate, asyncio.Semaphore) and not gate.locked():
        await gate.acquire()
        return
    with answering():
        async with asyncio.timeout(seconds):
            await gate.acquire()


class NotKept(Exception):
    """Nothing was written in a turn: a row was there, or why is not known here."""


class Turn:
    """One writer's. It may wait for the file's lock until the monotonic time `until`; `wrote` says that it changed
    something, so that the file is known to be written to."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.wrote = False


class WriteTurn:
    """The writers of this process, one after another. It is fairness only: the file's own lock is what keeps order
    between processes. A writer waits in all, for those before it and for that lock, as long as it has patience.
    `kept_at` is the monotonic time of the last that wrote; `failure` is SQLite's code, if one has failed since."""

    def __init__(self) -> None:
        self.gate = asyncio.Lock()
        self.kept_at = -math.inf
        self.failure = 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Turn]:
        """A turn. One in which nothing could be written is no answer: who tries again has waited for that long
        already."""
        mine, began = patience.current(), time.monotonic()
        seconds = mine.left()
        turn = Turn(began + seconds)
        try:
            await in_order(self.gate, seconds)
            try:
                yield turn
                mine.waited = 0.0
                if turn.wrote:
                    self.kept_at, self.failure = time.monotonic(), 0
            except BaseException as error:
                self.failure = code_of(error) or code_of(error.__cause__) or self.failure
                raise
            finally:
                self.gate.release()
        except (NotKept, Unavailable, sqlite3.OperationalError):
            mine.waited += time.monotonic() - began
            raise
