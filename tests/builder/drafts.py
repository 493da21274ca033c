"""A form of Alice's in the builder: begun, its fields, and its buttons pressed."""

from typing import Any

import httpx

from survey_service.accounts.schemas import Caller
from survey_service.forms import queries
from survey_service.forms.definition import Definition
from tests.builder.browsing import draft_of

FORMS = "/app/forms"


async def make(client: httpx.AsyncClient, starter: str = "visit", slug: str = "visit", **more: Any) -> None:
    fields = {"name": "After a visit", "slug": slug, "starter": starter, "language": "en", "also": ["en", "am"]}
    made = await client.post(FORMS, data=fields | more)
    assert (made.status_code, made.headers["location"]) == (303, f"{FORMS}/{slug}")


async def fields_of(client: httpx.AsyncClient, slug: str = "visit") -> dict[str, str]:
    return draft_of(await client.get(f"{FORMS}/{slug}")).fields


async def send(client: httpx.AsyncClient, path: str, changes: dict[str, str] | None = None) -> httpx.Response:
    """Presses a button of the builder after `changes` were typed."""
    return await client.post(f"{FORMS}/visit/{path}", data=await fields_of(client) | (changes or {}))


async def kept(caller: Caller, slug: str = "visit") -> Definition:
    return (await queries.detail(caller.workspace, slug)).draft


def keys(definition: Definition) -> list[str]:
    return [question.key for question in definition.questions]
