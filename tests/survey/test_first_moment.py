"""The mark of a page: when it was opened first, and of which form."""

from uuid import uuid4

import httpx
import pytest

from survey_service.core import clock, tokens
from survey_service.responses.spam import Bursts
from survey_service.survey import page_token
from tests import factories
from tests.answers import rows
from tests.conftest import KEYS, app_of, browsing, shared_by
from tests.survey.respondent import marked, opened

pytestmark = pytest.mark.usefixtures("patient")


async def test_the_first_moment_of_a_page_holds(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await factories.published()
    fields = await opened(client)
    monkeypatch.setattr("survey_service.survey.pages.clock", clock)
    reply = await client.post("/s/visit", data={**fields, "comment": "forgot the score"})
    assert reply.status_code == 422
    corrected = factories.page_fields(reply.text)
    assert corrected["_time"] == fields["_time"]
    assert (await client.post("/s/visit", data={**corrected, "recommend": "3"})).status_code == 303
    assert [row["score"] for row in await rows()] == [3]


async def test_a_plain_form_is_not_timed_on_our_page_either(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await factories.published()
    monkeypatch.setattr("survey_service.survey.pages.clock", clock)
    reply = await client.post("/c/visit", data={"comment": "forgot the score"})
    assert reply.status_code == 422
    fields = factories.page_fields(reply.text)
    assert (await client.post("/s/visit", data={**fields, "recommend": "3"})).status_code == 303
    assert [(row["score"], row["channel"]) for row in await rows()] == [(3, "embed")]


async def test_a_fast_first_page_stays_fast(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await factories.published()
    monkeypatch.setattr("survey_service.survey.pages.clock", clock)
    reply = await client.post("/s/visit", data=await opened(client))
    await client.post("/s/visit", data={**factories.page_fields(reply.text), "recommend": "3"})
    assert [row["spam_reason"] for row in await rows("spam")] == ["too_fast"]


async def test_who_floods_pages_reads_that_it_is_busy_and_keeps_what_was_typed(client: httpx.AsyncClient) -> None:
    await factories.published()
    shared_by(client).put(Bursts(refused_above=2))
    async with browsing(app_of(client), "203.0.113.9") as flood:
        paths = ("/s/visit", "/c/visit", "/s/visit", "/c/visit")
        typed = {"recommend": "9", "comment": "as always"}
        replies = [await flood.post(path, data={**await opened(client), **typed}) for path in paths]
    assert [reply.status_code for reply in replies] == [303, 303, 429, 429]
    assert len(await rows()) == 2
    for reply in replies[2:]:
        assert 0 < int(reply.headers["retry-after"]) <= 60
        assert "as always" in reply.text


async def test_only_a_mark_of_this_form_and_of_an_open_page_counts(client: httpx.AsyncClient) -> None:
    await factories.published()
    await factories.published("other", factories.VISIT)
    foreign = [await marked("other"), await marked(channel="email"), (await marked())[:-2] + "xx", "x", "", "%00"]
    old = tokens.sign(KEYS, page_token.PURPOSE, [0, "link", ""])
    for mark in [*foreign, old]:
        reply = await client.post("/s/visit", data={"_time": mark, "_id": str(uuid4()), "recommend": "9"})
        assert reply.status_code == 303
    assert [row["spam_reason"] for row in await rows("spam")] == ["no_token"] * 7
    assert {row["channel"] for row in await rows("spam")} == {"link"}
    own = {"_time": await marked(), "_id": str(uuid4()), "recommend": "9"}
    assert (await client.post("/s/visit", data=own)).status_code == 303
    assert len(await rows()) == 1
