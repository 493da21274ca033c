"""Clients that are slow, endless or deep: who answers honestly meanwhile gets in, and memory stays bounded."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.faults.conftest import Told
from tests.faults.server import served
from tests.faults.watching import ENDS, GETS_IN, GROWTH, IS_READY, THREADS, WHOLE, Watch, nothing_is_missing, watching

pytestmark = pytest.mark.slow

SLOW, HALF, DEEP = (1_000, 300, 2_000) if WHOLE else (150, 120, 2_000)
FILES = 1_024 if WHOLE else 128
HEADER_MB = 300
BODY = 2_000_000
"""So many bodies, and a header so long, are more than twice what the process may grow by, if it kept them."""
LASTS = 10.0 if WHOLE else 2.0

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connected(address: str) -> Streams | None:
    """A connection of its own; None where the server does not take it."""
    parts = urlsplit(address)
    with contextlib.suppress(OSError, TimeoutError):
        return await asyncio.wait_for(asyncio.open_connection(parts.hostname, parts.port), 5)
    return None


async def sent(streams: Streams, content: bytes) -> bool:
    """Whether the server still takes what is sent."""
    try:
        streams[1].write(content)
        await asyncio.wait_for(streams[1].drain(), 5)
    except (OSError, TimeoutError):
        return False
    return not streams[1].is_closing()


@contextlib.asynccontextmanager
async def many(address: str, count: int, begun: bytes) -> AsyncIterator[list[Streams]]:
    """So many connections that have sent the beginning of a request and nothing more."""
    opened = [one for one in await asyncio.gather(*[connected(address) for _ in range(count)]) if one]
    try:
        await asyncio.gather(*[sent(one, begun) for one in opened])
        yield opened
    finally:
        for _, writer in opened:
            writer.transport.abort()


def bounded(watch: Watch) -> None:
    assert watch.longest_wait <= GETS_IN
    assert watch.longest_ready <= IS_READY
    assert watch.growth < GROWTH
    assert watch.threads_most <= THREADS


async def test_slow_connections_shut_nobody_out(sqlite_url: str, told: Told) -> None:
    begun = b"POST /api/v1/forms/visit/responses HTTP/1.1\r\nHost: x\r\nX-Slow: "
    with served(sqlite_url, "prlimit", f"--nofile={FILES}:{FILES}") as one:
        async with watching(one) as watch, many(one.address, SLOW, begun):
            await asyncio.sleep(LASTS)
        told(f"{SLOW} slow connections, {FILES} files", watch)
        await nothing_is_missing(watch)
        bounded(watch)


async def test_a_header_without_an_end_fills_no_memory(sqlite_url: str, told: Told) -> None:
    with served(sqlite_url) as one:
        async with watching(one) as watch:
            streams = await connected(one.address)
            assert streams is not None
            taken = 0
            await sent(streams, b"GET / HTTP/1.1\r\nX: ")
            while taken < HEADER_MB * 16 and await sent(streams, b"x" * 65_536):
                taken += 1
            streams[1].transport.abort()
            await asyncio.sleep(1)
        told(f"a header of {HEADER_MB} MB, {taken // 16} taken", watch)
        await nothing_is_missing(watch)
        bounded(watch)


async def test_half_sent_bodies_fill_no_memory_and_hold_up_no_restart(sqlite_url: str, told: Told) -> None:
    head = b"POST /app/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    half = head + b"Content-Length: %d\r\n\r\n" % BODY + b"x" * (BODY - 1)
    with served(sqlite_url) as one:
        async with watching(one) as watch, many(one.address, HALF, half):
            await asyncio.sleep(LASTS)
        told(f"{HALF} half-sent bodies of 2 MB", watch)
        await nothing_is_missing(watch)
        bounded(watch)
        async with many(one.address, 3, half[: len(head) + 1_000]):
            assert await asyncio.to_thread(one.ended, ENDS)


@pytest.mark.parametrize("kind", ["list", "object"])
async def test_deep_nesting_is_refused(sqlite_url: str, told: Told, kind: str) -> None:
    opening, closing = ("[", "]") if kind == "list" else ('{"a":', "}")
    inner = opening * DEEP + "1" + closing * DEEP
    body = f'{{"answers": {{"recommend": {inner}}}}}'
    with served(sqlite_url) as one:
        async with watching(one) as watch, httpx.AsyncClient(base_url=one.address) as client:
            for _ in range(20):
                reply = await client.post(
                    "/api/v1/forms/visit/responses", content=body, headers={"Content-Type": "application/json"}
                )
                assert reply.status_code in (400, 422), reply.text
        told(f"answers nested {DEEP} deep, {kind}", watch)
        await nothing_is_missing(watch)
        bounded(watch)
