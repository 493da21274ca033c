"""The language of staff pages: chosen by the person, else by the browser; a program's by what it sends."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from survey_service.accounts import installation_service, queries
from tests.accounts.test_guards import enter
from tests.core.i18n import catalogues
from tests.hands import Form, forms_of

ALICE = "alice@example.org"


@pytest.fixture
async def browser(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Alice's browser on the whole product."""
    await installation_service.ensure_owner(ALICE)
    return client


@pytest.fixture
async def languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """German and Arabic, in which every message stands in ⟦ ⟧."""
    folder = tmp_path / "catalogues"
    folder.mkdir()
    for code in ("de", "ar"):
        catalogues.marked(folder, code)
    catalogues.use(folder, monkeypatch)
    yield
    monkeypatch.undo()
    catalogues.forget()


async def own_form(browser: httpx.AsyncClient) -> Form:
    page = (await browser.get("/app/settings")).text
    return next(form for form in forms_of(page, "") if form.action == "/app/settings/name")


async def test_pages_are_in_the_language_of_the_person_else_of_the_browser(
    browser: httpx.AsyncClient, languages: None
) -> None:
    browser.headers["Accept-Language"] = "de-AT, en;q=0.5"
    assert '<html lang="de" dir="ltr">' in (await browser.get("/app/sign-in")).text
    await enter(browser, ALICE)
    page = (await browser.get("/app/settings")).text
    assert '<html lang="de" dir="ltr">' in page
    assert "⟦Your name and language⟧" in page
    chosen = await browser.post("/app/settings/name", data=(await own_form(browser)).fields | {"language": "ar"})
    assert chosen.headers["location"] == "/app/settings?done=language"
    page = (await browser.get(chosen.headers["location"])).text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<option value="ar" selected>العربية</option>' in page
    assert "⟦From now on you read these pages in this language.⟧" in page
    await browser.post("/app/settings/name", data=(await own_form(browser)).fields | {"language": "en"})
    assert '<html lang="en" dir="ltr">' in (await browser.get("/app/settings")).text


async def test_only_a_language_that_there_is_can_be_chosen(browser: httpx.AsyncClient, languages: None) -> None:
    caller = await enter(browser, ALICE)
    refused = await browser.post("/app/settings/name", data=(await own_form(browser)).fields | {"language": "tlh"})
    assert refused.status_code == 422
    assert "Choose one of the languages." in refused.text
    assert caller.actor is not None
    assert (await queries.staff_member(caller.workspace, caller.actor)).language == ""


async def test_without_a_second_language_there_is_no_choice(
    browser: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogues.use(tmp_path, monkeypatch)
    await enter(browser, ALICE)
    page = (await browser.get("/app/settings")).text
    monkeypatch.undo()
    catalogues.forget()
    assert 'name="language"' not in page
    assert "Change my name" in page


async def test_errors_are_said_in_the_language_that_a_program_asks_for(
    browser: httpx.AsyncClient, languages: None
) -> None:
    english = (await browser.get("/api/v1/keys")).json()
    german = (await browser.get("/api/v1/keys", headers={"Accept-Language": "de"})).json()
    assert english["title"] == "Sign in first"
    assert german["title"] == "⟦Sign in first⟧"
    assert german["detail"] == f"⟦{english['detail']}⟧"
    assert german["code"] == english["code"]


async def test_an_address_that_leads_nowhere_says_so_in_the_language_of_the_browser(
    browser: httpx.AsyncClient, languages: None
) -> None:
    page = await browser.get("/app/nowhere", headers={"Accept-Language": "ar"})
    assert page.status_code == 404
    assert "⟦There is nothing at this address.⟧" in page.text
