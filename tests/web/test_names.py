"""Names in every script come out of each page and each part of the API as they went in."""

import html
import re
from pathlib import Path
from typing import Any

import httpx

from survey_service.accounts import queries as accounts
from survey_service.core import database, i18n, templates
from tests import factories
from tests.builder import browsing
from tests.core.test_text import BLANKS, NAMES
from tests.hands import forms_of

TYPED = re.compile(r"""type=["']email["']""")
TYPED_BLANKS = [blank for blank in BLANKS if "\ud800" not in blank]


async def _made(client: httpx.AsyncClient, key: dict[str, str], path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(f"/api/v1/{path}", json=body, headers=key)
    assert answer.is_success, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_programs_read_names_as_they_sent_them(client: httpx.AsyncClient) -> None:
    await factories.published()
    key = await browsing.key_of((await browsing.owner())[0])
    for number, name in enumerate(NAMES):
        email = f"person{number}@example.org"
        assert (await _made(client, key, "customers", {"email": email, "name": name}))["name"] == name
        invited = {"form": "visit", "email": f"guest{number}@example.org", "name": name}
        assert (await _made(client, key, "invitations", invited))["name"] == name
        place = await _made(client, key, "places", {"name": name, "own_name": name})
        assert (place["name"], place["own_name"]) == (name, name)
        form = {"slug": f"form-{number}", "name": name, "definition": {**factories.VISIT, "title": {"en": name}}}
        shown = await _made(client, key, "forms", form)
        assert (shown["name"], shown["draft"]["title"]["en"]) == (name, name)


async def test_pages_show_names_as_they_were_typed(client: httpx.AsyncClient) -> None:
    alice, headers = await browsing.owner()
    for number, name in enumerate(NAMES):
        fields = {"name": name, "kind": "store", "own_name": name, "code": f"place-{number}"}
        for path, typed in (
            ("places", fields),
            ("forms", {"name": name, "slug": f"form-{number}", "starter": "visit", "language": "en", "others": ""}),
            ("settings/staff", {"name": name, "email": f"s{number}@example.org", "role": "viewer"}),
            ("settings/keys", {"name": name, "scopes": "scores:read"}),
        ):
            answer = await client.post(f"/app/{path}", data=typed, headers=headers, follow_redirects=True)
            assert answer.status_code == 200, answer.text
            shown = (await client.get(f"/app/{path}", headers=headers)).text
            assert name in shown, path
        workspace = {"name": name, "time_zone": "UTC", "postal_address": f"{name}\n{name}", "min_n": "10"}
        page = await client.get("/app/settings/workspace", headers=headers)
        seen = next(form.fields["_seen"] for form in forms_of(page.text, "") if "_seen" in form.fields)
        await client.post("/app/settings/workspace", data={**workspace, "_seen": seen}, headers=headers)
        kept = await accounts.workspace(alice.workspace)
        assert (kept.name, kept.postal_address) == (name, f"{name}\n{name}")


async def test_a_name_that_nobody_sees_is_none(client: httpx.AsyncClient) -> None:
    alice, headers = await browsing.owner()
    key = await browsing.key_of(alice)
    for blank in TYPED_BLANKS:
        for path, body in (
            ("places", {"name": blank}),
            ("forms", {"slug": "visit", "name": f"{blank} ", "definition": factories.VISIT}),
        ):
            answer = await client.post(f"/api/v1/{path}", json=body, headers=key)
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name"), (path, blank)
        colleague = {"email": "x@example.org", "role": "viewer"}
        for path, more in (("settings/staff", colleague), ("places", {"kind": "store"})):
            answer = await client.post(f"/app/{path}", data={"name": blank, **more}, headers=headers)
            assert answer.status_code == 422, (path, blank)


async def test_words_that_nobody_sees_are_no_answer(client: httpx.AsyncClient) -> None:
    asked = [{**question, "required": question["kind"] == "long_text"} for question in factories.VISIT["questions"]]
    await factories.published(definition={**factories.VISIT, "questions": asked})
    missing = i18n.text("error_text_required", "en")
    fields = factories.page_fields((await client.get("/s/visit")).text)
    for blank in TYPED_BLANKS:
        refused = await factories.send(client, factories.submission({"comment": blank}))
        assert refused.status_code == 422, blank
        assert [(error["question"], error["code"]) for error in refused.json()["errors"]] == [("comment", "required")]
        page = await client.post("/s/visit", data={**fields, "comment": blank})
        assert page.status_code == 422, blank
        assert missing in html.unescape(page.text)


async def test_words_beside_what_nobody_sees_are_kept(client: httpx.AsyncClient) -> None:
    await factories.published()
    for number, name in enumerate(NAMES):
        answer = await factories.send(client, factories.submission({"recommend": 9, "comment": name}))
        assert answer.status_code == 201, number
    rows = await database.fetch("SELECT comment FROM response")
    assert {row["comment"] for row in rows} == set(NAMES)


async def test_a_form_with_a_title_that_nobody_sees_is_not_published(client: httpx.AsyncClient) -> None:
    key = await browsing.key_of((await browsing.owner())[0])
    unseen = {**factories.VISIT, "title": {"en": "\u3164\u200b", "am": "ጉብኝትዎ"}}
    await _made(client, key, "forms", {"slug": "visit", "name": "Visit", "definition": unseen})
    answer = await client.post("/api/v1/forms/visit/publish", headers=key)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "title.en"


def test_no_browser_refuses_an_address_with_letters_beyond_a_to_z() -> None:
    """A browser's own check knows no others before the @, so only forms that it does not check may ask for it."""
    root = Path(templates.__file__).parents[1] / "templates"
    checked = {path.relative_to(root).as_posix() for path in root.rglob("*.html") if TYPED.search(path.read_text())}
    assert checked == {"questions/email.html"}
    assert all("novalidate" in (root / f"survey/{name}.html").read_text() for name in ("survey", "invitation"))
    assert TYPED.search("type='email'")
