"""Who may call which handler: sessions, roles, keys, scopes, CSRF."""

from typing import Any

import httpx
import pytest

from survey_service.accounts import key_service, service, sign_in
from survey_service.accounts.schemas import Caller
from tests.accounts.conftest import Cast
from tests.answers import signed_in


async def enter(browser: httpx.AsyncClient, email: str) -> Caller:
    """Gives the browser a session of this person."""
    caller, secret = await signed_in(email)
    browser.cookies.set(sign_in.COOKIE, secret)
    return caller


async def test_a_handler_that_says_nothing_is_open_to_nobody(browser: httpx.AsyncClient) -> None:
    await enter(browser, "alice@example.org")
    assert (await browser.get("/app/forgotten")).status_code == 500


async def test_without_a_session_nobody_enters(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/app")).status_code == 401
    for made_up in ("x", "ü", "a" * 5000, "'; DROP TABLE staff", "%00", "\xff", ""):
        headers = {b"Cookie": f"{sign_in.COOKIE}={made_up}".encode("latin-1")}
        assert (await browser.get("/app", headers=headers)).status_code == 401, made_up


async def test_a_session_enters_and_the_role_decides(browser: httpx.AsyncClient, cast: Cast) -> None:
    bob = await enter(browser, "bob@example.org")
    assert (await browser.get("/app")).text == "Bob"
    change = await browser.post("/app/change", headers={"X-CSRF-Token": bob.csrf_token})
    assert change.status_code == 403
    assert "managers" in change.text
    assert bob.actor is not None
    await service.change_role(cast.alice, bob.actor, "manager")
    bob = await enter(browser, "bob@example.org")
    change = await browser.post("/app/change", headers={"X-CSRF-Token": bob.csrf_token})
    assert (change.status_code, change.text) == (201, "Bob")


@pytest.mark.parametrize("field", ["_csrf", "_csrf_token"])
async def test_the_token_may_come_in_the_form(browser: httpx.AsyncClient, field: str) -> None:
    alice = await enter(browser, "alice@example.org")
    assert (await browser.post("/app/change", data={field: alice.csrf_token})).status_code == 201
    files: Any = {"file": ("a.txt", b"x"), field: (None, alice.csrf_token)}
    assert (await browser.post("/app/change", files=files)).status_code == 201


@pytest.mark.parametrize("token", [None, "", "x", "ÿ" * 64, "\u12a0" * 64, "0" * 64])
async def test_without_the_sessions_token_nothing_changes(browser: httpx.AsyncClient, token: str | None) -> None:
    await enter(browser, "alice@example.org")
    fields = {} if token is None else {"_csrf": token}
    headers = {b"X-CSRF-Token": token.encode()} if token else {}
    assert (await browser.post("/app/change", data=fields)).status_code == 403
    assert (await browser.post("/app/change", headers=headers)).status_code == 403
    raw = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await browser.post("/app/change", content=b"_csrf=%FF%00\xff", headers=raw)).status_code == 403


async def test_the_token_of_another_session_does_not_hold(browser: httpx.AsyncClient) -> None:
    other = await enter(browser, "alice@example.org")
    await enter(browser, "alice@example.org")
    assert (await browser.post("/app/change", data={"_csrf": other.csrf_token})).status_code == 403


async def test_a_session_does_not_open_the_api_nor_a_key_a_page(browser: httpx.AsyncClient, cast: Cast) -> None:
    await enter(browser, "alice@example.org")
    assert (await browser.get("/api/v1/scoped")).status_code == 401
    browser.cookies.clear()
    key = (await key_service.make_key(cast.alice, "till", ["scores:read"])).key
    assert (await browser.get("/app", headers={"Authorization": f"Bearer {key}"})).status_code == 401


async def test_a_key_enters_where_its_scopes_lead(browser: httpx.AsyncClient, cast: Cast) -> None:
    right = (await key_service.make_key(cast.alice, "till", ["scores:read"])).key
    other = (await key_service.make_key(cast.alice, "till", ["forms:read"])).key
    for given, status in [
        (f"Bearer {right}", 200),
        (f"bearer  {right} ", 200),
        (f"Bearer {other}", 403),
        (f"Basic {right}", 401),
        (right, 401),
        ("Bearer", 401),
        ("Bearer x", 401),
        ("Bearer \xff", 401),
    ]:
        got = await browser.get("/api/v1/scoped", headers={b"Authorization": given.encode("latin-1")})
        assert got.status_code == status, given


async def test_options_tell_nothing_but_the_methods(browser: httpx.AsyncClient) -> None:
    got = await browser.options("/app/change")
    assert got.status_code == 204
    assert got.content == b""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 422),
        ({"Origin": "http://testserver.local", "Sec-Fetch-Site": "same-origin"}, 422),
        ({"Origin": "http://testserver.local"}, 422),
        ({"Origin": "http://testserver.local", "Host": "127.0.0.1:8000"}, 422),
        ({"Origin": "http://127.0.0.1:8000", "Host": "127.0.0.1:8000"}, 422),
        ({"Origin": "http://localhost:8000", "Host": "localhost:8000"}, 422),
        ({"Origin": "http://127.0.0.1:9000", "Host": "127.0.0.1:8000"}, 403),
        ({"Origin": "http://rebound.example", "Host": "rebound.example"}, 403),
        ({"Origin": "http://192.168.1.5:8000", "Host": "192.168.1.5:8000"}, 403),
        ({"Origin": "https://testserver.local"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[broken"}, 403),
        ({"Origin": "http://testserver.local.evil.example"}, 403),
    ],
)
async def test_the_sign_in_form_comes_from_our_own_page(
    browser: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    got = await browser.post("/app/sign-in", data={"email": "a@example.org", "password": "x"}, headers=headers)
    assert got.status_code == status
    if status == 403:
        assert "another site or address" in got.text
