"""Publishing: what stands in its way, what it breaks, and what happens when nothing has changed."""

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.forms import queries
from tests.builder.browsing import draft_of
from tests.builder.drafts import FORMS, kept, make, send


async def test_an_unfinished_draft_is_kept_and_not_published(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    await send(client, "questions", {"_kind": "single_choice", "title.en": ""})
    refused = await send(client, "publish", {"questions[0].text.en": "Only this"})
    assert refused.status_code == 422
    assert "It cannot be published yet." in refused.text
    assert 'id="f-title.en-error"' in refused.text
    assert 'id="f-questions[5].text.en-error"' in refused.text
    assert 'id="f-questions[5].choices.en-error"' in refused.text
    assert 'href="#f-questions%5B5%5D.text.en"' in refused.text
    draft = await kept(alice)
    assert draft.questions[0].text["en"] == "Only this"
    assert (await queries.detail(alice.workspace, "visit")).version == 0


async def test_publishing_then_other_words_tell_of_the_break(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    assert "Publish version 1" in (await client.get(f"{FORMS}/visit")).text
    done = await send(client, "publish")
    assert done.headers["location"] == f"{FORMS}/visit?done=published"
    page = await client.get(done.headers["location"])
    assert "Version 1 is live." in page.text
    assert "Publish version 2" in page.text
    assert "The trend will show a break" not in page.text
    await send(client, "save", {"questions[0].text.en": "Other words", "questions[3].text.en": "Not a score"})
    page = await client.get(f"{FORMS}/visit")
    assert page.text.count("The trend will show a break") == 1
    restored = await send(client, "questions/1/restore", {"title.en": "Still typed"})
    assert restored.status_code == 303
    assert "The trend will show a break" not in (await client.get(f"{FORMS}/visit")).text
    assert (await kept(alice)).title["en"] == "Still typed"


async def test_publishing_again_without_a_change_makes_no_version(client: httpx.AsyncClient, alice: Caller) -> None:
    await make(client)
    assert "Nothing has changed" not in (await client.get(f"{FORMS}/visit")).text
    await send(client, "publish")
    for _ in range(2):
        assert "Nothing has changed since version 1" in (await client.get(f"{FORMS}/visit")).text
        again = await send(client, "publish")
        assert again.headers["location"] == f"{FORMS}/visit?done=unchanged"
        assert "so nothing was published" in (await client.get(again.headers["location"])).text
    assert (await queries.detail(alice.workspace, "visit")).version == 1
    await send(client, "save", {"title.en": "Other"})
    assert "Nothing has changed" not in (await client.get(f"{FORMS}/visit")).text
    await send(client, "publish")
    assert (await queries.detail(alice.workspace, "visit")).version == 2


async def test_a_language_that_is_not_complete_is_told_before_publishing(
    client: httpx.AsyncClient, alice: Caller
) -> None:
    await make(client)
    asked = await send(client, "publish", {"questions[0].text.am": "", "questions[1].text.am": ""})
    assert asked.status_code == 422
    assert "Amharic: 2 texts are missing" in asked.text
    assert (await queries.detail(alice.workspace, "visit")).version == 0
    fields = draft_of(asked).fields
    assert (await client.post(f"{FORMS}/visit/publish", data=fields | {"_without": "ka"})).status_code == 422
    done = await client.post(f"{FORMS}/visit/publish", data=fields | {"_without": "am"})
    assert done.headers["location"] == f"{FORMS}/visit?done=published"
    next_steps = (await client.get(done.headers["location"])).text
    for href in ("/s/visit", f"{FORMS}/visit/share", "/app/places", "/app/answers?form=visit"):
        assert f'href="{href}"' in next_steps
