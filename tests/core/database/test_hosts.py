"""Which servers an address names, and which of them is taken."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from survey_service.core.database import hosts, patience
from survey_service.core.database.hosts import Host
from tests.relay import Relay, relay, through

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        ("postgresql://u:p@db/name", [Host("db", None)]),
        ("postgresql://u:p%40x@db1:5433,db2/name?target_session_attrs=primary", [Host("db1", 5433), Host("db2", None)]),
        ("postgresql://u@[::1]:5433,[fe80::1]/name", [Host("::1", 5433), Host("fe80::1", None)]),
        ("postgresql:///name?host=/run/postgresql", [Host("/run/postgresql", None)]),
        ("postgresql:///name?host=%2Frun%2Fa,db2&port=5433,5434", [Host("/run/a", 5433), Host("db2", 5434)]),
        ("postgresql://u@/name?host=a,b&port=5433", [Host("a", 5433), Host("b", 5433)]),
        ("postgresql://u@%2Frun%2Fpostgresql/name", [Host("/run/postgresql", None)]),
        ("postgresql:///name", []),
        ("postgresql://", []),
    ],
)
def test_an_address_names_its_servers(dsn: str, expected: list[Host], database_url: str) -> None:
    assert hosts.hosts_of(dsn) == expected


@pytest.fixture
async def dark(database_url: str) -> AsyncIterator[Relay]:
    """A way to the server on which somebody takes connections and nobody says anything."""
    async with relay(database_url) as made:
        made.go_dark()
        yield made


async def test_a_silent_host_costs_nothing(database_url: str, dark: Relay) -> None:
    """The driver asks one after the other, with one time for all of them: the second was never tried."""
    patience.allow(patience.HURRIED_SECONDS)
    async with relay(database_url) as bright:
        began = time.monotonic()
        connection = await hosts.connect(through(database_url, dark, bright))
        took = time.monotonic() - began
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
    assert took < hosts.CONNECT_SECONDS, "it did not wait for the one that says nothing"


async def test_a_connection_asks_for_signs_of_life(database_url: str) -> None:
    async with relay(database_url) as bright:
        connection = await hosts.connect(through(database_url, bright))
        reached = connection._transport.get_extra_info("socket")
        assert reached.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        for name, value in hosts.KEEPALIVE:
            assert reached.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) == value
        await connection.close()


async def test_silence_is_told_within_seconds(database_url: str, dark: Relay) -> None:
    patience.allow(patience.HURRIED_SECONDS)
    async with asyncio.timeout(4):
        with pytest.raises(TimeoutError):
            await hosts.connect(through(database_url, dark))


async def failing(error: Exception) -> object:
    raise error


async def test_what_a_server_said_is_told_before_silence(database_url: str) -> None:
    refused = asyncpg.InvalidPasswordError("wrong password")
    tries = [asyncio.create_task(failing(one)) for one in (TimeoutError(), ConnectionRefusedError(), refused)]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await hosts.first_of(tries)


async def test_two_standbys_for_a_moment_are_a_database_that_is_away(database_url: str) -> None:
    """Between the loss of a primary and the promotion of its replica."""
    neither = asyncpg.TargetServerAttributeNotMatched("no read-write server")
    tries = [asyncio.create_task(failing(one)) for one in (neither, TimeoutError())]
    with pytest.raises(asyncpg.InternalClientError):
        await hosts.first_of(tries)


class Connected:
    """A connection that somebody else won before it was needed."""

    ended = False

    def terminate(self) -> None:
        self.ended = True


async def given(connection: Connected) -> Connected:
    return connection


async def test_what_the_others_got_is_given_back(database_url: str) -> None:
    first, second = Connected(), Connected()
    won = await hosts.first_of([asyncio.create_task(given(first)), asyncio.create_task(given(second))])
    assert [won is first, first.ended, second.ended] == [True, False, True]


async def lingering(connection: Connected) -> Connected:
    """Connects, though it was called off."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(0.1)
    return connection


@pytest.mark.parametrize("seconds", [0.0, 0.05])
async def test_who_is_called_off_keeps_no_connection(database_url: str, seconds: float) -> None:
    """While nobody is there yet, and while those that came too late are ended."""
    first, second = Connected(), Connected()
    tries = [asyncio.create_task(given(first) if seconds else lingering(first)), asyncio.create_task(lingering(second))]
    waiting = asyncio.create_task(hosts.first_of(tries))
    await asyncio.sleep(seconds)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.gather(*tries, return_exceptions=True)
    await asyncio.sleep(0)
    assert all(each.ended for each, one in zip((first, second), tries, strict=True) if not one.cancelled())
