"""Shapes of events and jobs."""

from datetime import datetime
from uuid import UUID

import msgspec


class EventRow(msgspec.Struct, frozen=True):
    """One event of the log; `payload` is JSON."""

    sequence: int
    id: UUID
    workspace: UUID
    kind: str
    subject: UUID
    payload: str
    created_at: datetime


class JobRow(msgspec.Struct, frozen=True):
    """One claimed job; `payload` is JSON, `attempts` counts this one, `last_error` is of those before."""

    id: UUID
    workspace: UUID
    kind: str
    key: str
    payload: str
    attempts: int
    max_attempts: int
    last_error: str = ""


class Failure(msgspec.Struct, frozen=True):
    """What follows a failed try: it was the last, or there is a next one; neither if another worker has the job."""

    last: bool
    next_try: datetime | None


class GivenUp(msgspec.Struct, frozen=True):
    """Jobs of one kind that are not tried any more: how many, and the error of the newest."""

    kind: str
    count: int
    last_error: str
