"""PostgreSQL falls silent without closing a connection, as a machine does whose cable is pulled."""

import asyncio
import signal
from collections.abc import Iterator

import pytest

from survey_service.operation.working import END_SECONDS
from tests.faults.conftest import Told
from tests.faults.server import Postgres, own_postgres, served
from tests.faults.watching import (
    ENDS,
    GROWTH,
    IS_READY,
    SAYS_NO,
    THREADS,
    WHOLE,
    nothing_is_missing,
    watching,
)

pytestmark = pytest.mark.slow

SILENT = 30.0 if WHOLE else 8.0
WELL_AGAIN = 10.0


@pytest.fixture
def server() -> Iterator[Postgres]:
    with own_postgres() as one:
        yield one


async def test_a_server_that_falls_silent(server: Postgres, told: Told) -> None:
    with served(server.address) as one:
        async with watching(one) as watch:
            server.signal(signal.SIGSTOP)
            await asyncio.sleep(SILENT)
            server.signal(signal.SIGCONT)
            watch.mended()
            await asyncio.sleep(2)
        told(f"PostgreSQL stopped for {SILENT:.0f} s", watch)
        await nothing_is_missing(watch)
        assert {*watch.statuses} <= {200, 201, 503}, "nobody is left without a word"
        assert watch.statuses[503]
        assert watch.ready[503]
        assert watch.longest_try <= SAYS_NO
        assert watch.longest_ready <= IS_READY
        assert watch.well_again <= WELL_AGAIN
        assert watch.growth < GROWTH
        assert watch.threads_most <= THREADS


async def test_a_server_that_is_silent_holds_up_no_end(server: Postgres) -> None:
    with served(server.address) as one:
        server.signal(signal.SIGSTOP)
        assert await asyncio.to_thread(one.ended, ENDS + END_SECONDS), "what the worker has begun is given its time"
