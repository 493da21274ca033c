"""What others read of readings."""

from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.core import database
from survey_service.sentiment.engines.base import NOBODY
from survey_service.sentiment.tables import CommentReading


class ReadingRow(msgspec.Struct, frozen=True):
    """How one engine read a comment, and when. Numbers are None where nothing was read; see `engines.base.Reading`."""

    question: str
    engine: str
    version: str
    language: str
    script: str
    label: str
    polarity: float | None
    p_positive: float | None
    confidence: float | None
    reason: str
    current: bool
    read_at: datetime

    @property
    def by_nobody(self) -> bool:
        """Whether no engine could read it."""
        return self.engine == NOBODY


async def readings_of(workspace: UUID, response: UUID) -> list[ReadingRow]:
    """Every reading of a response's comment, the one in force first, then the newest."""
    every = database.select(ReadingRow, CommentReading).where(
        CommentReading.response == response, CommentReading.workspace == workspace
    )
    newest_first = every.order_by(CommentReading.current, CommentReading.read_at, CommentReading.id, ascending=False)
    return await database.read(ReadingRow, newest_first)
