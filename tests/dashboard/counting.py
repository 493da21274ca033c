"""Counts answers beside the product: every row is read once, and an address of answers is tried on each in Python."""

import json
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from survey_service.core import database

COUNTED = ("complete", "erased")
SCORE = re.compile(r"(\w+)((?:\.\d+)*)(?::(\d*)(-?)(\d*))?")


class Row(NamedTuple):
    """An answer as it is stored; `wordings` are those of its version, by question."""

    form: str
    day: str
    places: tuple[str, ...]
    employee: str
    channel: str
    language: str
    state: str
    sentiment: str
    comment: str
    answers: dict[str, Any]
    wordings: dict[str, int]


async def read_rows() -> list[Row]:
    """Every answer there is, with the codes of its place and of all that it belongs to."""
    places = {row["id"]: (row["code"], row["parent"]) for row in await database.fetch("SELECT * FROM place")}
    people = {row["id"]: row["code"] for row in await database.fetch("SELECT id, code FROM employee")}
    forms = {row["id"]: row["slug"] for row in await database.fetch("SELECT id, slug FROM form")}
    versions = {
        (row["form"], row["number"]): {
            question["key"]: question.get("revision", 1) for question in json.loads(row["definition"])["questions"]
        }
        for row in await database.fetch("SELECT form, number, definition FROM form_version")
    }

    def upwards(place: Any) -> tuple[str, ...]:
        if place is None:
            return ()
        code, parent = places[place]
        return (code, *upwards(parent))

    return [
        Row(
            forms[row["form"]], str(row["day"])[:10], upwards(row["place"]),
            people.get(row["employee"], "-"), row["channel"], row["language"], row["state"], row["sentiment"],
            row["comment"], json.loads(row["answers"]), versions[row["form"], row["version"]],
        )
        for row in await database.fetch(
            "SELECT form, version, day, place, employee, channel, language, state, sentiment, comment, answers "
            "FROM response"
        )
    ]  # fmt: skip


def meant(rows: list[Row], href: str) -> list[Row]:
    """Which of the rows an address of a list of answers means."""
    asked = dict(parse_qsl(urlsplit(href).query))
    return [
        row
        for row in rows
        if row.state in ((asked["state"],) if "state" in asked else COUNTED)
        and all(_fits(row, name, value) for name, value in asked.items() if name != "state")
    ]


def _fits(row: Row, name: str, value: str) -> bool:
    match name:
        case "from":
            return row.day >= value
        case "to":
            return row.day <= value
        case "place":
            return value in row.places if value != "-" else not row.places
        case "sentiment":
            return bool(row.comment) and row.sentiment == (value if value != "unread" else "")
        case "comment":
            return bool(row.comment)
        case "q":
            return value.lower() in row.comment.lower()
        case "score":
            return _scored(row, value)
        case "form" | "employee" | "channel" | "language":
            return bool(getattr(row, name) == value)
    raise AssertionError(f"a filter that nobody counts yet: {name}")


def _scored(row: Row, text: str) -> bool:
    """`recommend`, `recommend:7`, `recommend:0-6`, `recommend:9-`, `recommend.2:0-6`."""
    found = SCORE.fullmatch(text)
    assert found, text
    key, revisions, lowest, dash, highest = found.groups()
    given = row.answers.get(key)
    if not isinstance(given, int) or (revisions and row.wordings.get(key) not in map(int, revisions[1:].split("."))):
        return False
    return int(lowest or 0) <= given <= int(highest or (10 if dash or not lowest else lowest))
