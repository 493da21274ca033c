"""Durable jobs and the event log: queued in the caller's transaction, claimed by one worker at a time.

Delivery is at least once: a job whose worker died is claimed again when its lease ends, so every handler
is idempotent by the job's key. A job that was claimed more often than it may be tried is `worn_out`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from survey_service.core import database, windows
from survey_service.jobs import queries
from survey_service.jobs.plans import RETRIES
from survey_service.jobs.schemas import Failure, JobRow
from survey_service.jobs.tables import Event, Job

LEASE = timedelta(minutes=2)
EVENTS_KEPT = timedelta(days=30)
DONE_JOBS_KEPT = timedelta(days=7)


def encode(payload: object) -> str:
    """`payload` as JSON text."""
    return msgspec.json.encode(payload).decode()


async def enqueue(
    workspace: UUID,
    kind: str,
    key: str,
    payload: object,
    now: datetime,
    run_at: datetime | None = None,
    *,
    retries: Sequence[timedelta] = RETRIES,
) -> bool:
    """Queues a job unless one with this `key` exists; True if it is new. Joins the transaction around it.

    `retries` are the pauses after each failure; their number bounds the tries.
    """
    job = Job(
        workspace=workspace,
        kind=kind,
        key=key,
        payload=encode(payload),
        run_at=run_at or now,
        max_attempts=len(retries) + 1,
        created_at=now,
    )
    new = Job.insert(job).on_conflict(action="DO NOTHING").returning(Job.id)
    return bool(await database.execute(new))


async def record_event(workspace: UUID, kind: str, subject: UUID, payload: object, now: datetime) -> None:
    """Appends one event to the log. Joins the transaction around it."""
    event = Event(workspace=workspace, kind=kind, subject=subject, payload=encode(payload), created_at=now)
    await database.execute(Event.insert(event))


async def claim(
    kinds: Sequence[str],
    limit: int,
    now: datetime,
    lease: timedelta = LEASE,
    *,
    tried: bool | None = None,
    apart_from: Sequence[UUID] = (),
) -> list[JobRow]:
    """Takes up to `limit` due jobs of `kinds`, oldest first, and leases them; also those whose lease ran out.

    With `tried`, only those that somebody began before, or only those that nobody did. Jobs of the workspaces
    `apart_from` stay where they are.
    """
    async with database.transaction():
        return await queries.take_jobs(kinds, limit, now, now + lease, tried, apart_from)


def worn_out(job: JobRow) -> str:
    """Why a claimed job must not be begun again, else an empty text: whoever began it the last times ended before
    they could tell how it went, as a process does that the job itself brings down."""
    if job.attempts <= job.max_attempts:
        return ""
    if not job.last_error:
        return f"The worker ended {job.max_attempts} times while it was being done."
    words = f"The worker ended while it was being done; it was begun {job.max_attempts} times."
    return f"{words} The error before: {job.last_error}"


async def settle_clock(now: datetime, pauses: Mapping[str, Sequence[timedelta]]) -> None:
    """Lets go on what a clock that was set back has put off: leases that are longer than any, tries that are further
    off than their kind (of `pauses`) ever waits, and jobs that nobody can have queued yet."""
    async with database.transaction():
        held = (Job.state == "running") & (Job.locked_until > now + LEASE + windows.SKEW)
        await database.execute(Job.update({Job.locked_until: now, Job.run_at: now}).where(held))
        for kind, attempts in await queries.put_off(now + windows.SKEW):
            after = pauses.get(kind, RETRIES)
            latest = now + after[min(attempts, len(after)) - 1] + windows.SKEW
            late = (Job.state == "ready") & (Job.kind == kind) & (Job.attempts == attempts) & (Job.run_at > latest)
            await database.execute(Job.update({Job.run_at: now}).where(late))
        for at, ids in _due_again(await queries.not_yet_queued(now + windows.SKEW), now).items():
            unchanged = (Job.state == "ready") & Job.id.is_in(ids)
            await database.execute(Job.update({Job.run_at: at, Job.created_at: now}).where(unchanged))


def _due_again(queued: Sequence[tuple[UUID, datetime, datetime]], now: datetime) -> dict[datetime, list[UUID]]:
    """Jobs (id, created_at, run_at) that a clock ahead of `now` has queued, by the moments at which they are due: they
    wait as long as they were meant to."""
    due: dict[datetime, list[UUID]] = {}
    for identity, created_at, run_at in queued:
        due.setdefault(now + (run_at - created_at), []).append(identity)
    return due


async def finish(jobs: Sequence[UUID], now: datetime) -> None:
    """Marks jobs as done. Joins the transaction around it."""
    if jobs:
        done = Job.update({Job.state: "done", Job.finished_at: now, Job.locked_until: None, Job.last_error: ""})
        await database.execute(done.where(Job.id.is_in([*jobs])))


async def withdraw(keys: Sequence[str], now: datetime) -> bool:
    """Ends a job with one of these keys that waits; False if none does: it is being done, or is over.

    Joins the transaction around it. A worker that claims the job meanwhile was either first, or finds it ended.
    """
    waiting = (Job.state == "ready") & Job.key.is_in([*keys])
    over = Job.update({Job.state: "done", Job.finished_at: now}).where(waiting).returning(Job.id)
    return bool(await database.execute(over))


async def fail(
    job: JobRow, error: str, now: datetime, *, permanent: bool = False, retries: Sequence[timedelta] = RETRIES
) -> Failure:
    """Keeps the error on the job's row and sets the next try, `retries` after this one; tells what follows.

    Changes nothing, and nothing follows, if another worker has it by now, because the lease ran out.
    """
    last = permanent or job.attempts >= job.max_attempts
    next_try = now + retries[min(job.attempts, len(retries)) - 1]
    change = Job.update(
        {
            Job.state: "failed" if last else "ready",
            Job.run_at: next_try,
            Job.last_error: error[:2000],
            Job.locked_until: None,
            Job.finished_at: now if last else None,
        }
    )
    held = (Job.id == job.id) & (Job.state == "running") & (Job.attempts == job.attempts)
    ours = await database.execute(change.where(held).returning(Job.id))
    return Failure(last and bool(ours), next_try if ours and not last else None)


async def mark_handled(sequences: Sequence[int], now: datetime) -> None:
    """The events have been handed on. Joins the transaction around it."""
    if sequences:
        handled = Event.update({Event.handled_at: now}).where(Event.sequence.is_in([*sequences]))
        await database.execute(handled)


async def prune(now: datetime) -> None:
    """Forgets handled events and finished jobs that nobody needs any more; failed jobs stay, and the newest event,
    for SQLite goes on counting from it."""
    before_the_newest = Event.sequence < await queries.last_sequence()
    await database.execute(Event.delete().where(before_the_newest, Event.handled_at < now - EVENTS_KEPT))
    await database.execute(Job.delete().where(Job.state == "done", Job.finished_at < now - DONE_JOBS_KEPT))
