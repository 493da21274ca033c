"""The JSON API of keys and of the audit trail."""

from uuid import uuid4

import httpx

from survey_service.accounts import service
from tests.accounts.conftest import Cast

SCOPES = ["keys:read", "keys:write", "audit:read", "forms:read"]


async def bearer(cast: Cast, scopes: list[str] = SCOPES) -> dict[str, str]:
    made = await service.make_key(cast.alice, "robot", scopes)
    return {"Authorization": f"Bearer {made.key}"}


async def test_a_key_makes_lists_and_revokes_keys(browser: httpx.AsyncClient, cast: Cast) -> None:
    headers = await bearer(cast)
    body = {"name": "till", "scopes": ["forms:read"]}
    made = await browser.post("/api/v1/keys", json=body, headers=headers)
    assert made.status_code == 201
    assert made.json()["key"].startswith(made.json()["shown"])
    listed = (await browser.get("/api/v1/keys", headers=headers)).json()
    assert [key["name"] for key in listed["items"]] == ["till", "robot"]
    assert listed["next"] is None
    assert "key" not in listed["items"][0]
    path = f"/api/v1/keys/{made.json()['id']}"
    assert (await browser.delete(path, headers=headers)).status_code == 204
    assert (await browser.delete(path, headers=headers)).status_code == 204
    assert (await browser.get("/api/v1/keys", headers=headers)).json()["items"][0]["revoked_at"]
    assert (await browser.delete(f"/api/v1/keys/{uuid4()}", headers=headers)).status_code == 404


async def test_what_cannot_be_made_is_refused(browser: httpx.AsyncClient, cast: Cast) -> None:
    headers = await bearer(cast)
    for body, status in [
        ({"name": "", "scopes": ["forms:read"]}, 422),
        ({"name": "x", "scopes": []}, 422),
        ({"name": "x", "scopes": ["nonsense"]}, 422),
        ({"name": "x", "scopes": ["responses:read"]}, 403),
    ]:
        assert (await browser.post("/api/v1/keys", json=body, headers=headers)).status_code == status, body


async def test_pages_have_a_size_and_a_cursor(browser: httpx.AsyncClient, cast: Cast) -> None:
    headers = await bearer(cast)
    await bearer(cast)
    first = (await browser.get("/api/v1/keys", params={"limit": 1}, headers=headers)).json()
    second = (await browser.get("/api/v1/keys", params={"cursor": first["next"]}, headers=headers)).json()
    assert len(first["items"]) == len(second["items"]) == 1
    assert first["items"] != second["items"]
    for limit in (0, -1, 201):
        assert (await browser.get("/api/v1/keys", params={"limit": limit}, headers=headers)).status_code == 422
    assert (await browser.get("/api/v1/keys", params={"cursor": "x"}, headers=headers)).status_code == 422


async def test_the_audit_trail_is_the_workspaces_own(browser: httpx.AsyncClient, cast: Cast) -> None:
    headers = await bearer(cast)
    await service.make_key(cast.charlie, "elsewhere", ["forms:read"])
    rows = (await browser.get("/api/v1/audit", headers=headers)).json()["items"]
    assert rows[0]["action"] == "key_made"
    assert rows[0]["actor"] == str(cast.alice.actor)
    assert not [row for row in rows if "elsewhere" in row["subject"]]


async def test_another_workspaces_key_does_not_exist(browser: httpx.AsyncClient, cast: Cast) -> None:
    headers = await bearer(cast)
    theirs = await service.make_key(cast.charlie, "elsewhere", ["forms:read"])
    assert (await browser.delete(f"/api/v1/keys/{theirs.id}", headers=headers)).status_code == 404
    assert await service.caller_of_key(theirs.key) is not None
    names = [key["name"] for key in (await browser.get("/api/v1/keys", headers=headers)).json()["items"]]
    assert names == ["robot"]
