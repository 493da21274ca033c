"""Keeps readings of comments: a new one takes the place of the one before, which stays as history."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.core.batch.statements import Batch, Insert, Update
from survey_service.core.database.written import columns_of, picked
from survey_service.core.ids import new_id
from survey_service.sentiment.engines import read
from survey_service.sentiment.engines.base import Reading
from survey_service.sentiment.language import recognise
from survey_service.sentiment.tables import CommentReading

COLUMNS = tuple(columns_of(CommentReading).values())
RESPONSE, CURRENT = picked(CommentReading, "response", "current")


class Comment(msgspec.Struct, frozen=True):
    """A comment to be read, with the languages that its form is asked in (the one answered in first)."""

    workspace: UUID
    response: UUID
    question: str
    text: str
    languages: tuple[str, ...]


def read_all(comments: Sequence[Comment]) -> list[Reading]:
    """A reading for each comment. Takes a whole core while it runs: call it in a thread."""
    languages = [recognise(comment.text, comment.languages).language for comment in comments]
    return read([comment.text for comment in comments], languages)


def keep(comments: Sequence[Comment], readings: Sequence[Reading], now: datetime) -> Batch[None]:
    """Writes readings inside a transaction; earlier ones of the same responses are no longer current."""
    if not comments:
        return
    responses = sorted({comment.response for comment in comments})
    yield Update("comment_reading", RESPONSE, (CURRENT,), [(r, False) for r in responses])
    rows = [
        (
            new_id(), comment.workspace, comment.response, comment.question, reading.engine, reading.version,
            reading.language, reading.script, reading.label, reading.polarity, reading.p_positive,
            reading.confidence, reading.reason or "", True, now,
        )
        for comment, reading in zip(comments, readings, strict=True)
    ]  # fmt: skip
    yield Insert("comment_reading", COLUMNS, rows)
