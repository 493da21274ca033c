"""Shapes of promises."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

State = Literal["open", "kept"]


class PromiseRow(msgspec.Struct, frozen=True):
    """One promise as stored; `kind` is reply or call."""

    id: UUID
    workspace: UUID
    form: UUID
    response: UUID
    place: UUID | None
    kind: str
    made_at: datetime
    kept_at: datetime | None = None
    kept_by: UUID | None = None


class PromiseShown(msgspec.Struct, frozen=True):
    """A promise as the API tells it: who answered which form where, and since when they wait.

    `response` is the id that the answer was submitted with, `responsible` the ids of members of staff.
    """

    id: UUID
    kind: str
    form: str
    response: UUID
    place: str | None
    made_at: datetime
    kept_at: datetime | None
    responsible: list[UUID]


class Waiting(msgspec.Struct, frozen=True):
    """How many people wait, and since when the first of them does."""

    count: int
    since: datetime | None = None


class TellStaff(msgspec.Struct, frozen=True):
    """The payload of a job that tells a member of staff of everything they were not told of yet."""

    staff: UUID
