"""Less memory and fewer files than a machine usually gives (`ulimit`)."""

import asyncio

import httpx
import pytest

from tests.faults.conftest import Told
from tests.faults.server import served
from tests.faults.watching import ENDS, GETS_IN, IS_READY, THREADS, WHOLE, nothing_is_missing, watching

pytestmark = pytest.mark.slow

READERS = 600 if WHOLE else 100
MEMORY_MB = 1_500
FILES = 64


@pytest.mark.parametrize(
    ("fault", "limit"),
    [
        (f"{MEMORY_MB} MB of addresses", f"--as={MEMORY_MB * 2**20}"),
        (f"{FILES} open files", f"--nofile={FILES}:{FILES}"),
    ],
)
async def test_a_crowd_of_readers_under_a_limit(sqlite_url: str, told: Told, fault: str, limit: str) -> None:
    """Who is turned away is told so, and the answer of a person gets in."""
    with served(sqlite_url, "prlimit", limit) as one:
        async with watching(one) as watch, httpx.AsyncClient(base_url=one.address, timeout=60) as crowd:
            pages = [crowd.get("/s/visit?lang=am") for _ in range(READERS)]
            replies = await asyncio.gather(*pages, return_exceptions=True)
        told(f"{READERS} readers, {fault}", watch)
        await nothing_is_missing(watch)
        statuses = {reply.status_code for reply in replies if isinstance(reply, httpx.Response)}
        assert statuses <= {200, 503}
        assert 200 in statuses
        assert watch.longest_wait <= GETS_IN
        assert watch.longest_ready <= IS_READY
        assert watch.threads_most <= THREADS
        assert one.ended(ENDS)
