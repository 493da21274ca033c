"""Everything that follows an answer: job kind → handler, in a loop that drains when it is told to end."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from survey_service.accounts import pausing
from survey_service.beginning import late
from survey_service.cases import service as cases
from survey_service.core import clock, database, logs
from survey_service.core.errors import TransportError, Unavailable
from survey_service.core.settings import Settings
from survey_service.invitations import service as invitations
from survey_service.jobs import service as jobs
from survey_service.jobs.plans import RETRIES
from survey_service.jobs.schemas import EventRow, Failure, JobRow
from survey_service.messaging.transports import email
from survey_service.messaging.transports.email import MailServer
from survey_service.nps import rollups
from survey_service.responses import comments
from survey_service.responses import service as responses
from survey_service.responses.plans import READ_COMMENT, RECEIVED

log = logs.get(__name__)
IDLE_SECONDS = 0.5
PRUNE_EVERY = timedelta(hours=1)
COMMENT_JOBS_AT_ONCE = 50
SINGLE_JOBS_AT_ONCE = 50
FOLD_AT_ONCE = 1_000
EVENTS_AT_ONCE = 1_000
EVENTS_APART_AT_ONCE = 100
MAIL_AT_ONCE = 10

SEND_INVITATION = invitations.SEND_INVITATION
FOLLOW_EVENT = "event.follow"
"""What one handler does about one event, after it could not be done with the others."""
RETRIES_OF = dict.fromkeys(cases.MAIL_KINDS, email.RETRIES)
EventHandler = Callable[[Sequence[EventRow]], Awaitable[None]]


async def note_customers(events: Sequence[EventRow]) -> None:
    """Whoever answered was heard of."""
    await responses.mark_customers_seen([event.subject for event in events])


ON_EVENT: Mapping[str, Sequence[EventHandler]] = {RECEIVED: (note_customers, cases.note_promises)}
"""Event kind → what it sets in motion, in the same transaction that marks the events as handled."""


class Follow(msgspec.Struct, frozen=True):
    """The payload of FOLLOW_EVENT: the event's place in the log, and the name of the handler."""

    sequence: int
    handler: str


class Worker:
    """One loop. Many may run at once, in one process or on many machines: rows are claimed."""

    def __init__(self, settings: Settings, secret: str) -> None:
        self.settings = settings
        self.secret = secret
        self.mail_server = MailServer(settings)
        self.ending = asyncio.Event()
        self.pruned_at: datetime | None = None

    def stop(self) -> None:
        """Lets `run` return after what it has begun."""
        self.ending.set()

    async def run(self) -> None:
        """Works until `stop`. Mail has a loop of its own, so that a slow server holds up nothing else."""
        async with self.mail_server:
            await asyncio.gather(self._repeat(self.once), self._repeat(self.send))

    async def _repeat(self, work: Callable[[], Awaitable[bool]]) -> None:
        """Rounds of `work`; a failing one is logged and tried again."""
        while not self.ending.is_set():
            busy, pause = False, IDLE_SECONDS
            try:
                busy = await work()
            except Unavailable as error:
                pause = error.retry_after or IDLE_SECONDS
                log.warning("worker_waits", error=error.message, seconds=pause)
            except Exception as error:
                log.error("worker_round_failed", exc_info=error)
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.ending.wait(), pause)

    async def once(self) -> bool:
        """One round over counts, comments and events; True if there is likely more.

        Each step is taken, whatever became of those before it, unless the database is away; then what went wrong last
        is raised.
        """
        now, more, failure = clock.now(), False, None
        steps = (
            self._fold,
            self._read_comments,
            self._read_again,
            self._hand_on_events,
            self._follow,
            self._clear,
            self._prune,
        )
        for step in steps:
            try:
                more = await step(now) or more
            except Unavailable:
                raise
            except Exception as error:
                if failure:
                    log.error("worker_step_failed", exc_info=failure)
                failure = error
        if failure:
            raise failure
        return more

    async def drain(self) -> None:
        """Rounds until nothing is due: for commands and tests."""
        while await self.once() or await self.send() or await rollups.fold(FOLD_AT_ONCE):
            pass

    async def _fold(self, now: datetime) -> bool:
        return await rollups.fold(FOLD_AT_ONCE) >= FOLD_AT_ONCE

    async def _read_comments(self, now: datetime) -> bool:
        """Reads new comments in batches; if a batch fails, each by itself, so that one cannot hold up the rest."""
        claimed = await jobs.claim([READ_COMMENT], COMMENT_JOBS_AT_ONCE, now, tried=False)
        if not claimed:
            return False
        try:
            await comments.read_comments([response for job in claimed for response in _responses_of(job)], now)
            await jobs.finish([job.id for job in claimed], now)
        except Unavailable:
            raise
        except Exception as error:
            log.warning("reading_failed", size=len(claimed), error=repr(error))
            for job in claimed:
                await self._attempt(job, _read_singly)
        return len(claimed) >= COMMENT_JOBS_AT_ONCE

    async def _read_again(self, now: datetime) -> bool:
        """Comments that could not be read, or whose worker ended, maybe through one of them."""
        return await self._singly(READ_COMMENT, SINGLE_JOBS_AT_ONCE, _read_singly, tried=True) >= SINGLE_JOBS_AT_ONCE

    async def _hand_on_events(self, now: datetime) -> bool:
        """Hands events on in batches; if a batch fails, its first ones become jobs, one for each event and handler."""
        try:
            async with database.transaction():
                events = await jobs.take_events(EVENTS_AT_ONCE)
                for kind in {event.kind for event in events} & ON_EVENT.keys():
                    for handler in ON_EVENT[kind]:
                        await handler([event for event in events if event.kind == kind])
                await jobs.mark_handled([event.sequence for event in events], now)
            return len(events) >= EVENTS_AT_ONCE
        except Unavailable:
            raise
        except Exception as error:
            log.error("events_failed", exc_info=error)
            return await _set_apart(now)

    async def _follow(self, now: datetime) -> bool:
        """Events that were set apart, each with a handler of its own."""
        return await self._singly(FOLLOW_EVENT, SINGLE_JOBS_AT_ONCE, _follow_one) >= SINGLE_JOBS_AT_ONCE

    async def _clear(self, now: datetime) -> bool:
        """What came to forms that were being removed."""
        return await self._singly(late.REMOVE_LATE, SINGLE_JOBS_AT_ONCE, late.remove) >= SINGLE_JOBS_AT_ONCE

    async def send(self) -> bool:
        """Sends mails that are due; True if there were any. Without a mail server, and where sending is paused, they
        wait, untried."""
        if not self.settings.smtp_url:
            return False
        paused = await pausing.paused_ids()
        told = await self._singly(cases.TELL_STAFF, MAIL_AT_ONCE, self._tell_one, apart_from=paused)
        sent = await self._singly(SEND_INVITATION, MAIL_AT_ONCE, self._send_one, apart_from=paused)
        if max(told, sent) < MAIL_AT_ONCE:
            await self.mail_server.close()
        return bool(told or sent)

    async def _tell_one(self, job: JobRow) -> None:
        await cases.tell_staff(job, self.mail_server)

    async def _send_one(self, job: JobRow) -> None:
        await invitations.send_invitation(job, self.mail_server, self.secret)

    async def _singly(
        self,
        kind: str,
        limit: int,
        work: Callable[[JobRow], Awaitable[None]],
        *,
        tried: bool | None = None,
        apart_from: Sequence[UUID] = (),
    ) -> int:
        """Claims one, does it, claims the next: what brings the process down takes no other job with it."""
        for count in range(limit):
            if self.ending.is_set():
                return count
            claimed = await jobs.claim([kind], 1, clock.now(), tried=tried, apart_from=apart_from)
            if not claimed:
                return count
            await self._attempt(claimed[0], work)
        return limit

    async def _attempt(self, job: JobRow, work: Callable[[JobRow], Awaitable[None]]) -> None:
        """Does one job; its error stays on its row, and the next try is set."""
        if reason := jobs.worn_out(job):
            await _failed(job, reason, permanent=True)
            return
        try:
            await work(job)
            await jobs.finish([job.id], clock.now())
        except TransportError as error:
            await _failed(job, error.message, permanent=error.permanent)
        except Exception as error:
            await _failed(job, repr(error), fault=error)

    async def _prune(self, now: datetime) -> bool:
        if self.pruned_at is None or now - self.pruned_at > PRUNE_EVERY:
            await jobs.prune(now)
            self.pruned_at = now
        return False


