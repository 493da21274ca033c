"""A parameter that has one value is refused where it comes twice: neither the first nor the last is meant."""

import re
from typing import Any

import httpx
import pytest

from survey_service.accounts.schemas import SCOPES
from survey_service.core import clock
from survey_service.core.ids import new_id
from tests import factories
from tests.answers import Sign, keep, key_for, staff

__all__ = ["staff"]
PAGES = [
    "/app",
    "/app/figures/trend",
    "/app/answers",
    "/app/answers.csv",
    "/app/spam",
    "/app/reports",
    "/app/reports/summary.pdf",
]
"""The pages, figures and files that are made under the filters."""
GIVEN = {
    "place": ("-", "Place"),
    "channel": ("qr", "Channel"),
    "from": ("2026-10-01", "First day"),
    "form": ("visit", "Form"),
}
"""Filters, each with a value and what pages call it."""


async def operations(client: httpx.AsyncClient) -> list[tuple[str, dict[str, Any]]]:
    """Path and parameter of all that is asked for by an address."""
    document = (await client.get("/schema/openapi.json")).json()
    return [
        (re.sub(r"\{\w+_id\}", str(new_id()), path).replace("{", "").replace("}", ""), parameter)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for parameter in operation.get("parameters", [])
        if method == "get" and parameter["in"] == "query"
    ]


async def test_programs_are_told_which(client: httpx.AsyncClient) -> None:
    key = await key_for(await factories.published(), *SCOPES)
    asked = await operations(client)
    assert {"employee", "form", "from", "q", "state", "cursor", "limit", "by"} <= {one["name"] for _, one in asked}
    for path, parameter in asked:
        name = parameter["name"]
        reply = await client.get(path, params={name: ["a", "b"]}, headers=key)
        assert reply.status_code == 422, (path, name)
        assert [(error["field"], error["code"]) for error in reply.json()["errors"]] == [(name, "repeated")]


@pytest.mark.parametrize("path", PAGES)
async def test_people_are_told_which(client: httpx.AsyncClient, staff: Sign, path: str) -> None:
    await factories.published()
    await keep(channel="qr", at=clock.now())
    viewer = await staff("viewer")
    for name, (value, called) in GIVEN.items():
        once = await viewer.get(path, params={name: value})
        assert once.status_code == 200, (name, once.text)
        twice = await viewer.get(path, params={name: [value, value]})
        assert twice.status_code == 422, name
        assert f"“{called}” is given more than once." in twice.text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/app/answers?cursor=a&cursor=b", "The end of this address cannot be read."),
        ("/app/invitations?state=sent&state=failed", "“State” is given more than once."),
        ("/app?period=last-month&period=last-month", "“Period” is given more than once."),
    ],
)
async def test_so_are_what_only_one_page_takes(client: httpx.AsyncClient, staff: Sign, path: str, told: str) -> None:
    reply = await (await staff("viewer")).get(path)
    assert reply.status_code == 422
    assert told in reply.text


@pytest.mark.parametrize("path", ["/s/visit?lang=en&lang=am", "/healthz?a=1&a=2"])
async def test_what_anybody_opens_is_shown(client: httpx.AsyncClient, path: str) -> None:
    await factories.published()
    assert (await client.get(path)).status_code == 200
