"""The machine's clock is set forward and back while the real server runs, by libfaketime."""

import asyncio
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests import factories
from tests.faults.conftest import Told
from tests.faults.server import served
from tests.faults.watching import GETS_IN, WHOLE, nothing_is_missing, watching
from tests.operation.product import STAFF

pytestmark = pytest.mark.slow

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
PAUSE = 2.5
"""Longer than anybody needs who reads a page before it is answered."""


@pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed")
@pytest.mark.parametrize(
    ("database_url", "wrong"),
    [("sqlite", "+1y"), ("postgres", "-1h"), *([("sqlite", "-1h"), ("postgres", "+1y")] if WHOLE else [])],
    indirect=["database_url"],
)
async def test_a_clock_that_is_wrong_for_a_while(database_url: str, tmp_path: Path, told: Told, wrong: str) -> None:
    offset = tmp_path / "clock"
    offset.write_text("+0")
    faked = {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_CACHE_DURATION": "1"}
    with served(database_url, **faked, FAKETIME_DONT_FAKE_MONOTONIC="1") as one:
        async with watching(one) as watch, httpx.AsyncClient(base_url=one.address, headers=STAFF, timeout=30) as client:
            before = await _opened(client)
            await _set(offset, wrong)
            comments = [await _comment(client, "I love it")]
            during = await _opened(client)
            await asyncio.sleep(PAUSE)
            await _set(offset, "+0")
            watch.mended()
            comments.append(await _comment(client, "I love it more"))
            after = await _opened(client)
            await asyncio.sleep(PAUSE)
            pages = [await _sent(client, fields) for fields in (before, during, after)]
            await _all_read(client)
            assert await _listed(client, state="spam") == [], "nobody was taken for a machine"
        told(f"clock {wrong} for a while, {'SQLite' if 'sqlite' in database_url else 'PostgreSQL'}", watch)
        watch.acknowledged |= {*pages, *comments}
        await nothing_is_missing(watch)
        assert {*watch.statuses} <= {200, 201}
        assert watch.longest_wait <= GETS_IN


async def _set(offset: Path, to: str) -> None:
    """It is looked at once a second."""
    await asyncio.to_thread(offset.write_text, to)
    await asyncio.sleep(1.5)


async def _opened(client: httpx.AsyncClient) -> dict[str, str]:
    return factories.page_fields((await client.get("/s/visit")).text)


async def _sent(client: httpx.AsyncClient, fields: dict[str, str]) -> str:
    reply = await client.post("/s/visit", data={**fields, "recommend": "9"})
    assert reply.status_code == 303, reply.text
    return fields["_id"]


async def _comment(client: httpx.AsyncClient, words: str) -> str:
    body = factories.submission({"recommend": 9, "comment": words}, id=str(uuid4()))
    assert (await factories.send(client, body)).status_code == 201
    return str(body["id"])


async def _listed(client: httpx.AsyncClient, **wanted: str) -> list[dict[str, str]]:
    reply = await client.get("/api/v1/responses", params={"limit": "200", **wanted})
    assert reply.status_code == 200, reply.text
    found: list[dict[str, str]] = reply.json()["items"]
    return found


async def _all_read(client: httpx.AsyncClient) -> None:
    """The worker goes on: nothing is due, no event waits, and both comments were read."""
    seen: object = None
    try:
        async with asyncio.timeout(60):
            while True:
                lines = (await client.get("/metrics")).text.splitlines()
                due = [line for line in lines if line.startswith(("survey_jobs_due ", "survey_events_waiting "))]
                read = [row["sentiment"] for row in await _listed(client, comment="true")]
                seen = (due, read)
                if read == ["positive"] * 2 and all(line.endswith(" 0.0") for line in due):
                    return
                await asyncio.sleep(0.3)
    except TimeoutError:
        raise AssertionError(f"the worker does not go on: {seen}") from None
