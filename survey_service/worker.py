"""Everything that follows an answer: the jobs and events of every room, in loops that drain when they are told to."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec

from survey_service import joined
from survey_service.accounts import installation_service, signing_service, throttle
from survey_service.accounts import queries as accounts
from survey_service.core import clock, database, logs, windows
from survey_service.core.errors import TransportError, Unavailable
from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings
from survey_service.counts import fold
from survey_service.jobs import queries as log_of_events
from survey_service.jobs import service as jobs
from survey_service.jobs.kinds import EventHandlers, Failed, JobKind, Tools, by_name
from survey_service.jobs.schemas import JobRow
from survey_service.messaging.transports import TRANSPORTS
from survey_service.responses import spam_service

log = logs.get(__name__)
IDLE_SECONDS = 0.5
SELDOM_SECONDS = 10.0
SETTLE_EVERY = timedelta(seconds=30)
PRUNE_EVERY = timedelta(hours=1)
PRUNED = "pruned"
"""The installation's value that says by which moment old rows were thrown away last, as `windows.Age`."""
PRUNE_STEP = timedelta(days=1)
FOLD_AT_ONCE = 1_000
EVENTS_AT_ONCE = 1_000
EVENTS_APART_AT_ONCE = 100
SLICE = 200
"""So many of these in one transaction on SQLite, where whoever sends an answer waits for it to end."""

EVENTS: EventHandlers = joined.EVENTS
FOLLOW_EVENT = "event.follow"
"""What one handler does about one event, after it could not be done with the others."""


class Follow(msgspec.Struct, frozen=True):
    """The payload of FOLLOW_EVENT: the event's place in the log, and the name of the handler."""

    sequence: int
    handler: str


async def follow(job: JobRow, tools: Tools) -> None:
    """The handler of FOLLOW_EVENT: what the handler does and that it is done are one transaction."""
    wanted = msgspec.json.decode(job.payload, type=Follow)
    event = await log_of_events.event(wanted.sequence)
    known = {handler.__name__: handler for handlers in EVENTS.values() for handler in handlers}
    if event is None or wanted.handler not in known:
        raise LookupError(f"event {wanted.sequence} or its handler {wanted.handler} is not there any more")
    async with database.transaction():
        await known[wanted.handler]([event])
        await jobs.finish([job.id], clock.now())


KINDS: Mapping[str, JobKind] = by_name([*joined.JOBS.values(), JobKind(FOLLOW_EVENT, follow)])


