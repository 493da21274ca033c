"""What becomes of a page's form: other fields than ours, a closed form, a busy moment, another language."""

import re

import httpx
import pytest

from survey_service.core import clock, i18n
from survey_service.core.errors import Invalid
from survey_service.core.i18n.staff import gettext, spoken
from survey_service.forms import queries as forms
from survey_service.forms import service as publishing
from survey_service.responses import service
from survey_service.responses.group_commit import GroupCommit
from tests import factories
from tests.answers import Sign, key_for, rows
from tests.conftest import shared_by
from tests.survey.respondent import answers, invited, onward, opened, thanked

FOREIGN = {"submit": "Send", "utm_source": "spring mail", "g-recaptcha-response": "03AG", "Ihr Gruß": "a=b"}
pytestmark = pytest.mark.usefixtures("patient")


async def test_foreign_fields_are_kept_beside_the_answer(client: httpx.AsyncClient, staff: Sign) -> None:
    home = await factories.published()
    link = await invited(home)
    for path, fields in {"/c/visit": {}, "/s/visit": await opened(client), link: await opened(client, link)}.items():
        hidden = {"_hidden_order": "A-7"}
        reply = await client.post(path, data={**fields, **FOREIGN, **hidden, "recommend": "9", "comment": "x"})
        assert reply.status_code == 303, (path, reply.text)
    assert await answers() == [{"recommend": 9, "comment": "x"}] * 3
    key = await key_for(home, "responses:read")
    listed = (await client.get("/api/v1/responses", headers=key)).json()["items"]
    kept = {"submit": "Send", "utm_source": "spring mail", "Ihr Gruß": "a=b"}
    assert [(row["hidden"], row["also_sent"]) for row in listed] == [({"order": "A-7"}, kept)] * 3
    whole = (await client.get(f"/api/v1/forms/visit/responses/{listed[0]['id']}", headers=key)).json()
    assert (whole["hidden"], whole["also_sent"]) == ({"order": "A-7"}, kept)
    page = await (await staff("viewer")).get(f"/app/answers/{(await rows())[0]['id']}")
    assert "Also sent" in page.text
    assert "spring mail" in page.text
    assert "03AG" not in page.text


async def test_foreign_fields_have_bounds(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    many = {f"field{n}": "x" * 2000 for n in range(60)} | {"n" * 500: "y"}
    assert (await client.post("/c/visit", data={"recommend": "9", **many})).status_code == 303
    (row,) = (await client.get("/api/v1/responses", headers=await key_for(home, "responses:read"))).json()["items"]
    assert len(row["also_sent"]) == 20
    assert {len(text) for text in row["also_sent"].values()} == {500}
    assert row["hidden"] == {}


async def test_a_program_is_told_of_questions_that_are_none(client: httpx.AsyncClient) -> None:
    await factories.published()
    reply = await factories.send(client, factories.submission({"recommend": 9, "utm_source": "x"}))
    assert [error["code"] for error in reply.json()["errors"]] == ["unknown_question"]


@pytest.mark.parametrize("way", ["/s/visit", "/c/visit", "invitation"])
async def test_a_form_closed_meanwhile_keeps_the_words_in_sight(client: httpx.AsyncClient, way: str) -> None:
    home = await factories.published()
    path = await invited(home) if way == "invitation" else way
    fields = await opened(client, "/s/visit" if way == "/c/visit" else path)
    await publishing.set_open(home, "visit", False, clock.now())
    forms.forget("visit")
    typed = {"recommend": "9", "bought": ["roses", "tulips"], "comment": "<b>Long</b> and\r\nthought over"}
    reply = await client.post(path, data={**fields, **typed})
    assert reply.status_code == 410
    for words in ("closed", "&lt;b&gt;Long&lt;/b&gt; and", "thought over", "Roses, Tulips", "How likely"):
        assert words in reply.text
    assert await rows() == []


async def test_a_busy_moment_keeps_the_words_in_the_page(client: httpx.AsyncClient) -> None:
    await factories.published()
    fields = await opened(client)
    group_commit = shared_by(client).part(GroupCommit)
    group_commit.max_waiting, before = 0, group_commit.max_waiting
    busy = await client.post("/s/visit", data={**fields, "recommend": "9", "comment": "Patient words"})
    assert busy.status_code == 503
    assert "Patient words" in busy.text
    group_commit.max_waiting = before
    kept = factories.page_fields(busy.text)
    assert kept["_id"] == fields["_id"]
    assert (await client.post("/s/visit", data={**kept, "recommend": "9"})).status_code == 303


@pytest.mark.parametrize("way", ["/s/visit", "/s/visit?_embed=1", "invitation", "more", "link"])
async def test_another_language_keeps_all_that_was_typed(client: httpx.AsyncClient, way: str) -> None:
    home = await factories.published()
    path = way
    if way in ("invitation", "more"):
        path = await invited(home)
    if way == "more":
        await client.post(path, data={**await opened(client, path), "recommend": "1"})
        path += "/more"
    if way == "link":
        (path,) = onward(await thanked(client))
    before = await rows()
    fields = await opened(client, path)
    typed = {"bought": ["roses"], "comment": "Half a <thought>", "email": "half@"}
    action = "/s/visit" if path.startswith("/s/visit?") or way == "/s/visit" else path
    page = await client.post(action, data={**fields, **typed, "_show_in": "am"})
    assert page.status_code == 200, page.text
    assert '<html lang="am"' in page.text
    assert "Half a &lt;thought&gt;" in page.text
    assert 'value="half@"' in page.text
    assert 'value="roses" checked' in page.text
    assert not re.search(r'id="\w+-error"', page.text)
    assert await rows() == before
    kept = factories.page_fields(page.text)
    assert kept["_language"] == "am"
    if way.startswith("/s/"):
        assert (kept["_id"], kept["_time"]) == (fields["_id"], fields["_time"])
        done = await client.post("/s/visit", data={**kept, "recommend": "9"})
        assert done.status_code == 303
        assert [row["language"] for row in await rows()] == ["am"]


@pytest.mark.parametrize("language", ["de", "ar"])
async def test_what_no_question_can_show_is_told_in_the_readers_language(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """A person reads that the answer could not be read; a program, which parameter is wrong."""
    await factories.published()
    fields = await opened(client) | {"recommend": "9"}

    async def submit(*_: object) -> None:
        raise Invalid.field("place", "unknown", "There is no place with this code.")

    monkeypatch.setattr(service, "submit", submit)
    wanted = {"Accept-Language": language}
    page = await client.post("/s/visit", data=fields, headers=wanted | {"Accept": "text/html"})
    problem = await client.post("/s/visit", data=fields, headers=wanted | {"Accept": "application/json"})
    assert (page.status_code, problem.status_code) == (422, 422)
    assert i18n.text("unread_title", language) in page.text
    with spoken(language):
        assert problem.json()["detail"] == gettext("Some fields need another look.") != "Some fields need another look."
    assert [error["field"] for error in problem.json()["errors"]] == ["place"]
