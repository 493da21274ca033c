"""Signing in and the settings pages, as a browser sees them."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from survey_service.accounts import (
    entrance_pages,
    installation_service,
    key_service,
    queries,
    service,
    sign_in,
)
from survey_service.core import edits, passwords
from survey_service.core.email_address import MAX_EMAIL
from survey_service.core.errors import Unavailable
from survey_service.core.settings import Settings
from tests.accounts.conftest import PASSWORD, Cast
from tests.accounts.test_guards import enter
from tests.conftest import shared_by
from tests.hands import Form, forms_of

ALICE = {"email": "alice@example.org", "password": PASSWORD}
OWNERS_PAGES = ("staff", "keys", "workspace", "audit")


@pytest.mark.parametrize("path", ["/app", "/app/answers?score=0-6&comment=1", "/app?from=2026-10-01", "/app/x/y"])
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert entrance_pages.local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil.example",
        "https://evil.example/app",
        "/\\evil.example",
        "/app/../../evil",
        "/app/%2e%2e/c/visit",
        "/app/%2E./evil",
        "/app/./sign-out",
        "/app/%2e/sign-out",
        "/app/%2f%2fevil.example",
        "/app/%5cevil.example",
        "/application",
        "/app//evil.example",
        "/app\r\nSet-Cookie: a=b",
        "/app\t",
        "javascript:alert(1)",
        "/s/visit",
    ],
)
def test_any_other_place_is_not_led_to(path: str) -> None:
    assert entrance_pages.local_path(path) == "/app"


async def test_signing_in_and_out(browser: httpx.AsyncClient) -> None:
    form = await browser.get("/app/sign-in", params={"next": "/app/answers?score=0-6"})
    assert form.status_code == 200
    assert "set-cookie" not in form.headers
    assert 'value="/app/answers?score=0-6"' in form.text
    entered = await browser.post("/app/sign-in", data={**ALICE, "next": "/app/answers?score=0-6"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/app/answers?score=0-6")
    cookie = entered.headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    again = await browser.get("/app/sign-in", params={"next": "//evil.example"})
    assert (again.status_code, again.headers["location"]) == (303, "/app")
    secret = browser.cookies[sign_in.COOKIE]
    caller = await sign_in.caller_of_session(secret)
    assert caller is not None
    out = await browser.post("/app/sign-out", data={"_csrf": caller.csrf_token})
    assert (out.status_code, out.headers["location"]) == (303, "/app/sign-in")
    assert await sign_in.caller_of_session(secret) is None
    assert (await browser.get("/app")).status_code == 401


async def test_the_cookie_is_secure_where_the_service_is(browser: httpx.AsyncClient, settings: Settings) -> None:
    from dataclasses import replace

    shared_by(browser).settings = replace(settings, base_url="https://feedback.example.org")
    entered = await browser.post("/app/sign-in", data=ALICE)
    assert "Secure" in entered.headers["set-cookie"].split("; ")


async def test_a_session_chosen_by_the_browser_is_not_taken(browser: httpx.AsyncClient) -> None:
    browser.cookies.set(sign_in.COOKIE, "chosen")
    entered = await browser.post("/app/sign-in", data=ALICE)
    assert "survey_session=chosen" not in entered.headers["set-cookie"]
    assert await sign_in.caller_of_session("chosen") is None


async def test_a_wrong_password_keeps_the_address_and_nothing_else(browser: httpx.AsyncClient) -> None:
    got = await browser.post("/app/sign-in", data={"email": 'a"<b>@example.org', "password": "secret-typo"})
    assert got.status_code == 422
    assert "a&#34;&lt;b&gt;@example.org" in got.text
    assert "secret-typo" not in got.text
    assert "set-cookie" not in got.headers


async def test_a_password_that_no_memory_is_left_for_keeps_the_address(
    client: httpx.AsyncClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def short(stored: str | None, password: str) -> bool:
        raise Unavailable("Try again in a moment.", retry_after=3)

    monkeypatch.setattr(passwords, "matches", short)
    got = await client.post("/app/sign-in", data=ALICE)
    assert (got.status_code, got.headers["retry-after"]) == (503, "3")
    assert 'value="alice@example.org"' in got.text
    assert ALICE["password"] not in got.text


@pytest.mark.parametrize("path", ["/app/sign-in", "/app/again"])
@pytest.mark.parametrize("field", ["email", "password", "next", "_to", "other"])
async def test_strangers_send_a_sign_in_a_few_words_only(browser: httpx.AsyncClient, path: str, field: str) -> None:
    got = await browser.post(path, data=ALICE | {field: "a" * 20_000})
    assert got.status_code == 413
    assert "That is more than is taken at once." in got.text
    assert len(got.text) < 20_000


@pytest.mark.parametrize(
    "path",
    [
        "/app/sign-out",
        "/app/sign-out?",
        "/app/sign-in?next=/app",
        "/app/./sign-out",
        "/app/sign-out#x",
        "/app/sign%2dout",
        "/app/sign-out/",
    ],
)
async def test_what_ends_or_begins_a_session_is_never_sent_again(browser: httpx.AsyncClient, path: str) -> None:
    await enter(browser, "alice@example.org")
    got = await browser.post("/app/again", data={"_to": path, "_carried": '[["a", "words"]]'})
    assert (got.status_code, got.headers["location"]) == (303, "/app")


async def test_what_is_too_long_for_an_address_is_not_shown_whole(browser: httpx.AsyncClient) -> None:
    got = await browser.post("/app/sign-in", data={"email": "é" * 9_000, "password": "x"})
    assert got.status_code == 422
    assert 0 < got.text.count("é") <= MAX_EMAIL


async def test_the_eleventh_try_waits_with_a_page_for_people(browser: httpx.AsyncClient) -> None:
    for _ in range(10):
        await browser.post("/app/sign-in", data={"email": "alice@example.org", "password": "wrong"})
    got = await browser.post("/app/sign-in", data=ALICE)
    assert got.status_code == 429
    assert 0 < int(got.headers["retry-after"]) <= 900
    assert got.headers["content-type"].startswith("text/html")
    assert 'value="alice@example.org"' in got.text
    assert "Try again in 15 min" in got.text


async def test_strange_forms_are_no_fault_of_ours(browser: httpx.AsyncClient) -> None:
    raw = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"", b"email", b"email=%00&password=%FF", b"email=a&email=b&password=c&password=d", b"\xff\xfe=\x00"):
        assert (await browser.post("/app/sign-in", content=body, headers=raw)).status_code == 422
    assert (await browser.post("/app/sign-in", json={"email": 1})).status_code == 422
    files: Any = {"email": ("a.txt", b"a@example.org"), "password": (None, "x")}
    assert (await browser.post("/app/sign-in", files=files)).status_code == 422


async def test_a_link_needs_a_hand(browser: httpx.AsyncClient) -> None:
    path = f"/app/link/{await installation_service.issue_sign_in_link('bob@example.org')}"
    for _ in range(3):
        shown = await browser.get(path)
        assert shown.status_code == 200
        assert shown.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in shown.headers
    entered = await browser.post(path)
    assert (entered.status_code, entered.headers["location"]) == (303, "/app/settings/password")
    browser.cookies.clear()
    for ended in (await browser.get(path), await browser.post(path)):
        assert ended.status_code == 410
        assert "set-cookie" not in ended.headers
    assert (await browser.get("/app/link/nonsense")).status_code == 410


async def test_choosing_a_password_renews_the_session(browser: httpx.AsyncClient) -> None:
    bob = await enter(browser, "bob@example.org")
    former = browser.cookies[sign_in.COOKIE]
    short = await browser.post(
        "/app/settings/password", data={"_csrf": bob.csrf_token, "new": "short", "repeated": "short"}
    )
    assert short.status_code == 422
    assert 'aria-describedby="f-new-hint f-new-error"' in short.text
    assert "Nothing was changed." in short.text
    assert "what you typed is kept" not in short.text
    chosen = {"_csrf": bob.csrf_token, "new": PASSWORD, "repeated": PASSWORD}
    done = await browser.post("/app/settings/password", data=chosen)
    assert done.status_code == 303
    browser.cookies.delete(sign_in.COOKIE, domain="testserver.local")
    browser.cookies.set(sign_in.COOKIE, former)
    assert (await browser.get("/app")).status_code == 401


@pytest.mark.parametrize("name", OWNERS_PAGES)
async def test_owners_pages_are_for_owners(browser: httpx.AsyncClient, name: str) -> None:
    path = f"/app/settings/{name}"
    assert (await browser.get(path)).status_code == 401
    await enter(browser, "bob@example.org")
    assert (await browser.get(path)).status_code == 403
    account = await browser.get("/app/settings")
    assert account.status_code == 200
    assert path not in account.text
    await enter(browser, "alice@example.org")
    shown = await browser.get(path)
    assert shown.status_code == 200
    assert "style=" not in shown.text
    assert path in (await browser.get("/app/settings")).text


async def test_an_owner_adds_a_colleague_and_hands_over_the_link(browser: httpx.AsyncClient) -> None:
    alice = await enter(browser, "alice@example.org")
    fields = {"_csrf": alice.csrf_token, "email": "dana@example.org", "name": "ዳና <b>", "role": "manager"}
    added = await browser.post("/app/settings/staff", data=fields)
    assert added.status_code == 200
    assert "ዳና &lt;b&gt;" in added.text
    found = re.search(r"http://testserver\.local(/app/link/[\w-]+)", added.text)
    assert found is not None
    assert found[1] not in (await browser.get("/app/settings/staff")).text
    twice = await browser.post("/app/settings/staff", data=fields)
    assert twice.status_code == 422
    assert 'value="dana@example.org"' in twice.text
    browser.cookies.clear()
    assert (await browser.post(found[1])).status_code == 303


async def test_an_owner_changes_roles_and_accounts(browser: httpx.AsyncClient, cast: Cast) -> None:
    alice = await enter(browser, "alice@example.org")
    token = {"_csrf": alice.csrf_token}
    bob = f"/app/settings/staff/{cast.bob.actor}"
    seen = edits.marks({"role": "viewer"})
    listed = (await browser.get("/app/settings/staff")).text
    assert re.findall(r"<bdi>([^<]+)</bdi></b> <span [^>]*>You</span>", listed) == ["alice@example.org"]
    assert (await browser.post(f"{bob}/role", data={**token, "_seen": seen, "role": "manager"})).status_code == 303
    assert (await browser.post(f"{bob}/disable", data=token)).status_code == 303
    assert (await browser.post(f"{bob}/link", data=token)).status_code == 409
    assert (await browser.post(f"{bob}/enable", data=token)).status_code == 303
    assert "/app/link/" in (await browser.post(f"{bob}/link", data=token)).text
    assert cast.bob.actor is not None
    staff = await queries.staff_member(alice.workspace, cast.bob.actor)
    assert (staff.role, staff.disabled_at) == ("manager", None)
    last = await browser.post(f"/app/settings/staff/{alice.actor}/disable", data=token)
    assert last.status_code == 409
    assert "Make somebody else an owner first." in last.text
    stranger = f"/app/settings/staff/{cast.charlie.actor}/disable"
    assert (await browser.post(stranger, data=token)).status_code == 404


async def test_a_key_is_shown_once_and_revoked(browser: httpx.AsyncClient) -> None:
    alice = await enter(browser, "alice@example.org")
    token = {"_csrf": alice.csrf_token}
    assert "No keys yet" in (await browser.get("/app/settings/keys")).text
    lacking = await browser.post("/app/settings/keys", data={**token, "name": "Till"})
    assert lacking.status_code == 422
    assert 'value="Till"' in lacking.text
    assert "what you typed is kept" in lacking.text
    made = await browser.post(
        "/app/settings/keys", data={**token, "name": "Till", "scopes": ["forms:read", "scores:read"]}
    )
    found = re.search(r"survey_[\w-]{43}", made.text)
    assert found is not None
    caller = await key_service.caller_of_key(found[0])
    assert caller is not None
    assert caller.scopes == {"forms:read", "scores:read"}
    listed = await browser.get("/app/settings/keys")
    assert found[0] not in listed.text
    revoke = re.search(r"/app/settings/keys/[\w-]+/revoke", listed.text)
    assert revoke is not None
    before = revoke[0].removesuffix("/revoke").rpartition("/")[2]
    assert "is revoked" not in (await browser.get(f"/app/settings/keys?act=revoked&who={before}")).text
    gone = await browser.post(revoke[0], data=token)
    assert gone.status_code == 303
    assert await key_service.caller_of_key(found[0]) is None
    assert said((await browser.get(gone.headers["location"])).text) == [
        "The key “Till” is revoked. Programs that use it are refused."
    ]


def form_to(path: str, page: str) -> Form:
    """The form of a page that is sent there."""
    return next(form for form in forms_of(page, "") if form.action == path)


async def test_a_page_with_a_new_key_that_is_loaded_again_makes_no_second_one(browser: httpx.AsyncClient) -> None:
    await enter(browser, "alice@example.org")
    form = form_to("/app/settings/keys", (await browser.get("/app/settings/keys")).text)
    sent = form.fields | {"name": "Till", "scopes": "forms:read"}
    first, again = [await browser.post(form.action, data=sent) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 409)
    assert "The new key" in first.text
    assert "This key is made already, and was shown then." in again.text
    assert "what you typed is kept" not in again.text
    assert len(re.findall(r"<bdi>Till</bdi>", again.text)) == 1
    following = form_to("/app/settings/keys", again.text)
    assert (await browser.post(form.action, data=following.fields | {"name": "Two", "scopes": "forms:read"})).is_success
    assert (await browser.post(form.action, data=sent | {"id": "roses", "name": "Three"})).is_success


async def test_a_key_of_long_ago_is_told_to_be_revoked_too(browser: httpx.AsyncClient, cast: Cast) -> None:
    """The list shows the newest fifty."""
    alice = await enter(browser, "alice@example.org")
    oldest, *_ = [await key_service.make_key(alice, f"Till {number}", ["forms:read"]) for number in range(60)]
    assert "Till 0" not in (await browser.get("/app/settings/keys")).text
    gone = await browser.post(f"/app/settings/keys/{oldest.id}/revoke", data={"_csrf": alice.csrf_token})
    assert said((await browser.get(gone.headers["location"])).text) == [
        "The key “Till 0” is revoked. Programs that use it are refused."
    ]
    for stale in ("who=nobody", f"who={UUID(int=7)}", "who="):
        assert said((await browser.get(f"/app/settings/keys?act=revoked&{stale}")).text) == []
    await enter(browser, "charlie@example.net")
    assert said((await browser.get(gone.headers["location"])).text) == []


def said(page: str) -> list[str]:
    """What a page says was just done."""
    return re.findall(r'<span role="status">([^<]*)</span>', page)


async def test_what_was_done_to_a_colleague_is_said_once_and_only_while_it_is_so(browser: httpx.AsyncClient) -> None:
    alice = await enter(browser, "alice@example.org")
    bea, _ = await service.add_staff(alice, "bea@example.org", "Bea", "viewer")
    person = f"/app/settings/staff/{bea.id}"

    async def after(act: str, **fields: str) -> tuple[str, list[str]]:
        done = await browser.post(f"{person}/{act}", data={"_csrf": alice.csrf_token, **fields})
        assert done.status_code == 303
        return done.headers["location"], said((await browser.get(done.headers["location"])).text)

    _, words = await after("role", role="manager", _seen=edits.marks({"role": "viewer"}))
    assert words == ["Bea is a manager now."]
    address, words = await after("disable")
    assert words == ["Bea can no longer sign in."]
    _, words = await after("enable")
    assert words == ["Bea can sign in again."]
    assert said((await browser.get(address)).text) == []
    for stale in ("who=nobody", f"who={UUID(int=7)}", "who="):
        assert said((await browser.get(f"/app/settings/staff?act=disabled&{stale}")).text) == []


async def test_settings_are_saved_or_kept_as_typed(browser: httpx.AsyncClient) -> None:
    alice = await enter(browser, "alice@example.org")
    good = {
        "_csrf": alice.csrf_token,
        "_seen": re.findall(r'name="_seen" value="([^"]+)"', (await browser.get("/app/settings/workspace")).text)[0],
        "name": "ლინდენი",
        "time_zone": "Asia/Tbilisi",
        "postal_address": "1 Street\nTbilisi",
        "min_n": "15",
        "reply_to": "shop@linden.example",
    }
    assert (await browser.post("/app/settings/workspace", data={**good, "min_n": "many"})).status_code == 422
    kept = await browser.post("/app/settings/workspace", data={**good, "min_n": "many"})
    assert "ლინდენი" in kept.text
    assert 'value="many"' in kept.text
    assert (await browser.post("/app/settings/workspace", data=good)).status_code == 303
    shown = await browser.get("/app/settings/workspace")
    assert '<option value="Asia/Tbilisi" selected>' in shown.text
    assert 'value="shop@linden.example"' in shown.text


async def test_everybody_renames_themselves(browser: httpx.AsyncClient, cast: Cast) -> None:
    bob = await enter(browser, "bob@example.org")
    page = await browser.get("/app/settings")
    form = next(form for form in forms_of(page.text, "") if form.action == "/app/settings/name")
    assert form.fields["name"] == "Bob"
    renamed = await browser.post("/app/settings/name", data=form.fields | {"name": " Робин <b> "})
    assert renamed.headers["location"] == "/app/settings?done=name"
    assert "Робин &lt;b&gt;" in (await browser.get("/app/settings?done=name")).text
    assert bob.actor is not None
    assert (await queries.staff_member(bob.workspace, bob.actor)).name == "Робин <b>"
    too_long = await browser.post("/app/settings/name", data=form.fields | {"_seen": "", "name": "x" * 201})
    assert too_long.status_code in (409, 422)
    audited = [entry.action for entry in (await queries.audit_list(bob.workspace)).items]
    assert "name_changed" in audited


async def test_the_audit_trail_is_paged(browser: httpx.AsyncClient) -> None:
    alice = await enter(browser, "alice@example.org")
    for n in range(60):
        await key_service.make_key(alice, f"key number {n}", ["forms:read"])
    first = await browser.get("/app/settings/audit")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older is not None
    second = await browser.get(older[1].replace("&amp;", "&"))
    named = re.findall(r"key number \d+", first.text + second.text)
    assert named == [f"key number {n}" for n in reversed(range(60))]
    assert (await browser.get("/app/settings/audit?cursor=nonsense")).status_code == 422
