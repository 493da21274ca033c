"""Answers are tried on a draft or a version: what would be asked and kept, and why."""

from typing import Any

import httpx
import msgspec
import pytest

from survey_service.core import database
from tests.builder.browsing import key_of, owner
from tests.forms.test_rules import LOW, form

FORMS = "/api/v1/forms"
DEFINITION: dict[str, Any] = {
    "title": {"en": "Visit"},
    "languages": ["en", "de"],
    "hidden": ["source"],
    "questions": [
        {"kind": "nps", "key": "recommend", "text": {"en": "Recommend?"}, "required": True},
        {
            "kind": "long_text",
            "key": "why",
            "text": {"en": "What went wrong?"},
            "required": True,
            "show_if": {"all": [LOW, {"not": {"of": "channel", "is": "is", "to": "sms"}}]},
        },
        {"kind": "short_text", "key": "who", "text": {"en": "Who?"}, "show_if": {"of": "hidden.source"}},
    ],
}


@pytest.fixture
async def api(client: httpx.AsyncClient) -> httpx.AsyncClient:
    alice, _ = await owner()
    client.headers.update(await key_of(alice))
    made = await client.post(FORMS, json={"slug": "visit", "name": "Visit", "definition": DEFINITION})
    assert made.status_code == 201, made.text
    assert made.json()["draft"]["questions"][1]["show_if"] == DEFINITION["questions"][1]["show_if"]
    return client


async def tried(api: httpx.AsyncClient, **trial: Any) -> dict[str, Any]:
    answer = await api.post(f"{FORMS}/visit/preview", json=trial)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_what_would_be_asked_kept_and_looked_at_again(api: httpx.AsyncClient) -> None:
    happy = await tried(api, answers={"recommend": 9, "why": "Late"})
    assert (happy["asked"], happy["values"], happy["errors"]) == (["recommend"], {"recommend": 9}, [])
    unhappy = await tried(api, answers={"recommend": 3}, hidden={"source": "mail", "other": 1})
    assert unhappy["asked"] == ["recommend", "why", "who"]
    assert [(error["field"], error["code"]) for error in unhappy["errors"]] == [("why", "required")]
    assert await database.fetch("SELECT id FROM response") == []


async def test_each_comparison_says_what_it_found(api: httpx.AsyncClient) -> None:
    (why, who) = (await tried(api, answers={"recommend": 3}, channel="sms"))["conditions"]
    assert (why["key"], why["state"], who["state"]) == ("why", "not_asked", "not_asked")
    assert why["why"] == [
        {"of": "recommend", "is": "le", "to": 6, "value": 3, "held": True},
        {"of": "channel", "is": "is", "to": "sms", "value": "sms", "held": True},
    ]
    assert who["why"] == [{"of": "hidden.source", "is": "answered", "to": None, "value": None, "held": False}]


async def test_a_published_version_is_tried_by_its_number(api: httpx.AsyncClient) -> None:
    assert (await api.post(f"{FORMS}/visit/publish")).status_code == 200
    changed = DEFINITION | {"questions": DEFINITION["questions"][:1]}
    assert (await api.patch(f"{FORMS}/visit", json={"definition": changed})).status_code == 200
    assert (await tried(api, answers={"recommend": 3}))["asked"] == ["recommend"]
    assert (await tried(api, answers={"recommend": 3}, version=1))["asked"] == ["recommend", "why"]
    assert (await api.post(f"{FORMS}/visit/preview", json={"version": 2})).status_code == 404
    assert (await api.post(f"{FORMS}/visit/preview", json={"channel": "pigeon"})).status_code == 422


async def test_what_cannot_be_published_is_named_at_its_place(api: httpx.AsyncClient) -> None:
    wrong = form(None, {"all": [LOW, {"of": "recommend", "is": "gt", "to": 6}]}, {"of": "comment"})
    questions = [*DEFINITION["questions"][:1], *msgspec.to_builtins(wrong)["questions"][1:]]
    body = {"definition": {**DEFINITION, "questions": questions}}
    assert (await api.patch(f"{FORMS}/visit", json=body)).status_code == 200
    refused = await api.post(f"{FORMS}/visit/publish")
    assert refused.status_code == 422
    assert {(error["field"], error["code"]) for error in refused.json()["errors"]} == {
        ("questions[1].show_if", "unreachable"),
        ("questions[2].show_if.of", "later"),
    }
