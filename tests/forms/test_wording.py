"""A workspace writes what respondents read in a language that we do not speak, once for all its forms."""

from typing import Any

import httpx
import pytest

from survey_service.core import clock, database
from survey_service.core.errors import Conflict, Invalid, NotFound
from survey_service.core.i18n import Message, writing
from survey_service.forms import queries, wording
from tests import factories
from tests.builder.browsing import key_of, owner

WELSH: dict[str, Message] = {
    "send": "Anfon",
    "error_scale_required": "Dewiswch rif o {low} i {high}.",
    "thanks_title": "Diolch",
}


async def write(workspace: Any, words: dict[str, Message]) -> list[str]:
    return (await wording.write(workspace, "cy", lambda known: words, clock.now())).missing


async def a_welsh_form(slug: str = "croeso") -> Any:
    asked = {"key": "recommend", "kind": "nps", "required": True, "text": {"cy": "Argymell?", "en": "Recommend?"}}
    definition = {"title": {"cy": "Ymweliad", "en": "Visit"}, "languages": ["cy", "en"], "questions": [asked]}
    return await factories.published(slug, definition)


async def test_words_are_told_at_once_and_the_rest_is_marked_as_english(client: httpx.AsyncClient) -> None:
    workspace = await a_welsh_form()
    before = (await client.get("/s/croeso?lang=cy")).text
    assert '<html lang="cy"' in before
    assert '<button class="btn"><span lang="en" dir="ltr">Send</span></button>' in before
    await wording.begin(workspace, "cy", clock.now())
    await write(workspace, WELSH)
    after = (await client.get("/s/croeso?lang=cy")).text
    assert '<button class="btn">Anfon</button>' in after
    assert '<span lang="en" dir="ltr">A person reads every answer.</span>' in after
    assert ">Send<" in (await client.get("/s/croeso?lang=en")).text


async def test_errors_are_told_in_them_on_the_page_and_as_json(client: httpx.AsyncClient) -> None:
    workspace = await a_welsh_form()
    refused = await client.post("/api/v1/forms/croeso/responses", json={"answers": {}, "language": "cy"})
    assert refused.json()["errors"][0]["message"] == "Choose a number from 0 to 10."
    page = await client.post("/s/croeso", data={"_language": "cy"})
    assert '<span lang="en" dir="ltr">Choose a number from 0 to 10.</span>' in page.text
    await wording.begin(workspace, "cy", clock.now())
    await write(workspace, WELSH)
    refused = await client.post("/api/v1/forms/croeso/responses", json={"answers": {}, "language": "cy"})
    assert refused.json()["errors"][0]["message"] == "Dewiswch rif o 0 i 10."
    assert "Dewiswch rif o 0 i 10." in (await client.post("/s/croeso", data={"_language": "cy"})).text


async def test_no_attribute_and_no_title_holds_a_mark(client: httpx.AsyncClient) -> None:
    await a_welsh_form()
    pages = ["/s/croeso?lang=cy", "/s/croeso/thanks?lang=cy&receipt=A-1&change=x"]
    for page in [*[(await client.get(path)).text for path in pages], (await client.post("/s/croeso", data={})).text]:
        assert "&lt;span" not in page
        assert "<span" not in page.partition("<title>")[2].partition("</title>")[0]
        assert '="<span' not in page


async def test_some_are_written_now_and_some_later(client: httpx.AsyncClient) -> None:
    workspace, now, total = await factories.published(), clock.now(), len(writing.asked_for())
    await wording.begin(workspace, "cy", now)
    await wording.begin(workspace, "cy", now)
    assert len(await write(workspace, {"send": "Anfon", "question_count": {"one": "{n} cwestiwn"}})) == total - 1
    assert len(await write(workspace, {"yes": " Ie ", "send": ""})) == total - 1
    assert (await wording.words(workspace, "cy")).words == {"yes": "Ie", "question_count": {"one": "{n} cwestiwn"}}
    assert await queries.written(workspace, ["de", "cy-GB"]) == (("cy", '{"yes":"Ie"}'),)
    assert await queries.written(workspace, ["de", "en"]) == ()


async def test_what_does_not_fit_is_not_kept(client: httpx.AsyncClient) -> None:
    workspace = await factories.published()
    with pytest.raises(NotFound):
        await write(workspace, {"send": "Anfon"})
    await wording.begin(workspace, "cy", clock.now())
    with pytest.raises(Invalid) as refused:
        await write(workspace, {"send": "Anfon", "mail_dear": "Annwyl {nobody}"})
    assert [error.field for error in refused.value.errors] == ["mail_dear"]
    assert (await wording.words(workspace, "cy")).words == {}


@pytest.mark.parametrize(
    "tag", ["de", "de-AT", "zh-CN", "xx-klingon!", "qq", "", "und", "und-Arab", "mul", "zxx", "no-bok", "cy-nonsense"]
)
async def test_a_language_that_we_speak_or_nobody_knows_is_not_begun(client: httpx.AsyncClient, tag: str) -> None:
    workspace = await factories.published()
    with pytest.raises(Invalid):
        await wording.begin(workspace, tag, clock.now())


async def test_languages_are_bounded(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = await factories.published()
    monkeypatch.setattr(wording, "MAX_LANGUAGES", 1)
    await wording.begin(workspace, "cy", clock.now())
    with pytest.raises(Conflict):
        await wording.begin(workspace, "sv", clock.now())
    assert await database.fetch("SELECT language FROM wording") == [{"language": "cy"}]


async def test_a_program_writes_them_too(client: httpx.AsyncClient) -> None:
    alice, _ = await owner()
    alice_key = await key_of(alice)
    path = "/api/v1/languages/cy/words"
    assert (await client.get(path, headers=alice_key)).status_code == 404
    begun = await client.post("/api/v1/languages", json={"language": "cy"}, headers=alice_key)
    assert (begun.status_code, begun.json()["words"]) == (201, {})
    read = await client.get(path, headers=alice_key)
    match = alice_key | {"If-Match": read.headers["etag"]}
    written = await client.patch(path, json={"words": WELSH}, headers=match)
    assert (written.status_code, written.json()["words"]) == (200, WELSH)
    assert (await client.patch(path, json={"words": {"send": "Los"}}, headers=match)).status_code == 412
    wrong = await client.patch(path, json={"words": {"send": "{x}"}}, headers=alice_key)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "send")
    languages = {one["language"]: one for one in (await client.get("/api/v1/languages", headers=alice_key)).json()}
    assert languages["ja"]["missing"] == []
    assert languages["cy"]["name"] == "Welsh"
    assert "send" not in languages["cy"]["missing"]
