"""While the database is away, whoever sent a page of staff is told so and gets back what they sent, on every page."""

import re
from typing import Any

import httpx
import pytest

from survey_service.accounts import sign_in
from survey_service.core.database import access
from survey_service.core.errors import Unavailable
from tests.hands import Form, forms_of
from tests.route_table import Target, table
from tests.test_strangers import World, world

__all__ = ["table", "world"]

OWN = {"Origin": "http://testserver.local"}
SENT = {
    "_csrf_token": "mine",
    "name": "Old <b>town",
    "kind": "store",
    "email": "ida@linden.example",
    "parent": "",
    "id": "7",
}
SECRETS = {"current": "secret-now", "new": "secret-then", "password": "secret-word"}


def sent_by_post(table: list[Target]) -> list[Target]:
    return [target for target in table if target.method == "POST" and target.path.startswith("/app/")]


def shown(page: httpx.Response) -> str:
    """What people see of it."""
    return re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", page.text, flags=re.DOTALL)


def form_of(page: httpx.Response, action: str) -> Form:
    (found,) = [form for form in forms_of(page.text, "") if form.method == "post"]
    assert found.action == action
    return found


def away(*_: Any) -> Any:
    raise Unavailable("The database does not answer.", retry_after=2)


async def away_soon(*_: Any) -> Any:
    away()


@pytest.mark.parametrize("within", [False, True])
async def test_every_form_of_staff_comes_back(
    client: httpx.AsyncClient, table: list[Target], world: World, monkeypatch: pytest.MonkeyPatch, within: bool
) -> None:
    """Away where it is asked who comes, or only after that."""

    async def alice(_: str) -> Any:
        return world.alice.caller

    monkeypatch.setattr(sign_in, "caller_of_session", alice if within else away_soon)
    monkeypatch.setattr(access, "current", away)
    headers = {**OWN, "Cookie": f"{sign_in.COOKIE}=x", "X-CSRF-Token": world.alice.caller.csrf_token}
    tried = named = buttons = 0
    for target in sent_by_post(table):
        if not target.guarded:
            continue
        url = target.url(world.values)
        page = await client.post(url, data=SENT, headers=headers)
        came = headers | {"Referer": "http://testserver.local/app/settings/staff"}
        button = await client.post(url, data={"_csrf_token": "mine"}, headers=came)
        if within and page.status_code in (303, 404, 409, 422):
            continue  # nothing was asked of the database
        tried += 1
        assert (page.status_code, page.headers.get("retry-after")) == (503, "2"), (target.path, shown(page))
        assert form_of(page, url).fields == SENT, target.path
        assert "Old &lt;b&gt;town" in shown(page)
        raw = set() if target.path.startswith("/app/languages") else {"kind", "store", "parent"}
        assert not raw & set(re.findall(r"\w+", shown(page).lower())), target.path
        assert "Send it now" in shown(page)
        if button.status_code == 503:
            buttons += 1
            assert form_of(button, url).fields == {"_csrf_token": "mine"}, target.path
            assert "Nothing that you typed" not in shown(button)
            named += "You pressed a button on the page “Staff”" in shown(button)
        else:
            assert within, target.path
    assert tried > (15 if within else 40)
    assert named == buttons > tried / 2


@pytest.mark.parametrize("fault", [Unavailable("The database does not answer.", retry_after=2), RuntimeError("inside")])
async def test_who_comes_in_types_the_password_again_and_nothing_else(
    client: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    async def broken(*_: Any) -> Any:
        raise fault

    for name in ("sign_in", "caller_of_session", "use_link"):
        monkeypatch.setattr(sign_in, name, broken)
    carried = {"_to": "/app/places", "_carried": '[["name","Old town"],["kind","store"]]'}
    typed = {"email": "ida@linden.example", "next": "/app/places", **SECRETS, **carried}
    for path, email in (("/app/sign-in", "ida@linden.example"), ("/app/again", "")):
        page = await client.post(path, data=typed, headers=OWN)
        assert page.status_code == getattr(fault, "status", 500)
        form = form_of(page, "/app/sign-in")
        assert (form.fields["email"], form.fields["password"]) == (email, "")
        assert form.fields["_carried"] == carried["_carried"]
        assert "secret-" not in page.text
        assert "inside" not in page.text
        if isinstance(fault, Unavailable):
            assert ("Your address is kept" in page.text) is bool(email)
        assert (page.headers["x-request-id"] in page.text) is True
    link = await client.post("/app/link/some-secret", headers=OWN)
    assert link.status_code == getattr(fault, "status", 500)
    assert form_of(link, "/app/link/some-secret").fields.keys() == {"_csrf_token"}
