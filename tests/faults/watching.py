"""What is seen while something is broken: a person who answers again and again and does not give up, somebody
who asks whether the service is ready, and what the process takes. All of it becomes one line of a table."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests import factories
from tests.faults.server import Served
from tests.outages import all_ids

WHOLE = bool(os.environ.get("PROOFS"))
"""`make proofs`: the figures are those of the promise. Else fewer of everything, and other tests run beside it."""
SLACK = 1.0 if WHOLE else 4.0
GETS_IN, SAYS_NO, IS_READY, ENDS = 2.0 * SLACK, 5.0 * SLACK, 2.0 * SLACK, 5.0 * SLACK
"""Seconds: an answer where the database lives, a refusal where not, `/readyz`, the end after SIGTERM."""
GROWTH = 100
"""MB."""
THREADS = 60
EVERY = 0.1 if WHOLE else 0.25


@dataclass
class Watch:
    """What was seen. Seconds; `statuses` counts what the person was told, 0 for a connection without an answer."""

    served: Served
    memory_before: int = 0
    memory_most: int = 0
    threads_most: int = 0
    acknowledged: set[str] = field(default_factory=set)
    longest_wait: float = 0.0
    longest_try: float = 0.0
    longest_ready: float = 0.0
    last_refused: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    ready: dict[int, int] = field(default_factory=dict)
    mended_at: float = 0.0

    @property
    def growth(self) -> int:
        """MB, beyond what it had before."""
        return self.memory_most - self.memory_before

    @property
    def well_again(self) -> float:
        """Seconds from the mend to the last refusal."""
        return max(0.0, self.last_refused - self.mended_at) if self.mended_at else 0.0

    def mended(self) -> None:
        """From now on nothing is broken any more."""
        self.mended_at = time.monotonic()

    def line(self) -> str:
        """Its line of the table."""
        told = " ".join(f"{code or 'none'}×{count}" for code, count in sorted(self.statuses.items()))
        return (
            f"{self.longest_wait:6.2f} {self.longest_try:6.2f} {self.longest_ready:6.2f} {self.well_again:6.2f} "
            f"{self.growth:+5d} {self.threads_most:4d}  {told}"
        )


HEADING = f"{'wait':>6} {'no in':>6} {'ready':>6} {'well':>6} {'MB':>5} {'thr':>4}  what the person was told"


@contextlib.asynccontextmanager
async def watching(served: Served) -> AsyncIterator[Watch]:
    """Looks on while the block breaks something and mends it; at its end every answer that was begun is waited for."""
    watch, over = Watch(served), asyncio.Event()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=5)
    async with httpx.AsyncClient(base_url=served.address, timeout=30, limits=limits) as client:
        await _answer(client, watch)
        watch.memory_before, watch.longest_wait, watch.longest_try = served.memory(), 0.0, 0.0
        looking = [asyncio.create_task(work(client, watch, over)) for work in (_person, _asking, _measuring)]
        try:
            yield watch
            over.set()
            await asyncio.wait_for(asyncio.gather(*looking), 90)
        finally:
            for task in looking:
                task.cancel()
            await asyncio.gather(*looking, return_exceptions=True)


async def _person(client: httpx.AsyncClient, watch: Watch, over: asyncio.Event) -> None:
    answers: list[asyncio.Task[None]] = []
    try:
        while not over.is_set():
            answers.append(asyncio.create_task(_answer(client, watch)))
            await asyncio.sleep(EVERY)
        await asyncio.gather(*answers)
    finally:
        for task in answers:
            task.cancel()


async def _answer(client: httpx.AsyncClient, watch: Watch) -> None:
    """Sends one answer until it is acknowledged."""
    body, began = factories.submission(id=str(uuid4())), time.monotonic()
    while True:
        tried, status = time.monotonic(), 0
        with contextlib.suppress(httpx.HTTPError):
            status = (await client.post("/api/v1/forms/visit/responses", json=body)).status_code
        now = time.monotonic()
        watch.statuses[status] = watch.statuses.get(status, 0) + 1
        watch.longest_try = max(watch.longest_try, now - tried)
        if status in (200, 201):
            watch.acknowledged.add(body["id"])
            watch.longest_wait = max(watch.longest_wait, now - began)
            return
        watch.last_refused = now
        await asyncio.sleep(0.2)


async def _asking(client: httpx.AsyncClient, watch: Watch, over: asyncio.Event) -> None:
    while not over.is_set():
        asked, status = time.monotonic(), 0
        with contextlib.suppress(httpx.HTTPError):
            status = (await client.get("/readyz")).status_code
        watch.longest_ready = max(watch.longest_ready, time.monotonic() - asked)
        watch.ready[status] = watch.ready.get(status, 0) + 1
        await asyncio.sleep(2 * EVERY)


async def _measuring(client: httpx.AsyncClient, watch: Watch, over: asyncio.Event) -> None:
    while not over.is_set():
        watch.memory_most = max(watch.memory_most, watch.served.memory())
        watch.threads_most = max(watch.threads_most, watch.served.threads())
        await asyncio.sleep(EVERY)


async def nothing_is_missing(watch: Watch) -> None:
    """What was acknowledged is there, once, and nothing else."""
    async with httpx.AsyncClient(base_url=watch.served.address, timeout=30) as client:
        kept = await all_ids(client)
    assert len(kept) == len(set(kept)), "an answer counts twice"
    assert set(kept) == watch.acknowledged
