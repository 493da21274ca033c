"""What follows an answer: its comment is read, and whoever gave it was heard of."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.core import clock
from survey_service.jobs.kinds import EventHandlers, JobKind, Tools
from survey_service.jobs.schemas import EventRow, JobRow
from survey_service.responses import comments, service
from survey_service.responses.plans import READ_COMMENT, RECEIVED


async def note_customers(events: Sequence[EventRow]) -> None:
    """Whoever answered was heard of."""
    await service.mark_customers_seen([event.subject for event in events])


async def read_at_once(jobs: Sequence[JobRow], now: datetime) -> None:
    """Reads the comments of many jobs together."""
    await comments.read_comments([response for job in jobs for response in _responses_of(job)], now)


async def read_singly(job: JobRow, tools: Tools) -> None:
    """Reads all that can be read; then raises what went wrong first."""
    failures: list[Exception] = []
    for response in _responses_of(job):
        try:
            await comments.read_comments([response], clock.now())
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _responses_of(job: JobRow) -> list[UUID]:
    return msgspec.json.decode(job.payload, type=dict[str, list[UUID]])["responses"]


JOBS = (JobKind(READ_COMMENT, read_singly, batch=read_at_once),)
EVENTS: EventHandlers = {RECEIVED: (note_customers,)}
