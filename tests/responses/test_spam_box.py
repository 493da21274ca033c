"""A spam box has an end: what is suspected beyond it is asked to come again, and what is not goes on coming in."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from survey_service.core import clock, database
from survey_service.core.errors import TooMany
from survey_service.responses.spam import Bursts
from survey_service.responses.spam_box import SECONDS, SpamBox
from tests import factories
from tests.answers import Sign, keep, rows, staff
from tests.conftest import app_of, browsing, shared_by
from tests.survey.respondent import opened, patient

__all__ = ["patient", "staff"]

PATH = "/api/v1/forms/visit/responses"


@pytest.mark.usefixtures("patient")
async def test_a_full_box_takes_no_more_by_any_way_and_people_get_in(client: httpx.AsyncClient) -> None:
    await factories.published()
    shared_by(client).put(SpamBox(most=2))
    shared_by(client).put(Bursts(limit=0))
    statuses = []
    async with browsing(app_of(client), "203.0.113.9") as flood:
        for _ in range(3):
            reply = await flood.post(PATH, json={"id": str(uuid4()), "answers": {"recommend": 1}})
            statuses.append(reply.status_code)
        assert int(reply.headers["retry-after"]) > 0
        statuses.append((await flood.post("/c/visit", data={"recommend": "1"})).status_code)
        statuses.append((await flood.post("/s/visit", data=await opened(client) | {"recommend": "1"})).status_code)
    assert statuses == [201, 201, 429, 429, 429]
    trap = await client.post("/s/visit", data=await opened(client) | {"recommend": "1", "_website": "x"})
    assert trap.status_code == 429
    assert "It did not get through" in trap.text
    assert "Everything you wrote is kept." in trap.text
    assert "in a moment" not in trap.text
    assert (await client.post("/s/visit", data=await opened(client) | {"recommend": "9"})).status_code == 303
    assert len(await rows("spam")) == 2
    assert [row["score"] for row in await rows()] == [9]


async def test_what_is_large_fills_it_sooner(client: httpx.AsyncClient) -> None:
    await factories.published()
    shared_by(client).put(SpamBox(most_bytes=1_000))
    shared_by(client).put(Bursts(limit=0))
    async with browsing(app_of(client), "203.0.113.9") as flood:
        body = {"answers": {"recommend": 1, "comment": "x" * 900}}
        statuses = [(await flood.post(PATH, json={"id": str(uuid4()), **body})).status_code for _ in range(3)]
    assert statuses == [201, 201, 429] or statuses == [201, 429, 429]


async def test_what_comes_in_pieces_is_as_large_as_it_is(client: httpx.AsyncClient) -> None:
    """Nobody says before how long it will be, and a few small ones do not fill the box of everybody."""
    await factories.published()
    shared_by(client).put(SpamBox(most_bytes=1_000))

    async def pieces() -> AsyncIterator[bytes]:
        yield b"recommend=1&"
        yield b"_website=x"

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(5):
        assert (await client.post("/c/visit", content=pieces(), headers=headers)).status_code == 303


async def test_the_page_says_what_becomes_of_it_and_when_it_is_full(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    manager = await staff("manager")
    page = (await manager.get("/app/spam")).text
    assert "After 30 days here they are deleted." in page
    assert "The spam box is full" not in page
    shared_by(client).put(SpamBox(most=1))
    await keep(state="spam", spam_reason="honeypot")
    assert "The spam box is full" in (await manager.get("/app/spam")).text


async def test_a_box_that_was_full_takes_more_when_there_is_room_again(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, box, seconds = await factories.published(), SpamBox(most=1), clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: seconds)
    await keep(state="spam", spam_reason="honeypot")
    with pytest.raises(TooMany):
        await box.require_room(home, 10)
    assert await box.is_full(home)
    await database.execute("DELETE FROM response")
    assert not await box.is_full(home)
    seconds += SECONDS + 1
    await box.require_room(home, 10)


async def test_a_box_is_full_by_what_it_weighs_too(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    await keep(answers={"recommend": 1, "comment": "x" * 900}, state="spam", spam_reason="honeypot")
    assert await SpamBox(most_bytes=900).is_full(home)
    assert not await SpamBox(most_bytes=9_000).is_full(home)
