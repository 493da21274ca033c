"""Who waits for a lock of PostgreSQL, where a test lets two do something at once."""

import asyncio
from typing import Any

import asyncpg

SECONDS = 10
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


async def until_one_waits(looking: asyncpg.Connection, asking: "asyncio.Task[Any]") -> None:
    """Until somebody waits for a lock, as `asking` must, or `asking` is through."""
    async with asyncio.timeout(SECONDS):
        while not asking.done() and not await looking.fetchval(WAITING):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
