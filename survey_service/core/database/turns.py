"""Waiting in order, and not for ever: for the one place of a writer, and for one of the few of readers."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from survey_service.core.database import patience
from survey_service.core.database.ending import answering


async def in_order(gate: asyncio.Lock | asyncio.Semaphore, seconds: float) -> None:
    """Passes `gate` when all who came before have; Unavailable if that takes longer."""
    if not gate.locked():
        await gate.acquire()
        return
    with answering():
        async with asyncio.timeout(seconds):
            await gate.acquire()


class WriteTurn:
    """The writers of this process, one after another. It is fairness only: the file's own lock is what keeps order
    between processes. A writer waits in all, for those before it and for that lock, as long as it has patience."""

    def __init__(self) -> None:
        self.gate = asyncio.Lock()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[float]:
        """A turn; gives the monotonic time until which it may wait for the file's lock."""
        seconds = patience.current().left()
        until = time.monotonic() + seconds
        await in_order(self.gate, seconds)
        try:
            yield until
        finally:
            self.gate.release()
