"""A file of answers, streamed: a batch of rows at a time, each beginning after the last, in constant memory."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import date
from uuid import UUID

from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.inbox.export.base import Columns, Format
from survey_service.responses.queries import AnswerFilter
from survey_service.responses.values import codes_of

BATCH = 1_000


async def columns_of(workspace: UUID, published_forms: Sequence[PublishedForm]) -> Columns:
    """The columns of these forms: of the version in force first, then what only older ones asked."""
    questions: dict[str, None] = {}
    hidden: dict[str, None] = {}
    for published in published_forms:
        every = {question.key: question for question in published.definition.questions}
        every |= await forms.last_questions(workspace, published.id)
        questions |= {key: None for key, question in every.items() if question.answerable}
        hidden |= dict.fromkeys(await forms.hidden_names(workspace, published.id))
    return Columns(
        tuple(questions),
        tuple(hidden),
        {published.id: published.slug for published in published_forms},
        await codes_of(workspace),
    )


async def pieces(wanted: AnswerFilter, published: PublishedForm | None, made: Format) -> AsyncIterator[str]:
    """The text of the file: what it begins with, then a batch of rows each."""
    columns = await columns_of(
        wanted.workspace, [published] if published else await forms.published_forms_of(wanted.workspace, archived=True)
    )
    yield made.header(columns)
    async with contextlib.aclosing(_batches(wanted, columns, made)) as batches:
        async for text in batches:
            yield text


async def _batches(wanted: AnswerFilter, columns: Columns, made: Format) -> AsyncGenerator[str, None]:
    """The lines a batch at a time; the database reads the next one while this one is sent."""
    reading = asyncio.create_task(made.batch(wanted, columns, BATCH, None))
    try:
        while True:
            text, last = await reading
            if last is None:
                return
            reading = asyncio.create_task(made.batch(wanted, columns, BATCH, last))
            await asyncio.sleep(0)  # the question must be on its way before this loop is busy sending
            yield text
    finally:
        reading.cancel()


def exported(published: PublishedForm | None, made: Format, first: date | None, last: date | None) -> str:
    """What the audit trail says was taken out: of which form, as what, and the days if not every day was meant."""
    days = " – ".join(day.isoformat() for day in (first, last) if day)
    return ", ".join(filter(None, (published.name if published else "", made.name.upper(), days)))


def file_name(published: PublishedForm | None, today: date, made: Format) -> str:
    """`answers-visit-2026-10-31.csv`."""
    return "-".join(["answers", *([published.slug] if published else []), f"{today.isoformat()}.{made.name}"])
