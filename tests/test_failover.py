"""The primary goes dark and its synchronous replica takes over: nothing acknowledged is lost, and answers get in again
within seconds."""

import asyncio
import os
import pwd
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest

from tests.conftest import postgres_url
from tests.outages import CLIENTS, Clients, goes_on, more, served
from tests.postgres import OwnPostgres

pytestmark = pytest.mark.slow
STARTED = 60
FOLLOWING = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"


def folder_of(address: str) -> str:
    """Where the server of an address has its socket."""
    return parse_qs(urlsplit(address).query)["host"][0]


class Replica:
    """A copy of a running server that follows it, with a socket in its own folder."""

    def __init__(self, primary: OwnPostgres) -> None:
        self.run = primary.tool
        self.folder = Path(tempfile.mkdtemp(prefix="survey-replica-"))
        if primary.server.system_user:
            who = pwd.getpwnam(primary.server.system_user)
            os.chown(self.folder, who.pw_uid, who.pw_gid)
        at = f"host={folder_of(primary.address)} user=postgres application_name=replica"
        self.run("pg_basebackup", "-d", at, "-R", "-X", "stream", "-D", str(self.folder / "data"))
        with (self.folder / "data" / "postgresql.auto.conf").open("a") as settings:
            # The copy has its primary's settings, and would wait for a replica of its own.
            settings.write(f"synchronous_standby_names = ''\nunix_socket_directories = '{self.folder}'\n")
        self._control("-o", "-h ''", "-l", str(self.folder / "log"), "start")

    def _control(self, *arguments: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", *arguments)

    def promote(self) -> None:
        """It is the leader from now on."""
        self._control("promote")

    def end(self) -> None:
        self._control("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def replica(server: OwnPostgres) -> Iterator[Replica]:
    made = Replica(server)
    try:
        yield made
    finally:
        made.end()


async def wait_for_the_replica(server: OwnPostgres) -> None:
    """From here on a commit waits until the replica has it."""
    connection = await asyncpg.connect(server.address)
    await connection.execute("CREATE DATABASE failover")
    await connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (replica)'")
    await connection.execute("SELECT pg_reload_conf()")
    async with asyncio.timeout(STARTED):
        while not await connection.fetchval(FOLLOWING):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await connection.close()


async def test_a_replica_takes_over_from_a_primary_that_is_silent(server: OwnPostgres, replica: Replica) -> None:
    await wait_for_the_replica(server)
    stopped = server.processes()
    way = postgres_url(server.address, "failover").replace("host=", f"host={replica.folder},")
    try:
        async with served(way) as serving, httpx.AsyncClient(base_url=serving.address, timeout=20) as client:
            clients = Clients(serving.address)
            submitting = [asyncio.create_task(clients.one()) for _ in range(CLIENTS)]
            await more(clients)
            stopped = server.processes()
            for process in stopped:
                process.send_signal(signal.SIGSTOP)
            await asyncio.to_thread(replica.promote)
            await goes_on(client, clients, submitting)
    finally:
        for process in stopped:
            process.send_signal(signal.SIGCONT)