class Worker:
    """One loop. Many may run at once, in one process or on many machines: rows are claimed."""

    def __init__(self, settings: Settings, keys: Keyring) -> None:
        self.transports = tuple(transport(settings) for transport in TRANSPORTS)
        self.tools = Tools(settings, keys, self.transports)
        self.ending = asyncio.Event()
        self.pruned_at: datetime | None = None
        self.pruned_seconds: float | None = None
        self.settled_at: datetime | None = None

    def stop(self) -> None:
        """Lets `run` return after what it has begun."""
        self.ending.set()

    async def run(self) -> None:
        """Works until `stop`. What is sent has a loop of its own, so that a slow server holds up nothing else."""
        try:
            reading = signing_service.keep_reading(self.tools.keys, self.tools.settings, self.ending)
            await asyncio.gather(self._repeat(self.once), self._repeat(self.send), reading)
        finally:
            await self._close()

    async def _close(self) -> None:
        """Whatever the transports keep open is ended."""
        for transport in self.transports:
            await transport.close()

    async def _repeat(self, work: Callable[[], Awaitable[bool]]) -> None:
        """Rounds of `work`; a failing one is logged and tried again. What fails in the same way again is told in a
        line, and more and more seldom."""
        before, seldom = "", IDLE_SECONDS
        while not self.ending.is_set():
            busy, pause = False, IDLE_SECONDS
            try:
                busy = await work()
                before = ""
            except Unavailable as error:
                pause = error.retry_after or IDLE_SECONDS
                log.warning("worker_waits", error=error.message, seconds=pause)
            except Exception as error:
                again, before = repr(error) == before, repr(error)
                pause = seldom = min(2 * seldom, SELDOM_SECONDS) if again else IDLE_SECONDS
                log.error("worker_round_failed", error=before, seconds=pause, exc_info=None if again else error)
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.ending.wait(), pause)

    async def once(self) -> bool:
        """One round over counts, events and jobs; True if there is likely more.

        Each step is taken, whatever became of those before it, unless the database is away; then what went wrong last
        is raised.
        """
        now, more, failure = clock.now(), False, None
        for step in (self._settle, self._fold, self._work, self._hand_on_events, self._prune):
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
        while await self.once() or await self.send() or await fold.fold(FOLD_AT_ONCE):
            pass

    async def _fold(self, now: datetime) -> bool:
        return await _sliced(fold.fold, FOLD_AT_ONCE)

    async def _work(self, now: datetime) -> bool:
        """The jobs of every kind that is not sent, kind by kind."""
        more = False
        for kind in KINDS.values():
            if not kind.through:
                more = (kind.batch is not None and await self._together(kind, now)) or more
                tried = True if kind.batch else None
                more = await self._singly(kind, tried=tried) >= kind.at_once or more
        return more

    async def send(self) -> bool:
        """Sends what is due; True if there was any. What has no server that is set up waits, untried, and so does all
        where sending is paused."""
        kinds = [kind for kind in KINDS.values() if kind.through and kind.through.is_set_up(self.tools.settings)]
        if not kinds:
            return False
        paused = await accounts.paused_ids()
        done = [(kind, await self._singly(kind, apart_from=paused)) for kind in kinds]
        if not any(count >= kind.at_once for kind, count in done):
            await self._close()
        return any(count for _, count in done)

    async def _together(self, kind: JobKind, now: datetime) -> bool:
        """New jobs of a kind in one batch; if that fails, each by itself, so that one cannot hold up the rest."""
        assert kind.batch
        claimed = await jobs.claim([kind.name], kind.at_once, now, tried=False)
        if not claimed:
            return False
        try:
            await kind.batch(claimed, now)
            await jobs.finish([job.id for job in claimed], now)
        except Unavailable:
            raise
        except Exception as error:
            log.warning("batch_failed", kind=kind.name, size=len(claimed), error=repr(error))
            for job in claimed:
                await self._attempt(kind, job)
        return len(claimed) >= kind.at_once

    async def _singly(self, kind: JobKind, *, tried: bool | None = None, apart_from: Sequence[UUID] = ()) -> int:
        """Claims one, does it, claims the next: what brings the process down takes no other job with it."""
        for count in range(kind.at_once):
            if self.ending.is_set():
                return count
            claimed = await jobs.claim([kind.name], 1, clock.now(), tried=tried, apart_from=apart_from)
            if not claimed:
                return count
            await self._attempt(kind, claimed[0])
        return kind.at_once

    async def _attempt(self, kind: JobKind, job: JobRow) -> None:
        """Does one job; its error stays on its row, and the next try is set."""
        if reason := jobs.worn_out(job):
            await _failed(kind, job, reason, permanent=True)
            return
        try:
            await kind.run(job, self.tools)
            await jobs.finish([job.id], clock.now())
        except TransportError as error:
            await _failed(kind, job, error.message, permanent=error.permanent)
        except Exception as error:
            await _failed(kind, job, repr(error), fault=error)

    async def _hand_on_events(self, now: datetime) -> bool:
        """Hands events on in batches; if a batch fails, its first ones become jobs, one for each event and handler."""
        try:
            return await _sliced(partial(_hand_on, now), EVENTS_AT_ONCE)
        except Unavailable:
            raise
        except Exception as error:
            log.error("events_failed", exc_info=error)
            return await _set_apart(now)

    async def _settle(self, now: datetime) -> bool:
        """Now and then, and at once when the clock was set back, what it has put off goes on."""
        if self.settled_at is None or not self.settled_at <= now <= self.settled_at + SETTLE_EVERY:
            await jobs.settle_clock(now, {kind.name: kind.retries for kind in KINDS.values()})
            self.settled_at = now
        return False

    async def _prune(self, now: datetime) -> bool:
        if self.pruned_at is None or not windows.lasts(self.pruned_at, PRUNE_EVERY, now):
            old_by = await self._old_by(now)
            await throttle.forget(now)
            await jobs.prune(old_by)
            if days := self.tools.settings.spam_days:
                await spam_service.forget(old_by - timedelta(days=days))
            self.pruned_at = now
        return False

    async def _old_by(self, now: datetime) -> datetime:
        """The moment by which the age of rows counts now, noted for the next time. How much time passed is known for
        sure from the round before, and of none before the first."""
        seconds = clock.monotonic()
        passed = timedelta(seconds=0 if self.pruned_seconds is None else seconds - self.pruned_seconds)
        noted = (await accounts.installation_values(PRUNED)).get(PRUNED)
        before = msgspec.json.decode(noted, type=windows.Age) if noted else None
        age = windows.trusted(now, before, passed, PRUNE_STEP)
        await installation_service.set_installation_value(PRUNED, msgspec.json.encode(age).decode())
        self.pruned_seconds = seconds
        return min(now, age.by)


