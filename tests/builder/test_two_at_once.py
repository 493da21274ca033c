"""Several people at one draft."""

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.forms import queries
from tests.builder.browsing import draft_of
from tests.builder.drafts import FORMS, fields_of, kept, keys, make, send


async def test_two_at_once_do_not_overwrite_each_other_unasked(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    mine = await fields_of(client) | {"title.en": "Mine"}
    await send(client, "save", {"title.en": "Theirs"})
    page = await client.post(f"{FORMS}/visit/save", data=mine)
    assert page.status_code == 409
    assert "It says now: <bdi>Theirs</bdi>" in page.text
    assert (await kept(alice)).title["en"] == "Theirs"
    again = draft_of(page).fields
    assert again["title.en"] == "Mine"
    assert (await client.post(f"{FORMS}/visit/save", data=again)).status_code == 303
    assert (await kept(alice)).title["en"] == "Mine"


async def test_a_translator_and_an_author_do_not_stand_in_each_others_way(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await make(client)
    translator, author = await fields_of(client), await fields_of(client)
    moved = await client.post(f"{FORMS}/visit/questions/2/up", data=author | {"questions[0].text.en": "Author's"})
    assert moved.status_code == 303
    saved = await client.post(f"{FORMS}/visit/save", data=translator | {"questions[0].text.am": "የተርጓሚ"})
    assert saved.status_code == 303, saved.text
    draft = await kept(alice)
    assert keys(draft)[:2] == ["satisfaction", "recommend"]
    assert (draft.questions[1].text["en"], draft.questions[1].text["am"]) == ("Author's", "የተርጓሚ")


async def test_a_question_that_one_changed_and_another_removed_is_asked_about(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await make(client)
    mine = await fields_of(client) | {"questions[0].text.en": "My words"}
    await send(client, "questions/1/remove")
    asked = await client.post(f"{FORMS}/visit/save", data=mine)
    assert asked.status_code == 409
    assert "My words" in asked.text
    assert keys(await kept(alice))[0] == "satisfaction"
    again = draft_of(asked).fields
    theirs = dict.fromkeys(("_theirs.order",), "1")
    plain = {name: value for name, value in again.items() if not name.startswith("_theirs.")}
    assert (await client.post(f"{FORMS}/visit/save", data=plain | theirs)).status_code == 303
    assert "recommend" not in keys(await kept(alice))
    assert (await client.post(f"{FORMS}/visit/save", data=plain)).status_code == 303
    assert (await kept(alice)).questions[0].text["en"] == "My words"


async def test_an_error_first_does_not_make_the_second_one_overwrite(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    mine = await fields_of(client) | {"title.en": "Mine", "questions[0].key": "No key"}
    await send(client, "save", {"title.en": "Theirs"})
    refused = await client.post(f"{FORMS}/visit/save", data=mine)
    assert refused.status_code == 422
    put_right = draft_of(refused).fields | {"questions[0].key": "recommend"}
    assert (await client.post(f"{FORMS}/visit/save", data=put_right)).status_code == 409
    assert (await kept(alice)).title["en"] == "Theirs"


async def test_what_somebody_else_wrote_is_not_published_unseen(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    mine = await fields_of(client) | {"title.en": "Mine"}
    await send(client, "save", {"thanks.en": "Theirs"})
    page = await client.post(f"{FORMS}/visit/publish", data=mine)
    assert page.status_code == 409
    assert "Not published yet" in page.text
    assert (await queries.detail(alice.workspace, "visit")).version == 0
    assert (await client.post(f"{FORMS}/visit/publish", data=draft_of(page).fields)).status_code in (303, 422)
