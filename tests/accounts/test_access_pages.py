"""What is told of keys and of who gives up access, on the pages of settings."""

import re

import httpx
import msgspec

from survey_service.accounts import key_service, queries, service
from survey_service.core import edits
from tests.accounts.conftest import Cast
from tests.accounts.test_guards import enter
from tests.accounts.test_pages import said
from tests.hands import forms_of


async def test_what_a_key_does_is_told_of_the_key_and_of_who_made_it(browser: httpx.AsyncClient, cast: Cast) -> None:
    await service.rename_oneself(cast.alice, "Alice")
    made = await key_service.make_key(cast.alice, "The installation", ["keys:read", "keys:write"])
    program = await key_service.caller_of_key(made.key)
    assert program is not None
    await key_service.make_key(program, "Till", ["keys:read"])
    row = (await queries.audit_list(cast.alice.workspace)).items[0]
    assert (row.actor, row.key, row.key_made_by, row.actor_name) == (None, made.id, "Alice", "The installation")
    await enter(browser, "alice@example.org")
    page = (await browser.get("/app/settings/audit")).text
    assert "API key “The installation”, made by Alice" in page
    listed = (await browser.get("/app/settings/keys")).text
    assert len(re.findall(r"Made [^<]* by Alice\.", listed)) == 2
    shown = await browser.get("/api/v1/keys", headers={"Authorization": f"Bearer {made.key}"})
    assert [key["made_by"] for key in shown.json()["items"]] == ["Alice", "Alice"]


async def test_ones_own_language_is_in_the_audit_trail(cast: Cast) -> None:
    for language in ("de", "de", ""):
        await service.choose_language(cast.bob, language)
    rows = (await queries.audit_list(cast.bob.workspace)).items
    assert [row.subject for row in rows if row.action == "language_changed"] == ["", "de"]


async def test_who_keeps_their_own_role_stays_where_they_are(browser: httpx.AsyncClient, cast: Cast) -> None:
    alice = await enter(browser, "alice@example.org")
    fields = {"_csrf": alice.csrf_token, "role": "owner", "_seen": edits.marks({"role": "owner"})}
    kept = await browser.post(f"/app/settings/staff/{alice.actor}/role", data=fields)
    assert kept.headers["location"].startswith("/app/settings/staff?")


async def test_who_gives_up_their_own_role_is_asked_once_and_told_what_they_lose(
    browser: httpx.AsyncClient, cast: Cast
) -> None:
    alice = await enter(browser, "alice@example.org")
    own = f"/app/settings/staff/{alice.actor}"
    fields = {"_csrf": alice.csrf_token, "role": "viewer", "_seen": edits.marks({"role": "owner"})}
    last = await browser.post(f"{own}/role", data=fields)
    assert last.status_code == 409, "nobody is asked for what cannot be"
    await service.add_staff(cast.alice, "bea@example.org", "Bea", "owner")
    await key_service.make_key(cast.alice, "Till", ["forms:read"])
    asked = await browser.post(f"{own}/role", data=fields)
    assert asked.status_code == 200
    assert "Change your own role?" in asked.text
    for told in ("your role is Viewer", "Only another owner", "signed out everywhere", "1 API key stops", "Till"):
        assert told in asked.text, told
    assert alice.actor is not None
    assert (await queries.staff_member(alice.workspace, alice.actor)).role == "owner"
    assert (await browser.get("/app/settings/staff")).status_code == 200
    form = next(form for form in forms_of(asked.text, "") if form.action == f"{own}/role")
    done = await browser.post(form.action, data=form.fields | {"sure": "1"})
    assert (done.status_code, done.headers["location"]) == (303, "/app/sign-in?act=role")
    assert said((await browser.get(done.headers["location"])).text) == [
        "Your role is another one now. Sign in again to go on with it."
    ]
    assert (await queries.staff_member(alice.workspace, alice.actor)).role == "viewer"


async def test_who_is_disabled_with_keys_is_asked_about_and_the_keys_are_named(
    browser: httpx.AsyncClient, cast: Cast
) -> None:
    alice = await enter(browser, "alice@example.org")
    bea, _ = await service.add_staff(cast.alice, "bea@example.org", "Bea", "owner")
    made = await key_service.make_key(
        msgspec.structs.replace(cast.alice, actor=bea.id, name="Bea"), "Till of Bea", ["forms:read"]
    )
    person = f"/app/settings/staff/{bea.id}"
    for act, more in (("disable", {}), ("role", {"role": "manager", "_seen": edits.marks({"role": "owner"})})):
        asked = await browser.post(f"{person}/{act}", data={"_csrf": alice.csrf_token, **more})
        assert (asked.status_code, "Till of Bea" in asked.text) == (200, True)
        assert "Bea is signed out everywhere." in asked.text
    assert await key_service.caller_of_key(made.key) is not None
    done = await browser.post(f"{person}/disable", data={"_csrf": alice.csrf_token, "sure": "1"})
    assert said((await browser.get(done.headers["location"])).text) == [
        "Bea can no longer sign in. The API keys of Bea stop."
    ]
    assert await key_service.caller_of_key(made.key) is None
    again = await browser.post(f"{person}/enable", data={"_csrf": alice.csrf_token})
    assert said((await browser.get(again.headers["location"])).text) == [
        "Bea can sign in again. The API keys of Bea work."
    ]
    own = await browser.post(f"/app/settings/staff/{alice.actor}/disable", data={"_csrf": alice.csrf_token})
    assert "Disable your own account?" in own.text
    assert (await browser.get("/app/settings/staff")).status_code == 200
    form = next(form for form in forms_of(own.text, "") if form.action.endswith("/disable"))
    gone = await browser.post(form.action, data=form.fields | {"sure": "1"})
    assert said((await browser.get(gone.headers["location"])).text) == [
        "You have given up your own access. An owner can give it back to you."
    ]
    assert said((await browser.get("/app/sign-in?act=rolled")).text) == []
