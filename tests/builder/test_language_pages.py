"""Staff write what respondents read, beside the English, with blanks that have names."""

import html
import re

import httpx

from survey_service.core import clock
from survey_service.core.i18n import writing
from survey_service.forms import queries, wording
from tests.builder.browsing import owner
from tests.hands import forms_of

PAGE = "/app/languages/cy"


async def begun(client: httpx.AsyncClient) -> None:
    _, browser = await owner()
    client.headers.update(browser)
    made = await client.post("/app/languages", data={"language": "Welsh"})
    assert (made.status_code, made.headers["location"]) == (303, PAGE)


async def the_form(client: httpx.AsyncClient) -> dict[str, str]:
    page = (await client.get(PAGE)).text
    (form,) = [form for form in forms_of(page, PAGE) if form.leads_to(PAGE)]
    return dict(form.fields)


async def test_a_language_is_begun_by_its_name_and_written_with_named_blanks(client: httpx.AsyncClient) -> None:
    await begun(client)
    page = html.unescape((await client.get(PAGE)).text)
    total = len(writing.asked_for())
    assert f"{total} of {total} are missing" in page
    assert "Dear [name]," in page
    assert "For 4, 5, 7, 8" in page
    fields = await the_form(client)
    kept = await client.post(PAGE, data=fields | {"send": "Anfon", "mail_dear": "Annwyl [name],"})
    assert kept.status_code == 303
    alice, _ = await owner()
    assert (await wording.words(alice.workspace, "cy")).words == {"send": "Anfon", "mail_dear": "Annwyl {name},"}
    shown = html.unescape((await client.get(kept.headers["location"])).text)
    assert 'value="Annwyl [name],"' in shown
    assert f"{total - 2} of {total} are missing" in shown
    assert f"{total - 2} of {total} missing" in (await client.get("/app/languages")).text


async def test_what_is_wrong_stands_at_its_field_in_the_pages_own_words(client: httpx.AsyncClient) -> None:
    await begun(client)
    fields = await the_form(client)
    wrong = await client.post(PAGE, data=fields | {"send": "Anfon", "mail_dear": "Annwyl", "question_count.few": "{"})
    assert wrong.status_code == 422
    page = html.unescape(wrong.text)
    assert "This must be in it, as it is: [name]." in page
    assert re.search(r'id="f-question_count\.zero-error"', page)
    assert 'value="Anfon"' in page
    alice, _ = await owner()
    assert (await wording.words(alice.workspace, "cy")).words == {}


async def test_two_people_write_different_words(client: httpx.AsyncClient) -> None:
    await begun(client)
    alice, _ = await owner()
    fields = await the_form(client)
    await wording.write(alice.workspace, "cy", lambda known: {"yes": "Ie", "no": "Na"}, clock.now())
    assert (await client.post(PAGE, data=fields | {"send": "Anfon"})).status_code == 303
    assert set((await wording.words(alice.workspace, "cy")).words) == {"yes", "no", "send"}
    clash = await client.post(PAGE, data=fields | {"yes": "Oes"})
    assert clash.status_code == 409
    assert "Somebody else changed this meanwhile" in clash.text


async def test_a_language_that_we_speak_is_not_begun(client: httpx.AsyncClient) -> None:
    _, browser = await owner()
    client.headers.update(browser)
    for name, sentence in (("Deutsch", "already"), ("Qwertyish", "name of a language")):
        refused = await client.post("/app/languages", data={"language": name})
        assert refused.status_code == 422
        assert sentence in refused.text
    assert (await client.get(PAGE)).status_code == 404


async def test_the_builder_counts_words_that_nobody_wrote(client: httpx.AsyncClient) -> None:
    await begun(client)
    alice, _ = await owner()
    form = {"name": "Visit", "slug": "visit", "starter": "visit", "language": "de", "others": "Welsh"}
    assert (await client.post("/app/forms", data=form)).status_code == 303
    page = (await client.get("/app/forms/visit")).text
    total = len(writing.asked_for())
    assert f'href="/app/languages?name=Welsh">{total} around them' in page
    await wording.write(alice.workspace, "cy", lambda known: {"send": "Anfon"}, clock.now())
    assert f"{total - 1} around them" in (await client.get("/app/forms/visit")).text
    assert await queries.written(alice.workspace, ["cy"]) == (("cy", '{"send":"Anfon"}'),)
