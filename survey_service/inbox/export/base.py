"""What every format of an export says of itself: the contract of this room."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from survey_service.core.database import paging
from survey_service.counts.dimensions import RECEIVED
from survey_service.responses.queries import AnswerFilter, responses
from survey_service.responses.schemas import StoredResponse

WHERE = tuple(sorted(RECEIVED, key=lambda name: name != "channel"))
"""Dimensions of a row; the channel stood first always."""
BEFORE = ("version", "state", "received_at", "day", "answered_at")
AFTER = ("comment_language", "sentiment", "customer", "customer_strength", "receipt", "spam_reason")
FIRST = ("id", "form", *BEFORE, *WHERE)
LAST = ("also_sent", *AFTER)
"""The headings before and after those of the questions."""

Position = tuple[datetime, UUID]
"""The (received_at, id) of a row: where the next batch begins."""


class Columns(msgspec.Struct, frozen=True):
    """What an export asks of each row: the questions' keys and the hidden values' names, in order, and what
    forms are called, and values of dimensions, by their ids."""

    questions: tuple[str, ...]
    hidden: tuple[str, ...]
    slugs: Mapping[UUID, str]
    codes: Mapping[str, Mapping[UUID, str]]

    @property
    def header(self) -> list[str]:
        """Questions and hidden values by their keys, or after a prefix where a key is taken already."""
        taken = {*FIRST, *LAST}
        questions = [f"answers.{key}" if key in taken else key for key in self.questions]
        return [*FIRST, *questions, *(f"hidden.{name}" for name in self.hidden), *LAST]


Batch = Callable[[AnswerFilter, Columns, int, Position | None], Coroutine[Any, Any, tuple[str, Position | None]]]
"""Writes up to so many rows, the newest first, from after the position of a row, and tells that of the last one, None
after the end."""


def written_by(write: Callable[[Sequence[StoredResponse], Columns], str]) -> Batch:
    """The batches of a format that says only how answers are written; they are read for it. A format that the database
    itself writes faster has a batch of its own."""

    async def batch(
        wanted: AnswerFilter, columns: Columns, limit: int, after: Position | None
    ) -> tuple[str, Position | None]:
        rows = (await responses(wanted, limit, paging.encode_cursor(*after) if after else None)).items
        return write(rows, columns), (rows[-1].received_at, rows[-1].id) if rows else None

    return batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format. Its `name` ends the names of its files and the addresses that give them. `header` is what a file
    begins with, `batch` writes what follows. All is text, sent as UTF-8.

    Staff read the `button` (a message, marked with `N_`), programs the `summary` of the operation and what there is to
    know `about` the file.
    """

    name: str
    media_type: str
    button: str
    operation: str
    summary: str
    about: str
    header: Callable[[Columns], str]
    batch: Batch
