"""Answers as CSV: complete, in batches, readable by spreadsheets and harmless in them."""

import csv
import io
from datetime import date, timedelta

import httpx
import msgspec
import pytest

from survey_service.core import database
from survey_service.forms import queries as forms
from survey_service.forms import service as publishing
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import FormChange
from survey_service.inbox import export_file
from survey_service.inbox.export.csv import BOM, CSV
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from survey_service.responses.queries import AnswerFilter
from tests import factories
from tests.answers import NOON, Sign, keep, keep_many, key_for

FILE = "/api/v1/responses.csv"


def table(text: str) -> list[dict[str, str]]:
    """The rows of a file by their headers."""
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_a_file_is_named_after_form_and_day() -> None:
    assert export_file.file_name(None, date(2026, 10, 31), CSV) == "answers-2026-10-31.csv"


async def test_every_answer_is_in_the_file_once_over_many_batches(
    database: database.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_file, "BATCH", 4)
    home = await factories.published()
    entries = await keep_many(8)
    entries += [await keep(answers={"recommend": 1}) for _ in range(5)]
    pieces = [piece async for piece in export_file.pieces(AnswerFilter(home), await forms.published("visit"), CSV)]
    assert len(pieces) == 5
    rows = table("".join(pieces))
    assert sorted(row["id"] for row in rows) == sorted(str(entry.client_id) for entry in entries)
    assert [row["recommend"] for row in rows[:3]] == ["7", "6", "5"]


async def test_the_file_holds_answers_values_place_and_customer(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    place = await places.create_place(home, NewPlace("Rustaveli", "store", "rust"), NOON)
    answers = {
        "recommend": 0,
        "bought": ["roses", "tulips"],
        "comment": '=HYPERLINK("http://bad.example")\n“ጥሩ”, she said',
        "email": "a@example.org",
    }
    entry = await keep(answers=answers, place=place.id, hidden='{"order":"+A-7"}', channel="qr", language="am")
    reply = await client.get(FILE, headers=await key_for(home, "responses:read"))
    assert reply.headers["content-type"].startswith("text/csv")
    assert reply.headers["content-disposition"].startswith('attachment; filename="answers-')
    assert reply.headers["x-content-type-options"] == "nosniff"
    (row,) = table(reply.content.decode())
    expected = {
        "id": str(entry.client_id),
        "form": "visit",
        "version": "1",
        "received_at": "2026-10-05T12:00:00Z",
        "day": "2026-10-05",
        "answered_at": "",
        "channel": "qr",
        "place": "rust",
        "language": "am",
        "recommend": "0",
        "satisfaction": "",
        "bought": "roses; tulips",
        "comment": f"'{answers['comment']}",
        "hidden.order": "'+A-7",
        "customer_strength": "claimed",
        "receipt": entry.receipt,
    }
    assert {name: row[name] for name in expected} == expected
    assert len(row["customer"]) == 36


async def test_several_forms_share_a_file(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    other = {
        "title": {"en": "Contact"},
        "languages": ["en"],
        "questions": [{"kind": "short_text", "key": "place", "text": {"en": "Where?"}}],
    }
    await factories.published("contact", other, home)
    await keep(answers={"recommend": 9})
    await keep("contact", {"place": "-1 floor"})
    rows = table((await client.get(FILE, headers=await key_for(home, "responses:read"))).content.decode())
    told = {row["form"]: (row["recommend"], row["answers.place"], row["place"]) for row in rows}
    assert told == {"visit": ("9", "", ""), "contact": ("", "'-1 floor", "")}


async def test_the_page_gives_the_same_file_under_the_same_filters(client: httpx.AsyncClient, staff: Sign) -> None:
    home = await factories.published()
    await keep_many(11)
    viewer = await staff("viewer")
    asked = {"form": "visit", "score": "recommend:0-6"}
    page = await viewer.get("/app/answers.csv", params=asked)
    api = await client.get(FILE, params=asked, headers=await key_for(home, "responses:read"))
    assert page.content == api.content
    assert [row["recommend"] for row in table(page.content.decode())] == ["6", "5", "4", "3", "2", "1", "0"]
    assert (await viewer.get("/app/answers.csv", params={"form": "unknown"})).status_code == 404
    assert (await client.get("/app/answers.csv", follow_redirects=False)).status_code == 303


async def test_every_value_that_was_ever_stored_has_a_column(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    await keep(
        answers={"recommend": 9, "comment": "asked once"}, hidden='{"order":"A-7","_also":["utm=x=1","b=\\"2\\""]}'
    )
    definition = {**factories.VISIT, "hidden": ["ticket"]}
    definition["questions"] = [each for each in definition["questions"] if each["key"] != "comment"]
    newer = FormChange(definition=msgspec.convert(definition, Definition))
    await publishing.change(home, "visit", newer, NOON)
    await publishing.publish(home, "visit", None, NOON)
    await keep(answers={"recommend": 3}, hidden='{"ticket":7}', at=NOON + timedelta(hours=1))
    for path in (f"{FILE}?form=visit", FILE):
        rows = table((await client.get(path, headers=await key_for(home, "responses:read"))).content.decode())
        told = [{name: row[name] for name in ("comment", "hidden.order", "hidden.ticket", "also_sent")} for row in rows]
        assert told == [
            {"comment": "", "hidden.order": "", "hidden.ticket": "7", "also_sent": ""},
            {"comment": "asked once", "hidden.order": "A-7", "hidden.ticket": "", "also_sent": 'utm=x=1; b="2"'},
        ]
