"""Each kind goes its whole way: from the page or a program to what staff read and to the file."""

import csv
import io
import re
from typing import Any

import httpx
import msgspec
import pytest

from survey_service.core import database
from survey_service.core.i18n import LANGUAGES, text
from survey_service.questions import KINDS
from tests import factories
from tests.answers import Sign, key_for
from tests.questions.samples import GIVEN, sample
from tests.static.samples import words as words_of

ANSWERED = [name for name, kind in KINDS.items() if kind.answerable]
FORM: dict[str, Any] = {"title": {"en": "All"}, "languages": ["en"]}


async def asked(name: str, **fields: Any) -> None:
    """A published form that asks one question of the kind."""
    question = msgspec.to_builtins(sample(name, **fields))
    await factories.published("all", FORM | {"questions": [question]})


async def stored() -> list[Any]:
    rows = await database.fetch("SELECT answers FROM response")
    return [msgspec.json.decode(row["answers"]).get("asked") for row in rows]


def test_there_is_an_answer_to_each() -> None:
    assert list(GIVEN) == ANSWERED


@pytest.mark.parametrize("name", ANSWERED)
async def test_the_page_and_a_program_answer_the_same(client: httpx.AsyncClient, name: str) -> None:
    await asked(name, required=True)
    given, _ = GIVEN[name]
    page = (await client.get("/s/all")).text
    assert 'name="asked"' in page
    fields = factories.page_fields(page) | {
        "asked": [str(part) for part in given] if isinstance(given, list) else str(given)
    }
    assert (await client.post("/s/all", data=fields)).status_code == 303
    assert (await factories.send(client, factories.submission({"asked": given}), "all")).status_code == 201
    assert await stored() == [given, given]


@pytest.mark.parametrize("name", ANSWERED)
async def test_what_is_left_out_or_no_answer_is_said_on_the_page(client: httpx.AsyncClient, name: str) -> None:
    await asked(name, required=True)
    fields = factories.page_fields((await client.get("/s/all")).text)
    reply = await client.post("/s/all", data=fields)
    assert reply.status_code == 422
    assert re.search(r'id="asked-error"', reply.text)
    refused = await factories.send(client, factories.submission({"asked": {"what": ["is", 1]}}), "all")
    assert refused.status_code == 422
    assert [error["question"] for error in refused.json()["errors"]] == ["asked"]
    assert await stored() == []


@pytest.mark.parametrize("name", ANSWERED)
async def test_staff_read_it_and_find_it_in_the_file(client: httpx.AsyncClient, staff: Sign, name: str) -> None:
    await asked(name)
    given, words = GIVEN[name]
    assert (await factories.send(client, factories.submission({"asked": given}), "all")).status_code == 201
    key = await key_for(await factories.workspace(), "responses:read")
    (row,) = (await client.get("/api/v1/responses", params={"form": "all"}, headers=key)).json()["items"]
    assert row["answers"] == {"asked": given}
    (kept,) = await database.fetch("SELECT id FROM response")
    page = await (await staff("viewer")).get(f"/app/answers/{kept['id']}")
    assert words in words_of(page.text)
    file = (await client.get("/api/v1/responses.csv", headers=key)).content.decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(file, newline=""))
    assert line["asked"] == ("; ".join(given) if isinstance(given, list) else str(given))


@pytest.mark.parametrize("typed", ["next week", "2026-02-30", "20261127", "2026-W48-5", "27.11.2026", "２０２６-11-27"])
async def test_a_day_is_one_of_the_calendar(client: httpx.AsyncClient, typed: str) -> None:
    await asked("date")
    (error,) = (await factories.send(client, factories.submission({"asked": typed}), "all")).json()["errors"]
    assert error["code"] == "malformed_date"
    assert "2026-12-31" in error["message"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_shows_how_a_day_is_written(language: str) -> None:
    assert "2026-12-31" in text("error_date_malformed", language, example="2026-12-31")
