"""Answers as CSV, streamed: a batch of rows at a time, each beginning after the last, in constant memory.

A spreadsheet runs a cell that begins like a formula, whoever wrote it; such texts get an apostrophe in front.
"""

import asyncio
import contextlib
import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.errors import NotFound
from survey_service.forms import queries as forms
from survey_service.forms.schemas import FormHead
from survey_service.places import queries as places
from survey_service.responses import queries
from survey_service.responses.filters import Asked, resolve, typed
from survey_service.responses.queries import AnswerFilter
from survey_service.responses.reading import FILTERS

BATCH = 1_000
BOM = "\ufeff"
"""Spreadsheets take a file for UTF-8 only if it says so."""
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
FIRST = ("id", "form", "version", "state", "received_at", "day", "answered_at", "channel", "place", "language")
LAST = (
    *("comment_language", "sentiment", "customer", "customer_strength", "receipt", "spam_reason"),
)  # fmt: skip


class Columns(msgspec.Struct, frozen=True):
    """What an export asks of each row's JSON: the questions' keys and the hidden values' names, in order."""

    questions: tuple[str, ...]
    hidden: tuple[str, ...]

    @property
    def header(self) -> list[str]:
        """Questions and hidden values by their keys, or after a prefix where a key is taken already."""
        taken = {*FIRST, *LAST}
        questions = [f"answers.{key}" if key in taken else key for key in self.questions]
        return [*FIRST, *questions, *(f"hidden.{name}" for name in self.hidden), *LAST]


def safe(value: Any) -> Any:
    """A cell: numbers stay numbers, lists are joined, and no text begins like a formula."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str):
        return f"'{value}" if value and value[0] in FORMULA_STARTS else value
    return value


async def columns_of(workspace: UUID, heads: Iterable[FormHead]) -> Columns:
    """The columns of these forms: of the version in force first, then what only older ones asked."""
    questions: dict[str, None] = {}
    hidden: dict[str, None] = {}
    for head in heads:
        every = {question.key: question for question in head.definition.questions}
        every |= await forms.last_questions(workspace, head.id)
        questions |= {key: None for key, question in every.items() if question.answerable}
        hidden |= dict.fromkeys(head.definition.hidden)
    return Columns(tuple(questions), tuple(hidden))


async def lines(wanted: AnswerFilter, head: FormHead | None) -> AsyncIterator[str]:
    """The CSV text in pieces: the header with the byte-order mark, then a batch of rows each."""
    heads = [head] if head else await forms.heads_of(wanted.workspace)
    columns = await columns_of(wanted.workspace, heads)
    slugs = {str(each.id): each.slug for each in heads}
    codes = {str(place.id): place.code for place in await places.places_of(wanted.workspace, archived=True)}
    yield BOM + _text([columns.header])
    async with contextlib.aclosing(_batches(wanted)) as batches:
        async for rows in batches:
            yield _text([_cells(row, columns, slugs, codes) for row in rows])


async def _batches(wanted: AnswerFilter) -> AsyncGenerator[list[dict[str, Any]], None]:
    """Rows a batch at a time; the database reads the next one while this one is written out."""
    reading = asyncio.create_task(queries.exported(wanted, BATCH, None))
    try:
        while rows := await reading:
            reading = asyncio.create_task(queries.exported(wanted, BATCH, queries.place_in_export(rows[-1])))
            await asyncio.sleep(0)  # the question must be on its way before this loop is busy writing
            yield rows
    finally:
        reading.cancel()


_decode = msgspec.json.Decoder(dict[str, Any]).decode


def _text(rows: Iterable[Sequence[Any]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _cells(row: Mapping[str, Any], columns: Columns, slugs: Mapping[str, str], codes: Mapping[str, str]) -> list[Any]:
    """Codes and ids need no care: none begins like a formula. Most answers are small numbers or absent, and a call
    for each of those would be half of an export's time."""
    answers = _decode(row["answers"])
    hidden = _decode(row["hidden"]) if columns.hidden else {}
    given = [*map(answers.get, columns.questions), *map(hidden.get, columns.hidden)]
    return [
        row["id"], slugs.get(row["form"]), row["version"], row["state"], _moment(row["moment"]), row["day"],
        _moment(row["answered_at"]), row["channel"], codes.get(row["place"]), row["language"],
        *[value if value is None or type(value) is int else safe(value) for value in given],
        row["comment_language"], row["sentiment"], row["customer"], row["customer_strength"], row["receipt"],
        row["spam_reason"],
    ]  # fmt: skip


def _moment(text: str | None) -> str:
    """`2026-10-05T09:00:00Z` of the database's `2026-10-05 09:00:00.123456+00:00`."""
    return f"{text[:10]}T{text[11:19]}Z" if text else ""


async def download(caller: Caller, asked: Asked) -> Stream:
    """The answers of a filter as a file. Faults of the filter are raised before the first byte is sent."""
    wanted, head = await resolve(caller.workspace, asked)
    today = clock.local_day(clock.now(), caller.time_zone)
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(head, today)}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Stream(lines(wanted, head), media_type="text/csv; charset=utf-8", headers=headers)


def file_name(head: FormHead | None, today: date) -> str:
    """`answers-visit-2026-10-31.csv`."""
    return "-".join(["answers", *([head.slug] if head else []), f"{today.isoformat()}.csv"])


@get("/app/answers.csv", opt={"role": "viewer"}, include_in_schema=False)
async def download_page(request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Stream:
    """The file behind the button of the list, under the same filters."""
    return await download(caller, typed(request.query_params))


@get(
    "/api/v1/responses.csv",
    opt={"scope": "responses:read", "refuses": (NotFound,)},
    dependencies=FILTERS,
    operation_id="ExportResponses",
    summary="Export responses as CSV",
    tags=["responses"],
    responses={
        200: ResponseSpec(
            str, media_type="text/csv", generate_examples=False, description="UTF-8, with a byte-order mark."
        )
    },
)
async def export_responses(caller: NamedDependency[Caller], asked: NamedDependency[Asked]) -> Stream:
    """All responses under the same filters as the list, the newest first, with a column for each question."""
    return await download(caller, asked)


ROUTES = [download_page, export_responses]