async def _failed(job: JobRow, words: str, *, permanent: bool = False, fault: Exception | None = None) -> None:
    """Notes a failure on the job, and on the invitation that it was for, where staff see it."""
    now = clock.now()
    retries = RETRIES_OF.get(job.kind, RETRIES)
    try:
        async with database.transaction():
            failure = await jobs.fail(job, words, now, permanent=permanent, retries=retries)
            if job.kind == SEND_INVITATION:
                await _tell_invitation(job, words, failure, fault)
    except Unavailable:
        raise
    except Exception as error:
        log.error("giving_up_failed", kind=job.kind, job=str(job.id), exc_info=error)
        failure = await jobs.fail(job, words, now, permanent=permanent, retries=retries)
    tell = log.error if fault or failure.last else log.warning
    tell("job_failed", kind=job.kind, attempt=job.attempts, last=failure.last, error=words, exc_info=fault)


async def _tell_invitation(job: JobRow, words: str, failure: Failure, fault: Exception | None) -> None:
    """A fault of ours is no word for staff, before it ends the invitation."""
    if failure.last:
        await invitations.give_up_invitation(job, words)
    elif failure.next_try and not fault:
        await invitations.postpone_invitation(job, words, failure.next_try)


async def _set_apart(now: datetime) -> bool:
    """Leaves a job for each handler of the oldest events, which are handled with that; True, for more may wait."""
    async with database.transaction():
        events = await jobs.take_events(EVENTS_APART_AT_ONCE)
        for event in events:
            for handler in ON_EVENT.get(event.kind, ()):
                name = handler.__name__
                key = f"{FOLLOW_EVENT}:{event.id}:{name}"
                await jobs.enqueue(event.workspace, FOLLOW_EVENT, key, Follow(event.sequence, name), now)
        await jobs.mark_handled([event.sequence for event in events], now)
    return bool(events)


async def _follow_one(job: JobRow) -> None:
    """The handler of FOLLOW_EVENT: what the handler does and that it is done are one transaction."""
    wanted = msgspec.json.decode(job.payload, type=Follow)
    event = await jobs.event(wanted.sequence)
    known = {handler.__name__: handler for handlers in ON_EVENT.values() for handler in handlers}
    if event is None or wanted.handler not in known:
        raise LookupError(f"event {wanted.sequence} or its handler {wanted.handler} is not there any more")
    async with database.transaction():
        await known[wanted.handler]([event])
        await jobs.finish([job.id], clock.now())


def _responses_of(job: JobRow) -> list[UUID]:
    return msgspec.json.decode(job.payload, type=dict[str, list[UUID]])["responses"]


async def _read_singly(job: JobRow) -> None:
    """Reads all that can be read; then raises what went wrong first."""
    failures: list[Exception] = []
    for response in _responses_of(job):
        try:
            await comments.read_comments([response], clock.now())
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]
