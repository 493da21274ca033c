"""What tests of outages share: clients that submit all the while, and what is asked of the service meanwhile."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

import httpx

from tests import factories
from tests.operation.product import STAFF, Running, make_form, running

CLIENTS = 8
DEADLINE = 10.0
"""Twice what is promised: the machine of the tests has other things to do."""


class Clients:
    """Submit until they are told to end, each answer until it is acknowledged, as customers' devices do."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.over = asyncio.Event()
        self.acknowledged: set[str] = set()
        self.refusals: list[httpx.Response] = []

    async def one(self) -> None:
        async with httpx.AsyncClient(base_url=self.address, timeout=20) as client:
            while not self.over.is_set():
                await self._until_acknowledged(client, factories.submission(id=str(uuid4())))

    async def _until_acknowledged(self, client: httpx.AsyncClient, body: dict[str, Any]) -> None:
        while True:
            reply = await client.post("/api/v1/forms/visit/responses", json=body)
            if reply.status_code in (200, 201):
                self.acknowledged.add(body["id"])
                await asyncio.sleep(0.02)
                return
            self.refusals.append(reply)
            await asyncio.sleep(0.2)


async def more(clients: Clients) -> None:
    """Until some answers of each client got in."""
    before = len(clients.acknowledged)
    while len(clients.acknowledged) < before + 5 * CLIENTS:  # noqa: ASYNC110
        await asyncio.sleep(0.1)


async def until(client: httpx.AsyncClient, path: str, status: int, seconds: float = 30.0) -> httpx.Response:
    """The first answer of this status."""
    async with asyncio.timeout(seconds):
        while True:
            reply = await client.get(path)
            if reply.status_code == status:
                return reply
            await asyncio.sleep(0.1)


async def all_ids(client: httpx.AsyncClient) -> list[str]:
    """The ids of all answers."""
    found: list[str] = []
    query = {"limit": "200"}
    while True:
        reply = await client.get("/api/v1/responses", params=query, headers=STAFF)
        assert reply.status_code == 200, reply.text
        page = reply.json()
        found += [each["id"] for each in page["items"]]
        if not page.get("next"):
            return found
        query["cursor"] = page["next"]


async def goes_on(client: httpx.AsyncClient, clients: Clients, submitting: "Sequence[asyncio.Task[None]]") -> None:
    """Answers get in again within seconds, and whatever was acknowledged is there."""
    async with asyncio.timeout(DEADLINE):
        await more(clients)
        await until(client, "/readyz", 200)
    clients.over.set()
    await asyncio.gather(*submitting)
    assert set(await all_ids(client)) == clients.acknowledged


@contextlib.asynccontextmanager
async def served(way: str) -> AsyncIterator[Running]:
    """The product, started beside this loop, in which its way to the database is."""
    with contextlib.ExitStack() as open_until_the_end:
        serving = await asyncio.to_thread(open_until_the_end.enter_context, running(way, "serve", LOG_LEVEL="error"))
        await asyncio.to_thread(make_form, serving.address)
        yield serving
