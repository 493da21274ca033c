"""The JSON API of keys, of the audit trail, and of the workspace's settings."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from survey_service.accounts import key_service, queries
from tests.accounts.conftest import Cast

SCOPES = ["keys:read", "keys:write", "audit:read", "forms:read"]


async def bearer(cast: Cast, scopes: list[str] = SCOPES) -> dict[str, str]:
    made = await key_service.make_key(cast.alice, "robot", scopes)
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
    await key_service.make_key(cast.charlie, "elsewhere", ["forms:read"])
    rows = (await browser.get("/api/v1/audit", headers=headers)).json()["items"]
    assert rows[0]["action"] == "key_made"
    assert rows[0]["actor"] == str(cast.alice.actor)
    assert not [row for row in rows if "elsewhere" in row["subject"]]


async def test_another_workspaces_key_does_not_exist(browser: httpx.AsyncClient, cast: Cast) -> None:
    headers = await bearer(cast)
    theirs = await key_service.make_key(cast.charlie, "elsewhere", ["forms:read"])
    assert (await browser.delete(f"/api/v1/keys/{theirs.id}", headers=headers)).status_code == 404
    assert await key_service.caller_of_key(theirs.key) is not None
    names = [key["name"] for key in (await browser.get("/api/v1/keys", headers=headers)).json()["items"]]
    assert names == ["robot"]


# The workspace ---------------------------------------------------------------------------------------------------

SETTINGS = "/api/v1/workspace"
BOTH = ["workspace:read", "workspace:write"]


async def test_a_key_reads_and_changes_the_settings(browser: httpx.AsyncClient, cast: Cast) -> None:
    headers = await bearer(cast, BOTH)
    before = await browser.get(SETTINGS, headers=headers)
    assert before.json() == {
        "name": "Our company", "time_zone": "UTC", "postal_address": "", "min_n": 10, "reply_to": "", "privacy_url": "",
    }  # fmt: skip
    wanted = {"name": " Blumen  Lindner ", "min_n": 25, "postal_address": "Hafen 1\r\nRiga", "time_zone": "Europe/Riga"}
    changed = await browser.patch(SETTINGS, json=wanted, headers=headers)
    kept = {"name": "Blumen Lindner", "min_n": 25, "postal_address": "Hafen 1\nRiga", "time_zone": "Europe/Riga"}
    assert (changed.status_code, changed.json()) == (200, before.json() | kept)
    assert (await browser.get(SETTINGS, headers=headers)).json() == changed.json()
    row = (await queries.audit_list(cast.alice.workspace)).items[0]
    assert (row.action, row.actor_name) == ("settings_changed", "robot")
    assert set(row.subject.split(", ")) == {"Name", "Time zone", "Postal address", "Answers that make a score"}
    before_nothing = await queries.audit_list(cast.alice.workspace)
    for nothing in ({}, {"min_n": 25}, wanted):
        assert (await browser.patch(SETTINGS, json=nothing, headers=headers)).json() == changed.json()
    assert await queries.audit_list(cast.alice.workspace) == before_nothing
    await browser.patch(SETTINGS, json=wanted | {"min_n": 26}, headers=headers)
    row = (await queries.audit_list(cast.alice.workspace)).items[0]
    assert row.subject == "Answers that make a score"


async def test_the_settings_are_changed_as_they_were_read(browser: httpx.AsyncClient, cast: Cast) -> None:
    headers = await bearer(cast, BOTH)
    read = (await browser.get(SETTINGS, headers=headers)).headers["ETag"]
    first = await browser.patch(SETTINGS, json={"min_n": 20}, headers={**headers, "If-Match": read})
    assert (first.status_code, first.json()["min_n"]) == (200, 20)
    late = await browser.patch(SETTINGS, json={"min_n": 30}, headers={**headers, "If-Match": read})
    assert late.status_code == 412
    assert (await queries.workspace(cast.alice.workspace)).min_n == 20
    after = await browser.patch(SETTINGS, json={"min_n": 30}, headers={**headers, "If-Match": first.headers["ETag"]})
    assert (after.status_code, after.headers["ETag"]) == (
        200,
        (await browser.get(SETTINGS, headers=headers)).headers["ETag"],
    )


async def test_the_settings_of_a_key_are_its_own_workspaces(browser: httpx.AsyncClient, cast: Cast) -> None:
    theirs = await key_service.make_key(cast.charlie, "elsewhere", BOTH)
    headers = {"Authorization": f"Bearer {theirs.key}"}
    before = await queries.workspace(cast.alice.workspace)
    assert (await browser.get(SETTINGS, headers=headers)).json()["name"] == "Elsewhere"
    assert (await browser.patch(SETTINGS, json={"name": "Mine"}, headers=headers)).status_code == 200
    assert await queries.workspace(cast.alice.workspace) == before
    assert (await queries.workspace(cast.charlie.workspace)).name == "Mine"


async def test_the_settings_ask_for_their_scope(browser: httpx.AsyncClient, cast: Cast) -> None:
    before = await queries.workspace(cast.alice.workspace)
    reads, other = await bearer(cast, ["workspace:read"]), await bearer(cast)
    assert (await browser.patch(SETTINGS, json={"name": "Mine"}, headers=reads)).status_code == 403
    assert (await browser.get(SETTINGS, headers=reads)).status_code == 200
    for call in (browser.get(SETTINGS, headers=other), browser.patch(SETTINGS, json={"name": "Mine"}, headers=other)):
        assert (await call).status_code == 403
    assert (await browser.get(SETTINGS)).status_code == 401
    assert await queries.workspace(cast.alice.workspace) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "}, {"name": "x" * 201}, {"name": None}, {"time_zone": "Mars/Olympus"}, {"time_zone": ""},
        {"min_n": 0}, {"min_n": 10**30}, {"postal_address": "x" * 1001},
        {"reply_to": "hello"}, {"reply_to": "a\0@example.org"}, {"privacy_url": "www.example.org"},
        {"privacy_url": "https://example.org/\0"}, {"is_demo": False}, {"id": str(uuid4())},
    ],
)  # fmt: skip
async def test_settings_that_cannot_be(browser: httpx.AsyncClient, cast: Cast, wrong: dict[str, Any]) -> None:
    before = await queries.workspace(cast.alice.workspace)
    headers = await bearer(cast, BOTH)
    body = {"name": "Linden", "reply_to": "hello@linden.example"} | wrong
    assert (await browser.patch(SETTINGS, json=body, headers=headers)).status_code == 422
    assert await queries.workspace(cast.alice.workspace) == before
