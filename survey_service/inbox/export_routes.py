"""Answers as CSV, streamed: a batch of rows at a time, each beginning after the last, in constant memory."""

import asyncio
import contextlib
import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.errors import NotFound
from survey_service.forms import queries as forms
from survey_service.forms.schemas import FormHead
from survey_service.inbox.csv_lines import Columns, batch
from survey_service.responses.filters import Filter, typed
from survey_service.responses.meaning import resolve
from survey_service.responses.parameters import FILTERS
from survey_service.responses.queries import AnswerFilter
from survey_service.responses.values import codes_of

BATCH = 1_000
BOM = "\ufeff"
"""Spreadsheets take a file for UTF-8 only if it says so."""


async def columns_of(workspace: UUID, heads: Sequence[FormHead]) -> Columns:
    """The columns of these forms: of the version in force first, then what only older ones asked."""
    questions: dict[str, None] = {}
    hidden: dict[str, None] = {}
    for head in heads:
        every = {question.key: question for question in head.definition.questions}
        every |= await forms.last_questions(workspace, head.id)
        questions |= {key: None for key, question in every.items() if question.answerable}
        hidden |= dict.fromkeys(await forms.hidden_names(workspace, head.id))
    return Columns(tuple(questions), tuple(hidden), {head.id: head.slug for head in heads}, await codes_of(workspace))


async def lines(wanted: AnswerFilter, head: FormHead | None) -> AsyncIterator[str]:
    """The CSV text in pieces: the header with the byte-order mark, then a batch of rows each."""
    columns = await columns_of(
        wanted.workspace, [head] if head else await forms.heads_of(wanted.workspace, archived=True)
    )
    header = io.StringIO()
    csv.writer(header).writerow(columns.header)
    yield BOM + header.getvalue()
    async with contextlib.aclosing(_batches(wanted, columns)) as batches:
        async for text in batches:
            yield text


async def _batches(wanted: AnswerFilter, columns: Columns) -> AsyncGenerator[str, None]:
    """The lines a batch at a time; the database reads the next one while this one is sent."""
    reading = asyncio.create_task(batch(wanted, columns, BATCH, None))
    try:
        while True:
            text, last = await reading
            if last is None:
                return
            reading = asyncio.create_task(batch(wanted, columns, BATCH, last))
            await asyncio.sleep(0)  # the question must be on its way before this loop is busy sending
            yield text
    finally:
        reading.cancel()


async def download(caller: Caller, asked: Filter) -> Stream:
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
async def export_responses(caller: NamedDependency[Caller], asked: NamedDependency[Filter]) -> Stream:
    """All responses under the same filters as the list, the newest first, with a column for each question."""
    return await download(caller, asked)


ROUTES = [download_page, export_responses]
