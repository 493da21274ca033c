"""The JSON API of forms."""

from typing import Any

import httpx
import pytest

from survey_service.core import database
from tests.builder.browsing import key_of, owner
from tests.factories import VISIT

NEW = {"slug": "visit", "name": "After a visit", "definition": VISIT}
FORMS = "/api/v1/forms"


@pytest.fixture
async def api(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A program with a key for everything."""
    alice, _ = await owner()
    client.headers.update(await key_of(alice))
    return client


def errors_of(answer: httpx.Response) -> dict[str, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def test_from_draft_to_closed(api: httpx.AsyncClient) -> None:
    made = await api.post(FORMS, json=NEW)
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["version"], made.json()["published"]) == ("draft", 0, None)
    assert (await api.get("/s/visit")).status_code == 404
    assert (await api.post(f"{FORMS}/visit/open")).status_code == 409
    published = await api.post(f"{FORMS}/visit/publish")
    assert published.status_code == 200
    assert (published.json()["state"], published.json()["version"]) == ("open", 1)
    assert published.json()["published"]["questions"][0]["revision"] == 1
    assert (await api.get("/s/visit")).status_code == 200
    closed = await api.post(f"{FORMS}/visit/close")
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert (await api.get("/s/visit")).status_code == 410
    assert (await api.post(f"{FORMS}/visit/open")).json()["state"] == "open"
    assert (await api.get(f"{FORMS}/visit")).json()["state"] == "open"
    versions = (await api.get(f"{FORMS}/visit/versions")).json()
    assert [version["number"] for version in versions["items"]] == [1]


async def test_changing_is_for_the_draft(api: httpx.AsyncClient) -> None:
    await api.post(FORMS, json=NEW)
    await api.post(f"{FORMS}/visit/publish")
    other = VISIT | {"title": {"en": "Another title"}}
    changed = await api.patch(f"{FORMS}/visit", json={"definition": other, "accepts_json": False})
    assert changed.status_code == 200
    assert changed.json()["draft"]["title"] == {"en": "Another title"}
    assert changed.json()["published"]["title"] == VISIT["title"]
    assert (changed.json()["accepts_json"], changed.json()["name"]) == (False, NEW["name"])


async def test_the_audit_trail_names_what_became_other_and_nothing_else(api: httpx.AsyncClient) -> None:
    await api.post(FORMS, json=NEW)

    async def told() -> list[str]:
        rows = await database.fetch("SELECT subject FROM audit_entry WHERE action = 'form_changed' ORDER BY at")
        return [row["subject"] for row in rows]

    for nothing in ({}, {"name": NEW["name"]}, {"definition": VISIT}, {"accepts_json": True, "promise": ""}):
        assert (await api.patch(f"{FORMS}/visit", json=nothing)).status_code == 200
    assert await told() == []
    await api.patch(f"{FORMS}/visit", json={"name": "Other", "promise": "", "accepts_json": True})
    await api.patch(f"{FORMS}/visit", json={"definition": VISIT | {"title": {"en": "Else"}}, "promise": "call"})
    assert await told() == [
        "After a visit → Other: Name",
        "Other: Questions and words of the draft, What people may wait for after sending it",
    ]


async def test_an_unfinished_draft_is_taken_and_its_faults_are_named(api: httpx.AsyncClient) -> None:
    choice = {"kind": "single_choice", "key": "why", "text": {"en": "Why?"}, "choices": [{"key": "a", "text": {}}]}
    unfinished = {"title": {}, "languages": ["en"], "questions": [{"kind": "nps", "key": "r", "text": {}}, choice]}
    assert (await api.post(FORMS, json=NEW | {"definition": unfinished})).status_code == 201
    refused = await api.post(f"{FORMS}/visit/publish")
    assert refused.status_code == 422
    assert set(errors_of(refused)) == {"title.en", "questions[0].text.en", "questions[1].choices[0].text.en"}
    assert (await api.get(f"{FORMS}/visit")).json()["version"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "No"}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"allowed_origins": "x; script-src *"}, "allowed_origins"),
        ({"definition": VISIT | {"languages": ["english"]}}, "languages[0]"),
        ({"definition": VISIT | {"questions": [{"kind": "nps", "key": "R", "text": {}}]}}, "questions[0].key"),
        ({"definition": VISIT | {"questions": [{"kind": "matrix", "key": "r", "text": {}}]}}, "questions[0].kind"),
        ({"definition": VISIT | {"colour": "red"}}, "definition"),
    ],
)
async def test_what_cannot_be_is_named_by_its_path(api: httpx.AsyncClient, change: dict[str, Any], field: str) -> None:
    refused = await api.post(FORMS, json=NEW | change)
    assert refused.status_code == 422, refused.text
    assert any(name.endswith(field) for name in errors_of(refused)), refused.text
    assert (await api.get(FORMS)).json()["items"] == []


async def test_a_taken_name_is_a_conflict(api: httpx.AsyncClient) -> None:
    await api.post(FORMS, json=NEW)
    taken = await api.post(FORMS, json=NEW)
    assert taken.status_code == 409
    assert set(errors_of(taken)) == {"slug"}


@pytest.mark.parametrize("slug", ["nothing-here", "a%00b", "%F0%9F%8C%B7%F0%9F%8C%B7%F0%9F%8C%B7", "VISIT"])
async def test_what_is_not_there(api: httpx.AsyncClient, slug: str) -> None:
    asked = [
        await api.get(f"{FORMS}/{slug}"),
        await api.patch(f"{FORMS}/{slug}", json={"name": "New"}),
        await api.get(f"{FORMS}/{slug}/versions"),
        *[await api.post(f"{FORMS}/{slug}/{act}") for act in ("publish", "open", "close")],
    ]
    assert {answer.status_code for answer in asked} == {404}


async def test_the_list_is_paged(api: httpx.AsyncClient) -> None:
    for n in range(3):
        await api.post(FORMS, json=NEW | {"slug": f"form-{n}"})
    first = (await api.get(FORMS, params={"limit": 2})).json()
    second = (await api.get(FORMS, params={"limit": 2, "cursor": first["next"]})).json()
    assert [form["slug"] for form in first["items"] + second["items"]] == ["form-2", "form-1", "form-0"]
    assert second["next"] is None
    for wrong in ({"limit": 0}, {"limit": 201}, {"cursor": "nonsense"}):
        assert (await api.get(FORMS, params=wrong)).status_code == 422


async def test_what_was_done_already_leaves_no_trace(api: httpx.AsyncClient) -> None:
    """Neither in the audit trail, nor as an event, nor as another `ETag`."""

    async def traces() -> tuple[Any, ...]:
        counts = [await database.fetch(f"SELECT COUNT(*) AS n FROM {name}") for name in ("audit_entry", "event")]
        return (*(row["n"] for (row,) in counts), (await api.get(f"{FORMS}/visit")).headers["etag"])

    await api.post(FORMS, json=NEW)
    await api.post(f"{FORMS}/visit/publish")
    for act in ("close", "open", "archive", "bring-back"):
        before = await traces()
        assert (await api.post(f"{FORMS}/visit/{act}")).status_code == 200
        once = await traces()
        assert (once[0], once[1]) == (before[0] + 1, before[1] + 1), act
        assert (await api.post(f"{FORMS}/visit/{act}")).status_code == 200
        assert await traces() == once, act


async def test_acts_are_in_the_audit_trail_and_refusals_are_not(api: httpx.AsyncClient) -> None:
    await api.post(FORMS, json=NEW)
    await api.post(FORMS, json=NEW)
    await api.post(f"{FORMS}/visit/open")
    await api.post(f"{FORMS}/visit/publish")
    await api.post(f"{FORMS}/visit/close")
    await api.patch(f"{FORMS}/visit", json={"name": "Our visit"})
    await api.post(f"{FORMS}/visit/archive")
    await api.post(FORMS, json=NEW | {"slug": "draft", "name": "A draft"})
    await api.delete(f"{FORMS}/draft")
    rows = await database.fetch("SELECT action, subject FROM audit_entry WHERE action LIKE {} ORDER BY id", "form_%")
    assert [(row["action"], row["subject"]) for row in rows] == [
        ("form_made", "After a visit"), ("form_published", "After a visit"), ("form_closed", "After a visit"),
        ("form_changed", "After a visit → Our visit: Name"), ("form_archived", "Our visit"),
        ("form_made", "A draft"), ("form_deleted", "A draft"),
    ], "by the name that people know, of then"  # fmt: skip


async def test_publishing_again_without_a_change_stays_the_version(api: httpx.AsyncClient) -> None:
    await api.post(FORMS, json=NEW)
    first = await api.post(f"{FORMS}/visit/publish")
    for _ in range(2):
        again = await api.post(f"{FORMS}/visit/publish")
        assert (again.status_code, again.json()) == (200, first.json())
    assert len((await api.get(f"{FORMS}/visit/versions")).json()["items"]) == 1
    assert len(await database.fetch("SELECT id FROM audit_entry WHERE action = 'form_published'")) == 1
    await api.patch(f"{FORMS}/visit", json={"definition": VISIT | {"title": {"en": "Another title"}}})
    assert (await api.post(f"{FORMS}/visit/publish")).json()["version"] == 2


async def test_a_draft_is_deleted_and_what_was_published_is_archived(api: httpx.AsyncClient) -> None:
    await api.post(FORMS, json=NEW)
    assert (await api.post(f"{FORMS}/visit/archive")).status_code == 409
    assert (await api.delete(f"{FORMS}/visit", headers={"If-Match": '"another"'})).status_code == 412
    assert (await api.delete(f"{FORMS}/visit")).status_code == 204
    assert (await api.get(f"{FORMS}/visit")).status_code == 404
    assert (await api.delete(f"{FORMS}/visit")).status_code == 404
    await api.post(FORMS, json=NEW)
    await api.post(f"{FORMS}/visit/publish")
    assert (await api.delete(f"{FORMS}/visit")).status_code == 409
    for _ in range(2):
        assert (await api.post(f"{FORMS}/visit/archive")).json()["state"] == "archived"
    assert (await api.get("/s/visit")).status_code == 410
    for act in ("open", "close"):
        assert (await api.post(f"{FORMS}/visit/{act}")).status_code == 409
    assert (await api.get(FORMS)).json()["items"][0]["state"] == "archived"
    assert (await api.post(f"{FORMS}/visit/bring-back")).json()["state"] == "closed"
