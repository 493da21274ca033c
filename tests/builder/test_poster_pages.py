"""The page of a place and its poster: which form the code opens, and what the paper says."""

import re
from uuid import UUID

import httpx
import pytest

from survey_service.accounts.schemas import Caller
from survey_service.core import clock, edits
from survey_service.forms import posters
from survey_service.forms import service as forms
from survey_service.places import queries
from survey_service.places import service as places
from survey_service.places.schemas import NewEmployee, NewPlace
from tests import factories
from tests.invitations import product

CLOSED = "This form is closed, so the code opens a page that says so:"


@pytest.mark.parametrize(("language", "words"), [("am", "ፒያሳ"), ("ar", "ፒያሳ"), ("en", "Piassa")])
async def test_the_poster(client: httpx.AsyncClient, alice: Caller, language: str, words: str) -> None:
    place = await factories.place(alice.workspace)
    await product.publish(alice.workspace)
    poster = (await client.get(f"/app/places/{place.id}/poster?lang={language}")).text
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in poster
    article = poster.partition("<article")[2]
    assert words in article
    assert "http://testserver.local/q/piassa" in re.sub("<[^>]+>", "", article)


@pytest.mark.parametrize("texts", [1, 4, 40])
async def test_a_poster_promises_the_time_that_the_form_says(
    client: httpx.AsyncClient, alice: Caller, texts: int
) -> None:
    """For short forms and long ones, in every language of the form."""
    place = await factories.place(alice.workspace)
    asked = [
        {"kind": "long_text", "key": f"words_{n}", "text": {"en": f"What {n}?", "ar": f"{n} ماذا؟"}}
        for n in range(texts)
    ]
    asked.append({"kind": "nps", "key": "recommend", "text": {"en": "Recommend us?", "ar": "هل توصي بنا؟"}})
    definition = {"title": {"en": "Visit", "ar": "زيارة"}, "languages": ["en", "ar"], "questions": asked}
    await factories.published("visit", definition, alice.workspace)
    for language in ("en", "ar"):
        poster = (await client.get(f"/app/places/{place.id}/poster?lang={language}")).text
        page = (await client.get(f"/s/visit?lang={language}")).text
        said = re.search(r'<div class="progress"[^>]*><span>([^<]*)', page)
        assert said
        amount = re.split("about |نحو ", said[1])[1]
        assert f"{amount}." in poster.partition("<article")[2], (amount, language)


async def test_the_form_of_a_poster_is_chosen(client: httpx.AsyncClient, alice: Caller) -> None:
    place = await factories.place(alice.workspace)
    await product.publish(alice.workspace)
    await product.publish(alice.workspace, "contact")
    chosen = await client.post(
        f"/app/places/{place.id}/form", data={"form": "contact", "_seen": edits.marks({"form": ""})}
    )
    assert chosen.status_code == 303
    assert "/app/forms/contact" in (await client.get(f"/app/places/{place.id}")).text
    wrong = await client.post(
        f"/app/places/{place.id}/form", data={"form": "nowhere", "_seen": edits.marks({"form": "contact"})}
    )
    assert wrong.status_code == 422


async def test_a_new_place_asks_which_form_its_code_opens(client: httpx.AsyncClient, alice: Caller) -> None:
    place = await factories.place(alice.workspace)
    paths = (f"/app/places/{place.id}", f"/app/places/{place.id}/poster")
    await product.publish(alice.workspace)
    for path in paths:
        assert '#opens"' not in (await client.get(path)).text, "there is one form only"
    await product.publish(alice.workspace, "contact")
    for path in paths:
        page = (await client.get(path)).text
        assert '#opens"' in page
        assert "/qr.svg" not in page
        assert 'class="poster' not in page
    assert "nobody has chosen one" in (await client.get(paths[0])).text
    assert '<option value="" selected>Choose a form</option>' in (await client.get(paths[0])).text
    none = await client.post(f"{paths[0]}/form", data={"form": "", "_seen": edits.marks({"form": ""})})
    assert none.status_code == 422
    assert "Choose the form that the code opens." in none.text
    await client.post(f"{paths[0]}/form", data={"form": "contact", "_seen": edits.marks({"form": ""})})
    for path in paths:
        assert '#opens"' not in (await client.get(path)).text


async def test_a_card_says_of_its_form_what_the_poster_says(client: httpx.AsyncClient, alice: Caller) -> None:
    """Nothing to print before somebody chose what the code opens, and no word less where that is closed."""
    place = await factories.place(alice.workspace)
    who = await places.create_employee(alice.workspace, NewEmployee("Dawit", place.id), clock.now())
    pages = (f"/app/places/{place.id}", f"/app/employees/{who.id}")
    warned = (*pages, f"/app/places/{place.id}/poster")
    for slug in ("visit", "contact"):
        await product.publish(alice.workspace, slug)
    for path in warned:
        assert "Which form should the code open?" in (await client.get(path)).text
    for path in pages:
        page = (await client.get(path)).text
        assert "It can be printed once a form is chosen." in page
        assert f'href="/app/places/{place.id}#opens"' in page
        assert "/qr.svg" not in page
    await posters.choose(alice.workspace, place.id, "contact", clock.now())
    for path in pages:
        page = (await client.get(path)).text
        assert f"{path}/qr.svg" in page
        assert CLOSED not in page
    await forms.set_open(alice.workspace, "contact", False, clock.now())
    for path in warned:
        page = (await client.get(path)).text
        assert CLOSED in page
        assert 'href="/app/forms/contact"><bdi>Form contact</bdi></a></div>' in page


async def test_a_page_looks_once_at_what_its_place_belongs_to(
    client: httpx.AsyncClient, alice: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await factories.place(alice.workspace)
    for slug in ("visit", "contact"):
        await product.publish(alice.workspace, slug)
    looked: list[str] = []
    ancestors = queries.ancestors

    async def noted(workspace: UUID, place: UUID) -> list[UUID]:
        looked.append(path)
        return await ancestors(workspace, place)

    monkeypatch.setattr(queries, "ancestors", noted)
    paths = [f"/app/places/{place.id}", f"/app/places/{place.id}/poster"]
    for path in paths:
        assert (await client.get(path)).status_code == 200
    assert looked == paths


async def test_a_place_says_where_its_form_was_chosen(client: httpx.AsyncClient, alice: Caller) -> None:
    for slug in ("visit", "contact"):
        await product.publish(alice.workspace, slug)
    now = clock.now()
    region = await places.create_place(alice.workspace, NewPlace("Shewa", "region"), now)
    new = NewPlace("Piassa", parent=region.id)
    store = await places.create_place(alice.workspace, new, now)
    path = f"/app/places/{store.id}"
    assert "As for" not in (await client.get(path)).text
    await posters.choose(alice.workspace, region.id, "contact", now)
    page = (await client.get(path)).text
    assert "Chosen for Shewa." in page
    assert '<option value="" selected>As for Shewa: Form contact</option>' in page
    await posters.choose(alice.workspace, store.id, "visit", now)
    page = (await client.get(path)).text
    assert "Chosen for" not in page
    assert '<option value="visit" selected>' in page
    left = await client.post(f"{path}/form", data={"form": "", "_seen": edits.marks({"form": "visit"})})
    assert left.status_code == 303
    assert "Chosen for Shewa." in (await client.get(path)).text
