"""The promise of an acknowledgement: the process is killed again and again under load, and nothing that was
acknowledged is lost or doubled.

16 clients submit and retry until they are acknowledged, while `serve` is killed with SIGKILL at random moments and
started again. `KILL_SECONDS` makes it last longer.
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Sized
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from survey_service.core import database as core_database
from survey_service.core.settings import Settings
from survey_service.worker import Worker
from tests import factories
from tests.answers import differences
from tests.conftest import KEYS, SECRET, opened_for

pytestmark = pytest.mark.slow

CLIENTS = 16
SECONDS = float(os.environ.get("KILL_SECONDS") or 15)
LONGEST_LIFE = 3.0
ENOUGH = 150
"""Answers that must be acknowledged before it ends: a busy machine is given longer."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(url: str, port: int) -> "subprocess.Popen[bytes]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")} | {
        "SURVEY_DATABASE_URL": url,
        "SURVEY_SECRET_KEY": SECRET,
        "SURVEY_PORT": str(port),
        "SURVEY_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "survey_service.cli", "serve"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Clients:
    """Submit until the end; `acknowledged` holds what was answered with 200 or 201: id → receipt and answers."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.acknowledged: dict[UUID, tuple[str, dict[str, Any]]] = {}
        self.replays = 0
        self.over = asyncio.Event()

    async def one(self, number: int) -> None:
        chance = random.Random(number)
        async with httpx.AsyncClient(base_url=self.base, timeout=5) as client:
            while not self.over.is_set():
                body = factories.submission(self.answers(chance), id=str(uuid4()))
                await self.until_acknowledged(client, body)
                if chance.random() < 0.1:
                    reply = await self.until_acknowledged(client, body)
                    self.replays += reply.status_code == 200

    def answers(self, chance: random.Random) -> dict[str, Any]:
        answers: dict[str, Any] = {"recommend": chance.randrange(11), "satisfaction": chance.randrange(1, 6)}
        if chance.random() < 0.3:
            answers["comment"] = chance.choice(["Lovely roses", "Terrible wait", "በጣም ጥሩ"])
        if chance.random() < 0.2:
            answers["email"] = f"customer{chance.randrange(20)}@example.com"
        return answers

    async def until_acknowledged(self, client: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                reply = await client.post("/api/v1/forms/visit/responses", json=body)
                assert reply.status_code in (200, 201, 503), reply.text
                if reply.status_code != 503:
                    known = self.acknowledged.setdefault(UUID(body["id"]), (reply.json()["receipt"], body["answers"]))
                    assert known[0] == reply.json()["receipt"]
                    return reply
            await asyncio.sleep(0.05)


async def listening(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)


async def kill_again_and_again(url: str, port: int, seconds: float, acknowledged: Sized) -> int:
    """Kills the server at random moments of its life, also while it starts; gives how often."""
    loop, kills = asyncio.get_running_loop(), 0
    began, chance = loop.time(), random.Random(7)
    while loop.time() - began < seconds or kills < 3 or len(acknowledged) < ENOUGH:
        process = await asyncio.to_thread(serve, url, port)
        if chance.random() < 0.8:
            await listening(port)
        await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.wait)
        kills += 1
    return kills


async def test_every_acknowledged_answer_is_there_exactly_once(settings: Settings) -> None:
    async with opened_for(settings):
        home = await factories.published()
    port = free_port()
    clients = Clients(port)
    tasks = [asyncio.create_task(clients.one(number)) for number in range(CLIENTS)]
    kills = await kill_again_and_again(settings.database_url, port, SECONDS, clients.acknowledged)
    last = serve(settings.database_url, port)
    try:
        clients.over.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 60)
    finally:
        last.terminate()
        await asyncio.to_thread(last.wait, 30)
    assert kills >= 3
    assert len(clients.acknowledged) >= ENOUGH
    await everything_is_there_once(settings, home, clients)


async def everything_is_there_once(settings: Settings, home: UUID, clients: Clients) -> None:
    async with opened_for(settings):
        rows = await core_database.fetch("SELECT client_id, receipt, state FROM response")
        assert {row["state"] for row in rows} == {"complete"}
        stored = {row["client_id"]: row["receipt"] for row in rows}
        assert len(stored) == len(rows)
        assert stored == {key: receipt for key, (receipt, _) in clients.acknowledged.items()}
        assert await differences(home) == []
        (events,) = await core_database.fetch("SELECT count(*) AS n FROM event WHERE kind = 'response.received'")
        assert events["n"] == len(rows)
        # What a killed worker had begun is taken up again when its lease ends; here it ends now.
        await core_database.execute("UPDATE job SET locked_until = created_at WHERE state = 'running'")
        await Worker(settings, KEYS).drain()
        assert await core_database.fetch("SELECT id FROM response WHERE comment <> '' AND sentiment = ''") == []
        (entries,) = await core_database.fetch("SELECT count(*) AS n FROM timeline_entry WHERE kind = 'response'")
        assert entries["n"] == sum("email" in answers for _, answers in clients.acknowledged.values())
