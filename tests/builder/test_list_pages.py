"""The list of forms, and beginning one."""

import re

import httpx
import pytest

from survey_service.accounts.schemas import Caller
from survey_service.builder.starters import STARTERS
from survey_service.forms import queries
from survey_service.forms.schemas import SLUG_PATTERN
from tests.builder.browsing import draft_of
from tests.builder.drafts import FORMS, kept, make, send


async def test_the_list_leads_on(client: httpx.AsyncClient, alice: Caller) -> None:
    assert "No forms yet" in (await client.get(FORMS)).text
    await make(client)
    page = await client.get(FORMS)
    assert "Not published yet" in page.text
    await send(client, "publish")
    page = await client.get(FORMS)
    for path in (f"{FORMS}/visit", "/app/answers?form=visit", "http://testserver.local/s/visit"):
        assert f'href="{path}"' in page.text


@pytest.mark.parametrize("starter", STARTERS)
async def test_every_starter_begins_a_form(client: httpx.AsyncClient, alice: Caller, starter: str) -> None:
    await make(client, starter, "a-form")
    page = await client.get(f"{FORMS}/a-form")
    assert page.status_code == 200
    draft = await kept(alice, "a-form")
    assert draft.languages == ["en", "am"]
    count = sum(name.endswith(".kind") for name in draft_of(page).fields)
    assert count == len(draft.questions)


async def test_a_name_in_links_is_made_from_the_name(client: httpx.AsyncClient, alice: Caller) -> None:
    made = await client.post(FORMS, data={"name": "Café: après!", "starter": "empty", "language": "ka", "others": "fr"})
    assert made.headers["location"] == f"{FORMS}/cafe-apres"
    assert (await kept(alice, "cafe-apres")).languages == ["ka", "fr"]


@pytest.mark.parametrize("name", ["بعد الزيارة", "ከጉብኝት በኋላ", "訪問後", "Q1", "!?", "é"])
async def test_a_name_without_enough_latin_letters_gets_a_web_address_too(
    client: httpx.AsyncClient, alice: Caller, name: str
) -> None:
    """Two forms of one name have two, and both are there."""
    made = [
        await client.post(FORMS, data={"name": name, "slug": "", "starter": "visit", "language": "en"}) for _ in "ab"
    ]
    assert [reply.status_code for reply in made] == [303, 303]
    addresses = {reply.headers["location"] for reply in made}
    assert len(addresses) == 2
    for address in addresses:
        assert re.fullmatch(SLUG_PATTERN, address.rpartition("/")[2])
        assert (await client.get(address)).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"name": ""}, 422, "Give the form a name"),
        ({"slug": "No!"}, 422, "hyphens"),
        ({"others": "english_us"}, 422, "languages by name"),
        ({"others": "fr-nonsense"}, 422, "languages by name"),
        ({"language": "no such"}, 422, 'id="f-language-error"'),
        ({"also": "tlh"}, 422, 'id="also-error"'),
        ({"starter": "other"}, 422, "Choose what to begin with"),
        ({"slug": "visit"}, 409, "This name is taken"),
        ({"slug": "new"}, 409, "This name is taken"),
    ],
)
async def test_a_refused_form_keeps_what_was_typed(
    client: httpx.AsyncClient, alice: Caller, fields: dict[str, str], status: int, sentence: str
) -> None:
    await make(client)
    typed = {"name": "Typed & kept", "slug": "typed", "starter": "contact", "language": "am", "others": "fr-CA"}
    page = await client.post(FORMS, data=typed | fields)
    assert page.status_code == status
    assert sentence in page.text
    for name, value in (typed | fields).items():
        if name in ("name", "slug", "others"):
            assert f'value="{value.replace("&", "&amp;")}"' in page.text
    assert len((await queries.form_list(alice.workspace, 10, None)).items) == 1


async def test_a_new_form_begins_in_one_language(client: httpx.AsyncClient, alice: Caller) -> None:
    """English first; then that of the form made last. No other is ticked, and the first is no other."""
    page = (await client.get(f"{FORMS}/new")).text
    assert ticked(page) == ["en"]
    fields = {"name": "Tea", "slug": "tea", "starter": "visit", "language": "ka", "also": "ka"}
    assert (await client.post(FORMS, data=fields)).status_code == 303
    assert (await kept(alice, "tea")).languages == ["ka"]
    await client.post(f"{FORMS}/tea/publish", data=draft_of(await client.get(f"{FORMS}/tea")).fields)
    assert ticked((await client.get(f"{FORMS}/new")).text) == ["ka"]
    wrong = (await client.post(FORMS, data=fields | {"slug": "No!", "also": ["ka", "ml"]})).text
    assert ticked(wrong) == ["ka", "ml"]


def ticked(page: str) -> list[str]:
    """The first language and the others that a page has chosen."""
    first = re.findall(r'<select id="f-language".*?</select>', page, re.DOTALL)
    return [
        *re.findall(r'value="([\w-]+)" selected', first[0]),
        *re.findall(r'name="also" value="([\w-]+)" checked', page),
    ]
