"""A second answer from one page: second thoughts, or the next person at one phone."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from survey_service.core import clock, database
from survey_service.responses import service
from tests import factories
from tests.answers import differences, rows
from tests.survey.respondent import FIRST, SECOND, invited, marked, onward, opened, thanked

pytestmark = pytest.mark.usefixtures("patient")


async def test_nobody_sees_the_words_of_whoever_answered_before(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    fields = await opened(client)
    assert (await client.post("/s/visit", data={**fields, **FIRST})).status_code == 303
    asked = await client.post("/s/visit", data={**fields, **SECOND})
    assert asked.status_code == 200
    assert "secret" not in asked.text
    assert "first@" not in asked.text
    assert "Quite other words" in asked.text
    assert [row["score"] for row in await rows()] == [2]
    kept = factories.page_fields(asked.text)
    assert kept["_id"] == fields["_id"]
    for _ in range(2):  # a double tap is one answer
        added = await client.post("/s/visit", data={**kept, **SECOND, "_again": "add"})
        assert added.status_code == 303
    assert [row["score"] for row in await rows()] == [2, 9]
    assert [row["comment"] for row in await rows()] == [FIRST["comment"], SECOND["comment"]]
    assert await differences(home) == []


async def test_a_page_loaded_again_is_a_new_answer(client: httpx.AsyncClient) -> None:
    await factories.published()
    for person in (FIRST, SECOND):
        fields = await opened(client)
        assert (await client.post("/s/visit", data={**fields, **person})).status_code == 303
    assert [row["score"] for row in await rows()] == [2, 9]


async def test_an_answer_is_changed_from_its_own_page(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    fields = await opened(client)
    thanks = await client.post("/s/visit", data={**fields, **FIRST})
    before = (await rows())[0]
    asked = await client.post("/s/visit", data={**fields, **SECOND, "email": "better@example.org"})
    assert 'name="_again" value="change"' in asked.text
    changed = await client.post(
        "/s/visit", data={**fields, **SECOND, "email": "better@example.org", "_again": "change"}
    )
    assert changed.status_code == 303
    (after,) = await rows()
    assert (after["score"], after["comment"]) == (9, "Quite other words")
    assert (after["id"], after["receipt"], after["received_at"]) == (
        before["id"],
        before["receipt"],
        before["received_at"],
    )
    assert re.findall("receipt=([^&]+)", changed.headers["location"]) == re.findall(
        "receipt=([^&]+)", thanks.headers["location"]
    )
    assert await differences(home) == []
    told = await database.fetch(
        "SELECT value, details FROM timeline_entry t JOIN customer_identity i ON i.customer = t.customer"
    )
    assert [row["value"] for row in told] == ["better@example.org"]
    assert "Quite other words" in told[0]["details"]


@pytest.mark.parametrize("email", ["", "first@example.org", "other@example.org"])
@pytest.mark.parametrize("before", ["", "first@example.org"])
async def test_an_answer_is_whose_address_stands_in_it_now(client: httpx.AsyncClient, before: str, email: str) -> None:
    home = await factories.published()
    fields = await opened(client)
    await client.post("/s/visit", data={**fields, "recommend": "2", "email": before})
    change = {"recommend": "3", "email": email, "_again": "change"}
    assert (await client.post("/s/visit", data={**fields, **change})).status_code == 303
    (row,) = await rows()
    told = await database.fetch("SELECT customer FROM timeline_entry WHERE subject = {}", row["id"])
    assert told == ([{"customer": row["customer"]}] if email else [])
    assert row["customer_strength"] == ("claimed" if email else "")
    owner = await database.fetch("SELECT customer FROM customer_identity WHERE value = {}", email)
    assert [each["customer"] for each in owner] == ([row["customer"]] if email else [])
    assert await differences(home) == []


@pytest.mark.parametrize("what", ["no mark", "younger mark", "other way", "a day later", "a program's"])
async def test_only_the_page_itself_may_change_its_answer(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    await factories.published()
    fields = await opened(client)
    if what == "a program's":
        sent = factories.submission({"recommend": 2}, id=fields["_id"])
        assert (await factories.send(client, sent)).status_code == 201
    else:
        await client.post("/s/visit", data={**fields, **FIRST})
    marks = {
        "no mark": "",
        "younger mark": await marked(seconds=-1),
        "other way": await marked(channel="embed"),
    }
    if what == "a day later":
        tomorrow = clock.now() + service.AMENDABLE_FOR + timedelta(minutes=1)
        monkeypatch.setattr("survey_service.survey.answer_pages.clock", type("Tomorrow", (), {"now": lambda: tomorrow}))
    change = {**fields, **SECOND, "_again": "change", "_time": marks.get(what, fields["_time"])}
    reply = await client.post("/s/visit", data=change)
    assert reply.status_code == 200
    assert 'value="change"' not in reply.text
    assert 'value="add"' in reply.text
    assert "secret" not in reply.text
    assert [row["score"] for row in await rows()] == [2]


async def test_a_plain_form_with_an_id_of_its_own_is_asked_too(client: httpx.AsyncClient) -> None:
    await factories.published()
    own = {"_id": str(uuid4())}
    assert (await client.post("/c/visit", data={**own, **FIRST})).status_code == 303
    asked = await client.post("/c/visit", data={**own, **SECOND})
    assert asked.status_code == 200
    assert "secret" not in asked.text
    added = await client.post("/s/visit", data={**factories.page_fields(asked.text), **SECOND, "_again": "add"})
    assert added.status_code == 303
    assert [row["score"] for row in await rows()] == [2, 9]


READ = "sentiment = 'positive'"
CHANGED = "fingerprint = 'x' || substr(fingerprint, 1, 20), score = 5"


async def changing(client: httpx.AsyncClient, home: UUID, way: str) -> tuple[str, dict[str, str]]:
    """Where a change of the first answer is sent, and what its page sends beside the answers."""
    if way == "page":
        fields = await opened(client)
        assert (await client.post("/s/visit", data={**fields, **FIRST})).status_code == 303
        return "/s/visit", {**fields, "_again": "change"}
    if way == "link":
        (link,) = onward(await thanked(client))
        return link, await opened(client, link)
    link = await invited(home)
    assert (await client.post(link, data={**await opened(client, link), **FIRST})).status_code == 303
    return f"{link}/more", await opened(client, f"{link}/more")


@pytest.mark.parametrize("way", ["page", "link", "invitation"])
@pytest.mark.parametrize(("change", "times"), [(READ, 1), (CHANGED, 1), (CHANGED, 2)], ids=["read", "once", "twice"])
async def test_a_change_holds_or_keeps_its_words_though_the_answer_changes_meanwhile(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, way: str, change: str, times: int
) -> None:
    path, fields = await changing(client, await factories.published(), way)
    prepare, left = service.prepare, times

    async def meanwhile(*arguments: Any) -> Any:
        nonlocal left
        if left:
            left -= 1
            await database.execute(f"UPDATE response SET {change}")
        return await prepare(*arguments)

    monkeypatch.setattr(service, "prepare", meanwhile)
    reply = await client.post(path, data={**fields, **SECOND})
    if times == 2:
        assert reply.status_code == (200 if way == "page" else 409)  # a page asks anew, a link knows whose answer it is
        assert SECOND["comment"] in reply.text
        assert "Your first answer is kept" in reply.text
        assert "secret" not in reply.text
        assert [row["score"] for row in await rows()] == [5]
        reply = await client.post(path, data={**factories.page_fields(reply.text), **SECOND, "_again": "change"})
    assert reply.status_code == 303
    assert [(row["score"], row["comment"]) for row in await rows()] == [(9, SECOND["comment"])]
