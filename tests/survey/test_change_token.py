"""The link of the thanks page, which opens one answer for a day."""

import re
from datetime import timedelta

import httpx
import pytest

from survey_service.core import clock, database
from survey_service.forms import queries as forms
from survey_service.forms import service as publishing
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from survey_service.responses import service
from tests import factories
from tests.answers import differences, release, rows
from tests.survey.respondent import FIRST, SECOND, onward, publish, thanked, without_comment

pytestmark = pytest.mark.usefixtures("patient")


async def test_an_answer_is_changed_by_its_link(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    (link,) = onward(await thanked(client))
    page = await client.get(link)
    assert FIRST["comment"] in page.text
    assert 'value="2" checked' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    before = await rows()
    wrong = await client.post(link, data={"comment": "no score"})
    assert wrong.status_code == 422
    assert "no score" in wrong.text
    assert await rows() == before
    path = re.findall('action="([^"]+)"', page.text)[0]
    assert (await client.post(path, data={**SECOND, "_language": "am"})).status_code == 303
    assert [(row["score"], row["comment"], row["language"]) for row in await rows()] == [(9, SECOND["comment"], "en")]
    assert await differences(home) == []


async def test_a_link_opens_one_answer_of_one_form_for_a_day(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await factories.published()
    await factories.published("other", factories.VISIT)
    (link,) = onward(await thanked(client))
    token = re.findall("/more/([^?]+)", link)[0]
    for forged in (f"/s/other/more/{token}", f"/s/visit/more/{token[:-3]}abc", "/s/visit/more/x", "/s/no-form/more/x"):
        for method in ("GET", "POST"):
            reply = await client.request(method, forged, data=SECOND)
            assert reply.status_code == 404
            assert "secret" not in reply.text
    tomorrow = clock.now() + service.AMENDABLE_FOR + timedelta(minutes=1)
    with monkeypatch.context() as later:
        later.setattr("survey_service.survey.answer_pages.clock", type("Tomorrow", (), {"now": lambda: tomorrow}))
        assert (await client.get(link)).status_code == 410
        gone = await client.post(link, data=SECOND)
        assert gone.status_code == 410
        assert SECOND["comment"] in gone.text
        assert "secret" not in gone.text
    await publishing.set_open(home, "visit", False, clock.now())
    forms.forget("visit")
    assert (await client.get(link)).status_code == 410
    assert [row["score"] for row in await rows()] == [2]


async def test_a_link_keeps_to_the_version_that_was_answered(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    (link,) = onward(await thanked(client))
    await publish(home, without_comment)
    assert FIRST["comment"] in (await client.get(link)).text
    assert (await client.post(link, data=SECOND)).status_code == 303
    assert [(row["version"], row["comment"]) for row in await rows()] == [(1, SECOND["comment"])]
    assert await differences(home) == []


async def test_what_lies_in_the_spam_box_is_changed_there(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await factories.published()
    with monkeypatch.context() as fast:
        fast.setattr("survey_service.survey.pages.clock", clock)
        (link,) = onward(await thanked(client))
    assert (await client.post(link, data=SECOND)).status_code == 303
    assert await rows() == []
    (row,) = await rows("spam")
    assert (row["score"], row["spam_reason"]) == (9, "too_fast")
    assert await database.fetch("SELECT id FROM count_delta") == []
    await release(home, row["id"])
    assert await differences(home) == []


@pytest.mark.parametrize(("path", "fresh"), [("/q/desk", "/q/desk?"), ("/s/visit?_place=desk", "/s/visit?")])
async def test_where_many_answer_thanks_offers_another_answer_only(
    client: httpx.AsyncClient, path: str, fresh: str
) -> None:
    home = await factories.published()
    await places.create_place(home, NewPlace("Desk", code="desk"), clock.now())
    page = await thanked(client, path)
    (link,) = onward(page)
    assert link.startswith(fresh)
    assert "Give another answer" in page
    assert "/more/" not in page
    empty = await client.get(link)
    assert "secret" not in empty.text
    assert factories.page_fields(empty.text)["_place"] == "desk"


async def test_a_change_by_link_stays_inside_the_site_that_embeds_it(client: httpx.AsyncClient) -> None:
    await factories.published()
    (link,) = onward(await thanked(client, "/s/visit?_embed=1"))
    page = await client.get(link)
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert 'class="embedded"' in page.text
    assert factories.page_fields(page.text)["_embed"] == "1"
