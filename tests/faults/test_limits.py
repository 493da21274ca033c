"""Less memory and fewer files than a machine usually gives (`ulimit`)."""

import asyncio

import pytest

from tests.faults.conftest import Told
from tests.faults.server import served
from tests.faults.test_connections import connected
from tests.faults.watching import ENDS, GETS_IN, IS_READY, THREADS, WHOLE, nothing_is_missing, watching

pytestmark = pytest.mark.slow

READERS = 600 if WHOLE else 100
MEMORY_MB = 1_500
FILES = 64


async def read(address: str) -> int:
    """The status of a page that is read to its end; 0 where no answer came, -1 for half a page. Plain sockets: who
    looks on shares this process with the crowd, and must not wait for it."""
    streams = await connected(address)
    if streams is None:
        return 0
    try:
        streams[1].write(b"GET /s/visit?lang=am HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await asyncio.wait_for(streams[0].read(-1), 60)
    except (OSError, TimeoutError):
        return 0
    finally:
        streams[1].transport.abort()
    if not answer:
        return 0
    status = int(answer.split(b" ", 2)[1])
    return status if status != 200 or b"</html>" in answer else -1


@pytest.mark.parametrize(
    ("fault", "limit"),
    [
        (f"{MEMORY_MB} MB of addresses", f"--as={MEMORY_MB * 2**20}"),
        (f"{FILES} open files", f"--nofile={FILES}:{FILES}"),
    ],
)
async def test_a_crowd_of_readers_under_a_limit(sqlite_url: str, told: Told, fault: str, limit: str) -> None:
    """Pages are whole, who is turned away may come again, and the answer of a person gets in."""
    with served(sqlite_url, "prlimit", limit) as one:
        async with watching(one) as watch:
            statuses = set(await asyncio.gather(*(read(one.address) for _ in range(READERS))))
        told(f"{READERS} readers, {fault}", watch)
        await nothing_is_missing(watch)
        assert statuses <= {0, 200, 503}
        assert 200 in statuses
        assert watch.longest_wait <= GETS_IN
        assert watch.longest_ready <= IS_READY
        assert watch.threads_most <= THREADS
        assert one.ended(ENDS)
