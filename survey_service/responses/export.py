"""Answers as CSV, streamed: a batch of rows at a time, each beginning after the last, in constant memory.

A spreadsheet runs a cell that begins like a formula, whoever wrote it; such texts get an apostrophe in front.
"""

import asyncio
import contextlib
import csv
import io
import re
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
QUOTED = re.compile('[",\r\n]')
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
    header = io.StringIO()
    csv.writer(header).writerow(columns.header)
    yield BOM + header.getvalue()
    async with contextlib.aclosing(_batches(wanted)) as batches:
        async for rows in batches:
            yield _text(rows, columns, slugs, codes)


async def _batches(wanted: AnswerFilter) -> AsyncGenerator[Sequence[tuple[Any, ...]], None]:
    """Rows a batch at a time; the database reads the next one while this one is written out."""
    reading = asyncio.create_task(queries.exported(wanted, BATCH, None))
    try:
        while True:
            rows, last = await reading
            if last is None:
                return
            reading = asyncio.create_task(queries.exported(wanted, BATCH, last))
            await asyncio.sleep(0)  # the question must be on its way before this loop is busy writing
            yield rows
    finally:
        reading.cancel()


_decode = msgspec.json.Decoder(dict[str, Any]).decode


def _text(rows: Sequence[tuple[Any, ...]], columns: Columns, slugs: Mapping[str, str], codes: Mapping[str, str]) -> str:
    """The lines of a batch (RFC 4180). Most answers are small numbers or absent: only the others take a call."""
    written = []
    for client_id, form, place, answers, hidden, before, language, after in rows:
        given = [*map(_decode(answers).get, columns.questions)]
        if columns.hidden:
            given += map(_decode(hidden).get, columns.hidden)
        cells = "".join(
            ["," if value is None else f",{value}" if type(value) is int else f",{cell(value)}" for value in given]
        )
        where = f"{client_id},{slugs.get(form, '')},{before},{codes.get(place, '')},{language}"
        written.append(f"{where}{cells},{after}\r\n")
    return "".join(written)


def cell(value: Any) -> str:
    """A value as CSV writes it: harmless, and in quotes if it has a comma, a quote or a line end in it."""
    text = str(safe(value))
    if QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


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
