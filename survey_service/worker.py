"""Everything that follows an answer: job kind → handler, in a loop that drains when it is told to end."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec

from survey_service.core import clock, database, logs
from survey_service.core.errors import TransportError
from survey_service.core.settings import Settings
from survey_service.distribution import service as distribution
from survey_service.jobs import service as jobs
from survey_service.jobs.schemas import EventRow, JobRow
from survey_service.nps import rollups
from survey_service.responses import comments
from survey_service.responses import service as responses
from survey_service.responses.plans import READ_COMMENT, RECEIVED

log = logs.get(__name__)
IDLE_SECONDS = 0.5
PRUNE_EVERY = timedelta(hours=1)
COMMENT_JOBS_AT_ONCE = 50
FOLD_AT_ONCE = 1_000
EVENTS_AT_ONCE = 1_000

SEND_INVITATION = distribution.SEND_INVITATION
MAIL_AT_ONCE = 10
MAIL_LEASE = timedelta(minutes=15)
"""Ten mails, each up to a minute at a slow server, must end before another worker may take them."""
EventHandler = Callable[[Sequence[EventRow]], Awaitable[None]]


async def note_customers(events: Sequence[EventRow]) -> None:
    """Whoever answered was heard of."""
    await responses.mark_customers_seen([event.subject for event in events])


ON_EVENT: Mapping[str, Sequence[EventHandler]] = {RECEIVED: (note_customers,)}
"""Event kind → what it sets in motion, in the same transaction that marks the events as handled."""


class Worker:
    """One loop. Many may run at once, in one process or on many machines: rows are claimed."""

    def __init__(self, settings: Settings, secret: str) -> None:
        self.settings = settings
        self.secret = secret
        self.ending = asyncio.Event()
        self.pruned_at: datetime | None = None

    def stop(self) -> None:
        """Lets `run` return after what it has begun."""
        self.ending.set()

    async def run(self) -> None:
        """Works until `stop`. Mail has a loop of its own, so that a slow server holds up nothing else."""
        await asyncio.gather(self._repeat(self.once), self._repeat(self.send))

    async def _repeat(self, work: Callable[[], Awaitable[bool]]) -> None:
        """Rounds of `work`; a failing one is logged and tried again."""
        while not self.ending.is_set():
            busy = False
            try:
                busy = await work()
            except Exception as error:
                log.error("worker_round_failed", exc_info=error)
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.ending.wait(), IDLE_SECONDS)

    async def once(self) -> bool:
        """One round over counts, events and comments; True if there is likely more."""
        now = clock.now()
        folded = await rollups.fold(FOLD_AT_ONCE)
        read = await self._read_comments(now)
        handed_on = await self._hand_on_events(now)
        await self._prune(now)
        return folded >= FOLD_AT_ONCE or handed_on >= EVENTS_AT_ONCE or read >= COMMENT_JOBS_AT_ONCE

    async def drain(self) -> None:
        """Rounds until nothing is due: for commands and tests."""
        while await self.once() or await self.send() or await rollups.fold(FOLD_AT_ONCE):
            pass

    async def _hand_on_events(self, now: datetime) -> int:
        async with database.transaction():
            events = await jobs.take_events(EVENTS_AT_ONCE)
            for kind, handlers in ON_EVENT.items():
                for handler in handlers:
                    await handler([event for event in events if event.kind == kind])
            await jobs.mark_handled([event.sequence for event in events], now)
        return len(events)

    async def _read_comments(self, now: datetime) -> int:
        """Reads new comments in batches; if a batch fails, each by itself, so that one cannot hold up the rest."""
        claimed = await jobs.claim([READ_COMMENT], COMMENT_JOBS_AT_ONCE, now)
        if not claimed:
            return 0
        try:
            await comments.read_comments([response for job in claimed for response in _responses_of(job)], now)
            await jobs.finish([job.id for job in claimed], now)
        except Exception as error:
            log.warning("reading_failed", size=len(claimed), error=repr(error))
            for job in claimed:
                await self._attempt(job, partial(_read_singly, _responses_of(job), now))
        return len(claimed)

    async def send(self) -> bool:
        """Sends invitations that are due; True if there were any. Without a mail server they wait, untried."""
        if not self.settings.smtp_url:
            return False
        claimed = await jobs.claim([SEND_INVITATION], MAIL_AT_ONCE, clock.now(), MAIL_LEASE)
        for job in claimed:
            await self._attempt(job, partial(distribution.send_invitation, job, self.settings, self.secret))
        return bool(claimed)

    async def _attempt(self, job: JobRow, work: Callable[[], Awaitable[object]]) -> None:
        """Does one job; its error stays on its row, and the next try is set."""
        now = clock.now()
        try:
            await work()
            await jobs.finish([job.id], now)
        except TransportError as error:
            last = await jobs.fail(job, error.message, now, permanent=error.permanent)
            log.warning("job_failed", kind=job.kind, attempt=job.attempts, last=last, error=error.message)
            if last and job.kind == SEND_INVITATION:
                await distribution.give_up_invitation(job, error.message)
        except Exception as error:
            last = await jobs.fail(job, repr(error), now)
            log.error("job_failed", kind=job.kind, attempt=job.attempts, last=last, exc_info=error)
            if last and job.kind == SEND_INVITATION:
                await distribution.give_up_invitation(job, repr(error))

    async def _prune(self, now: datetime) -> None:
        if self.pruned_at is None or now - self.pruned_at > PRUNE_EVERY:
            await jobs.prune(now)
            self.pruned_at = now


def _responses_of(job: JobRow) -> list[UUID]:
    return msgspec.json.decode(job.payload, type=dict[str, list[UUID]])["responses"]


async def _read_singly(response_ids: Sequence[UUID], now: datetime) -> None:
    """Reads all that can be read; then raises what went wrong first."""
    failures: list[Exception] = []
    for response in response_ids:
        try:
            await comments.read_comments([response], now)
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]
