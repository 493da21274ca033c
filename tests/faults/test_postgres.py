"""PostgreSQL falls silent without closing a connection, as a machine does whose cable is pulled."""

import asyncio
import signal

import pytest

from survey_service.app import opened
from survey_service.core import database
from survey_service.core.batch.statements import Batch, Column, Insert
from survey_service.core.settings import Settings
from survey_service.operation.working import END_SECONDS
from tests.faults.conftest import Told
from tests.faults.server import served
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
from tests.postgres import OwnPostgres

pytestmark = pytest.mark.slow

SILENT = 30.0 if WHOLE else 8.0
WELL_AGAIN = 10.0


async def test_a_server_that_falls_silent(server: OwnPostgres, told: Told) -> None:
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


async def test_a_server_that_is_silent_holds_up_no_end(server: OwnPostgres) -> None:
    with served(server.address) as one:
        server.signal(signal.SIGSTOP)
        assert await asyncio.to_thread(one.ended, ENDS + END_SECONDS), "what the worker has begun is given its time"


@pytest.mark.parametrize("way", ["transaction", "batch"])
async def test_who_is_called_off_does_not_wait_for_a_silent_server(server: OwnPostgres, way: str) -> None:
    """However patient: the server ends by itself what was begun there."""
    begun = asyncio.Event()

    async def patient() -> None:
        async with database.transaction():
            await database.fetch("SELECT 1 AS one")
            begun.set()
            await database.fetch("SELECT pg_sleep(60)")

    def batch() -> Batch[None]:
        server.signal(signal.SIGSTOP)
        begun.set()
        yield Insert("installation", (Column("name", "text"),), [("a",)])

    async def patient_batch() -> None:
        await database.current().run(batch())

    work = {"transaction": patient, "batch": patient_batch}[way]

    database.allow(database.PATIENT_SECONDS)
    async with opened(Settings(database_url=server.address, secret_key="faults")):
        waiting = asyncio.create_task(work())
        await begun.wait()
        await asyncio.sleep(0.2)
        server.signal(signal.SIGSTOP)
        waiting.cancel()
        async with asyncio.timeout(ENDS):
            await asyncio.wait([waiting])
        assert waiting.cancelled()
        server.signal(signal.SIGCONT)
        assert await database.fetch("SELECT 1 AS one") == [{"one": 1}]
