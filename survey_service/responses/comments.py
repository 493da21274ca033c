"""Reads comments after they were answered: language and mood, a batch at a time, never on the request's path."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from survey_service.core import database
from survey_service.core.batch.statements import Batch, Update
from survey_service.core.errors import NotFound
from survey_service.counts.deltas import append_sentiment_deltas
from survey_service.counts.schemas import CountedResponse
from survey_service.customers import plans as customers
from survey_service.forms import queries as forms
from survey_service.responses import queries
from survey_service.responses.columns import BY_NAME, ID
from survey_service.responses.schemas import StoredResponse
from survey_service.sentiment import service as sentiment
from survey_service.sentiment.engines.base import Reading
from survey_service.sentiment.service import Comment

AT_ONCE = 200
"""Comments of one transaction, which stays short so that submissions need not wait for it."""
READING = (BY_NAME["comment_language"], BY_NAME["sentiment"])
AS_READ = (BY_NAME["fingerprint"], BY_NAME["sentiment"])


async def read_comments(response_ids: Sequence[UUID], now: datetime) -> int:
    """Reads the comments of these responses and moves their counts; gives how many were read.

    Doing it twice changes nothing: counts move from the label that stands on the response.
    """
    wanted = list(response_ids)
    return sum([await _read(wanted[start : start + AT_ONCE], now) for start in range(0, len(wanted), AT_ONCE)])


async def _read(response_ids: Sequence[UUID], now: datetime) -> int:
    found = [(row, comment) for row in await queries.commented(response_ids) if (comment := await _comment(row))]
    rows, comments = [row for row, _ in found], [comment for _, comment in found]
    readings = await asyncio.to_thread(sentiment.read_all, comments)
    before = [await queries.counted_response(row) for row in rows]
    await database.current().run(_store(rows, comments, readings, before, now))
    return len(comments)


async def _comment(row: StoredResponse) -> Comment | None:
    """None where the form is gone: an answer that was on its way meanwhile goes soon, too."""
    try:
        definition = await forms.definition_of(row.workspace, row.form, row.version)
    except NotFound:
        return None
    answers = row.given
    question = next((q.key for q in definition.questions if q.becomes == "comment" and q.key in answers), "")
    languages = dict.fromkeys((row.language, *definition.languages))
    return Comment(row.workspace, row.id, question, row.comment, tuple(languages))


def _store(
    rows: Sequence[StoredResponse],
    comments: Sequence[Comment],
    readings: Sequence[Reading],
    before: Sequence[CountedResponse],
    now: datetime,
) -> Batch[None]:
    """Writes the readings of responses that still are as they were read, also on the timeline of whose they are; a
    change in between is left to the job that it brought."""
    found = {c.response: (c, reading, old) for c, reading, old in zip(comments, readings, before, strict=True)}
    whose = {row.id: row.customer for row in rows if row.customer}
    read = [(r.id, found[r.id][1].language, found[r.id][1].label, r.fingerprint, r.sentiment) for r in rows]
    changed = yield Update("response", ID, READING, sorted(read), only_if="state = 'complete'", as_read=AS_READ)
    kept = [found[key] for (key,) in sorted(changed)]
    yield from sentiment.keep([c for c, _, _ in kept], [reading for _, reading, _ in kept], now)
    yield from append_sentiment_deltas([(old, reading.label) for _, reading, old in kept])
    moods = {
        (comment.workspace, whose[comment.response], comment.response): {
            "sentiment": reading.label,
            "language": reading.language,
        }
        for comment, reading, _ in kept
        if comment.response in whose
    }
    yield from customers.amend_entries(moods)
