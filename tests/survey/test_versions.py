"""An answer belongs to the version that was shown, whatever was published meanwhile."""

import re
from typing import Any

import httpx
import pytest

from tests import factories
from tests.answers import differences, rows
from tests.survey.respondent import answers, invited, opened, publish, without_comment

pytestmark = pytest.mark.usefixtures("patient")


def effort_required(definition: dict[str, Any]) -> None:
    next(each for each in definition["questions"] if each["key"] == "effort")["required"] = True


def no_roses(definition: dict[str, Any]) -> None:
    bought = next(each for each in definition["questions"] if each["key"] == "bought")
    bought["choices"] = [choice for choice in bought["choices"] if choice["key"] != "roses"]


def without_amharic(definition: dict[str, Any]) -> None:
    definition["languages"] = ["en"]


def another_scale(definition: dict[str, Any]) -> None:
    asked = next(each for each in definition["questions"] if each["key"] == "satisfaction")
    asked |= {"scale": 3, "top_boxes": 1}


CHANGES = [without_comment, effort_required, no_roses, without_amharic, another_scale]
GIVEN = {"recommend": 9, "satisfaction": 5, "bought": ["roses"], "comment": "Lovely"}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_an_answer_is_taken_against_the_version_that_was_shown(client: httpx.AsyncClient, change: Any) -> None:
    home = await factories.published()
    link = await invited(home)
    pages = {"/s/visit": await opened(client, "/s/visit?lang=am"), link: await opened(client, f"{link}?lang=am")}
    await publish(home, change)
    for path, fields in pages.items():
        sent = {name: value if isinstance(value, list) else str(value) for name, value in GIVEN.items()}
        reply = await client.post(path, data={**fields, **sent})
        assert reply.status_code == 303, (path, reply.text)
    reply = await factories.send(client, factories.submission(GIVEN, version=1, language="am"))
    assert reply.status_code == 201, reply.text
    assert await answers() == [GIVEN] * 3
    assert [(row["version"], row["language"]) for row in await rows()] == [(1, "am")] * 3
    assert await differences(home) == []


async def test_what_needs_another_look_is_in_the_version_that_was_shown(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    fields = await opened(client)
    await publish(home, effort_required)
    await publish(home, without_comment)
    reply = await client.post("/s/visit", data={**fields, "comment": "Typed before"})
    assert reply.status_code == 422
    assert re.findall(r'id="(\w+)-error"', reply.text) == ["recommend"]
    assert "Typed before" in reply.text
    again = await client.post("/s/visit", data={**factories.page_fields(reply.text), "recommend": "7", "comment": "T"})
    assert again.status_code == 303
    assert [(row["version"], row["comment"]) for row in await rows()] == [(1, "T")]


async def test_a_version_that_never_was_is_an_error(client: httpx.AsyncClient) -> None:
    await factories.published()
    for version in (2, 999_999, 0, -1, 2**40, "1"):
        reply = await factories.send(client, factories.submission(version=version))
        assert reply.status_code == 422, version
    assert (await factories.send(client, factories.submission(version=None))).status_code == 201
