"""PostgreSQL goes away and comes back under a serving process: nothing acknowledged is lost or doubled, whoever asks
meanwhile is told to come back, and all goes on by itself, the worker too."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx
import pytest

from survey_service.core import database as core_database
from survey_service.core.database.postgres import POOL_SIZE
from survey_service.core.errors import Unavailable
from survey_service.core.settings import Settings
from tests import factories
from tests.conftest import postgres_url
from tests.operation.product import STAFF, make_form, running
from tests.outages import CLIENTS, DEADLINE, Clients, all_ids, goes_on, more, served, until
from tests.postgres import OwnPostgres
from tests.relay import relay, through

pytestmark = pytest.mark.slow

AWAY_SECONDS = 3.0


@pytest.fixture
async def address(server: OwnPostgres) -> AsyncIterator[str]:
    """The product, served by one process with the worker inside, with the form `visit`."""
    connection = await asyncpg.connect(server.address)
    await connection.execute("CREATE DATABASE outage")
    await connection.close()
    with running(postgres_url(server.address, "outage"), "serve", LOG_LEVEL="error") as serving:
        make_form(serving.address)
        yield serving.address


async def everyone_is_told(client: httpx.AsyncClient) -> None:
    """What each kind of caller reads while the database is away."""
    assert (await client.get("/healthz")).status_code == 200
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["database"]) == (503, False)
    api = await client.get("/api/v1/responses", headers=STAFF)
    assert (api.status_code, api.json()["code"]) == (503, "unavailable")
    assert int(api.headers["retry-after"]) > 0
    staff = await client.get("/app", headers={"cookie": "survey_session=anything"})
    assert staff.status_code == 503
    assert staff.headers["content-type"].startswith("text/html")
    assert "<h1" in staff.text
    page = await client.post("/s/visit", data={"_id": str(uuid4()), "recommend": "9"})
    assert page.status_code == 503
    assert int(page.headers["retry-after"]) > 0
    assert page.headers["content-type"].startswith("text/html")


async def worker_goes_on(client: httpx.AsyncClient) -> None:
    """A new comment is read, and nothing of before waits."""
    body = factories.submission({"recommend": 9, "comment": "I love it"})
    assert (await factories.send(client, body)).status_code == 201
    async with asyncio.timeout(30):
        while True:
            lines = (await client.get("/metrics")).text.splitlines()
            if {"survey_jobs_due 0.0", "survey_events_waiting 0.0"} <= set(lines):
                break
            await asyncio.sleep(0.2)
    assert not any(line.startswith("survey_jobs_failed{") for line in lines)
    newest = (await client.get("/api/v1/responses", headers=STAFF)).json()["items"][0]
    assert newest["sentiment"] == "positive"


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_the_database_goes_away_and_comes_back(server: OwnPostgres, address: str, mode: str) -> None:
    clients = Clients(address)
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:
        submitting = [asyncio.create_task(clients.one()) for _ in range(CLIENTS)]
        await asyncio.sleep(1)
        for _ in range(2):
            before = len(clients.acknowledged)
            await asyncio.to_thread(server.stop, mode)
            await until(client, "/readyz", 503)
            for _ in range(3):
                await everyone_is_told(client)
            await asyncio.sleep(AWAY_SECONDS)
            await asyncio.to_thread(server.start)
            await until(client, "/readyz", 200)
            async with asyncio.timeout(30):
                while len(clients.acknowledged) < before + 5 * CLIENTS:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        clients.over.set()
        await asyncio.gather(*submitting)
        assert {reply.status_code for reply in clients.refusals} == {503}
        assert all(int(reply.headers["retry-after"]) > 0 for reply in clients.refusals)
        kept = await all_ids(client)
        assert len(kept) == len(set(kept))
        assert set(kept) == clients.acknowledged
        await worker_goes_on(client)


@contextlib.asynccontextmanager
async def replica_away(server: OwnPostgres) -> AsyncIterator[asyncpg.Connection]:
    """A primary whose commits wait for a replica that cannot be reached; gives a connection that looks on."""
    looking = await asyncpg.connect(server.address)
    try:
        await _wait_for_replica(looking, "away")
        yield looking
    finally:
        await _wait_for_replica(looking, "")
        await looking.close()


async def _wait_for_replica(connection: asyncpg.Connection, name: str) -> None:
    await connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
    await connection.execute("SELECT pg_reload_conf()")


async def cut_off(looking: asyncpg.Connection, submitting: "asyncio.Task[httpx.Response]") -> None:
    """Ends connections whose commit waits, as a failing primary does: such a commit is kept there, and nowhere else."""
    async with asyncio.timeout(20):
        while not submitting.done():
            await looking.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep' "
                "AND query NOT ILIKE '%job%'"
            )
            await asyncio.sleep(0.05)


async def test_a_replay_is_acknowledged_only_when_it_would_survive(server: OwnPostgres, address: str) -> None:
    """The replica may take over at any moment: what the primary alone has found is nothing to promise."""
    body = factories.submission(id=str(uuid4()))
    path = "/api/v1/forms/visit/responses"
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        async with replica_away(server) as looking:
            submitting = asyncio.create_task(client.post(path, json=body))
            await cut_off(looking, submitting)
            assert submitting.result().status_code == 503
            listed = await client.get("/api/v1/responses", headers=STAFF)
            assert [each["id"] for each in listed.json()["items"]] == [body["id"]], "the primary has it"
            with pytest.raises(httpx.ReadTimeout):
                await client.post(path, json=body, timeout=2)
        replayed = await client.post(path, json=body)
        assert replayed.status_code == 200


async def _lose_the_connection(url: str, uses: bool) -> None:
    """Ends the connection of a transaction that is open, as a failing server does."""
    async with core_database.transaction():
        await _end_it(url)
        if uses:
            await core_database.fetch("SELECT 1 AS one")


async def _end_it(url: str) -> None:
    (row,) = await core_database.fetch("SELECT pg_backend_pid() AS pid")
    other = await asyncpg.connect(url)
    await other.execute("SELECT pg_terminate_backend($1)", row["pid"])
    await other.close()
    await asyncio.sleep(0.05)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("uses", [True, False])
async def test_a_connection_that_ends_inside_a_transaction_leaves_nothing_behind(
    database: core_database.Database, settings: Settings, uses: bool
) -> None:
    """The same task goes on: its next transactions have connections of their own, and the pool does not run dry."""
    for _ in range(POOL_SIZE + 2):
        with pytest.raises(Unavailable):
            await _lose_the_connection(settings.database_url, uses)
    async with asyncio.timeout(5), core_database.transaction():
        assert await core_database.fetch("SELECT 1 AS one") == [{"one": 1}]
    assert not database.engine.transaction_exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_transaction_that_cannot_end_leaves_nothing_behind(database: core_database.Database) -> None:
    """SQLite ends a transaction by itself when the disk is full; the commit after it fails."""
    with pytest.raises(sqlite3.OperationalError):
        async with core_database.transaction():
            await core_database.execute("ROLLBACK")
    assert not database.engine.transaction_exists()
    async with asyncio.timeout(5), core_database.transaction():
        assert await core_database.fetch("SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_dark_primary_costs_seconds(database_url: str) -> None:
    """Its host takes what is sent and says nothing; the other one is the leader from then on."""
    async with relay(database_url) as first, relay(database_url) as second:
        second.go_dark()
        async with served(through(database_url, first, second)) as serving:
            clients = Clients(serving.address)
            async with httpx.AsyncClient(base_url=serving.address, timeout=20) as client:
                submitting = [asyncio.create_task(clients.one()) for _ in range(CLIENTS)]
                await more(clients)
                first.go_dark()
                second.go_on()
                await goes_on(client, clients, submitting)
            serving.process.terminate()
            assert await asyncio.to_thread(serving.ended, 30) == 0


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_everyone_is_told_within_seconds_that_all_is_silent(database_url: str) -> None:
    """And all goes on when it speaks again. The end does not wait for it either."""
    async with relay(database_url) as only, served(through(database_url, only)) as serving:
        async with httpx.AsyncClient(base_url=serving.address, timeout=DEADLINE) as client:
            only.go_dark()
            for _ in range(2):
                assert (await factories.send(client, factories.submission())).status_code == 503
                await everyone_is_told(client)
            only.go_on()
            async with asyncio.timeout(DEADLINE):
                await until(client, "/readyz", 200)
            assert (await factories.send(client, factories.submission())).status_code == 201
            only.go_dark()
        serving.process.terminate()
        assert await asyncio.to_thread(serving.ended, 30) == 0