async def _sliced(work: Callable[[int], Awaitable[int]], whole: int) -> bool:
    """Lets `work` do up to `whole`, told how many at a time; True if that was not all. SQLite has room for one writer,
    and who waits for its turn in another process only looks now and then whether it has come: there it is done in
    slices, with a pause after each for as long as it took."""
    size = SLICE if database.one_writer() else whole
    for _ in range(whole // size):
        began = time.monotonic()
        if await work(size) < size:
            return False
        if size < whole:
            await asyncio.sleep(time.monotonic() - began)
    return True


async def _hand_on(now: datetime, limit: int) -> int:
    """Hands on up to `limit` events in one transaction; gives how many."""
    async with database.transaction():
        events = await log_of_events.take_events(limit)
        for kind in {event.kind for event in events} & EVENTS.keys():
            for handler in EVENTS[kind]:
                await handler([event for event in events if event.kind == kind])
        await jobs.mark_handled([event.sequence for event in events], now)
    return len(events)


async def _failed(
    kind: JobKind, job: JobRow, words: str, *, permanent: bool = False, fault: Exception | None = None
) -> None:
    """Notes a failure on the job, and where its kind says so, in one transaction."""
    now = clock.now()
    try:
        async with database.transaction():
            failure = await jobs.fail(job, words, now, permanent=permanent, retries=kind.retries)
            if kind.failed:
                await kind.failed(job, Failed(words, failure, fault is not None))
    except Unavailable:
        raise
    except Exception as error:
        log.error("giving_up_failed", kind=job.kind, job=str(job.id), exc_info=error)
        failure = await jobs.fail(job, words, now, permanent=permanent, retries=kind.retries)
    tell = log.error if fault or failure.last else log.warning
    tell("job_failed", kind=job.kind, attempt=job.attempts, last=failure.last, error=words, exc_info=fault)


async def _set_apart(now: datetime) -> bool:
    """Leaves a job for each handler of the oldest events, which are handled with that; True, for more may wait."""
    async with database.transaction():
        events = await log_of_events.take_events(EVENTS_APART_AT_ONCE)
        for event in events:
            for handler in EVENTS.get(event.kind, ()):
                name = handler.__name__
                key = f"{FOLLOW_EVENT}:{event.id}:{name}"
                await jobs.enqueue(event.workspace, FOLLOW_EVENT, key, Follow(event.sequence, name), now)
        await jobs.mark_handled([event.sequence for event in events], now)
    return bool(events)
