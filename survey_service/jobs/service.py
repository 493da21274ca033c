"""Durable jobs and the event log: queued in the caller's transaction, claimed by one worker at a time.

Delivery is at least once: a job whose worker died is claimed again when its lease ends, so every handler
is idempotent by the job's key. A job that was claimed more often than it may be tried is `worn_out`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from survey_service.core import database
from survey_service.core.ids import new_id
from survey_service.jobs.plans import RETRIES
from survey_service.jobs.schemas import Failure, JobRow

LEASE = timedelta(minutes=2)
EVENTS_KEPT = timedelta(days=30)
DONE_JOBS_KEPT = timedelta(days=7)
WHICH = {None: "", True: " AND attempts > 0", False: " AND attempts = 0"}


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
    rows = await database.execute(
        "INSERT INTO job (id, workspace, kind, key, payload, state, run_at, attempts, max_attempts, last_error, "
        "created_at) VALUES ({}, {}, {}, {}, {}, 'ready', {}, 0, {}, '', {}) ON CONFLICT DO NOTHING RETURNING id",
        new_id(), workspace, kind, key, encode(payload), run_at or now, len(retries) + 1, now,
    )  # fmt: skip
    return bool(rows)


async def record_event(workspace: UUID, kind: str, subject: UUID, payload: object, now: datetime) -> None:
    """Appends one event to the log. Joins the transaction around it."""
    await database.execute(
        "INSERT INTO event (id, workspace, kind, subject, payload, created_at) VALUES ({}, {}, {}, {}, {}, {})",
        new_id(), workspace, kind, subject, encode(payload), now,
    )  # fmt: skip


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
    which = WHICH[tried] + (f" AND workspace NOT IN ({database.in_list(apart_from)})" if apart_from else "")
    skip = database.for_update(skip_locked=True)
    async with database.transaction():
        rows = await database.execute(
            "UPDATE job SET state = 'running', locked_until = {}, attempts = attempts + 1 WHERE id IN ("
            "SELECT id FROM job WHERE state IN ('ready', 'running') AND run_at <= {} "
            f"AND (state = 'ready' OR locked_until < {{}}) AND kind IN ({database.in_list(kinds)}){which} "
            f"ORDER BY run_at LIMIT {{}}{skip}) "
            "RETURNING id, workspace, kind, key, payload, attempts, max_attempts, last_error",
            now + lease, now, now, *kinds, *apart_from, limit,
        )  # fmt: skip
    return database.rows_of(JobRow, rows)


def worn_out(job: JobRow) -> str:
    """Why a claimed job must not be begun again, else an empty text: whoever began it the last times ended before
    they could tell how it went, as a process does that the job itself brings down."""
    if job.attempts <= job.max_attempts:
        return ""
    if not job.last_error:
        return f"The worker ended {job.max_attempts} times while it was being done."
    words = f"The worker ended while it was being done; it was begun {job.max_attempts} times."
    return f"{words} The error before: {job.last_error}"


async def finish(jobs: Sequence[UUID], now: datetime) -> None:
    """Marks jobs as done. Joins the transaction around it."""
    if jobs:
        await database.execute(
            "UPDATE job SET state = 'done', finished_at = {}, locked_until = NULL, last_error = '' "
            f"WHERE id IN ({database.in_list(jobs)})",
            now, *jobs,
        )  # fmt: skip


async def withdraw(keys: Sequence[str], now: datetime) -> bool:
    """Ends a job with one of these keys that waits; False if none does: it is being done, or is over.

    Joins the transaction around it. A worker that claims the job meanwhile was either first, or finds it ended.
    """
    rows = await database.execute(
        "UPDATE job SET state = 'done', finished_at = {} "
        f"WHERE state = 'ready' AND key IN ({database.in_list(keys)}) RETURNING id",
        now, *keys,
    )  # fmt: skip
    return bool(rows)


async def fail(
    job: JobRow, error: str, now: datetime, *, permanent: bool = False, retries: Sequence[timedelta] = RETRIES
) -> Failure:
    """Keeps the error on the job's row and sets the next try, `retries` after this one; tells what follows.

    Changes nothing, and nothing follows, if another worker has it by now, because the lease ran out.
    """
    last = permanent or job.attempts >= job.max_attempts
    next_try = now + retries[min(job.attempts, len(retries)) - 1]
    ours = await database.execute(
        "UPDATE job SET state = {}, run_at = {}, last_error = {}, locked_until = NULL, finished_at = {} "
        "WHERE id = {} AND state = 'running' AND attempts = {} RETURNING id",
        "failed" if last else "ready", next_try, error[:2000], now if last else None, job.id, job.attempts,
    )  # fmt: skip
    return Failure(last and bool(ours), next_try if ours and not last else None)


async def mark_handled(sequences: Sequence[int], now: datetime) -> None:
    """The events have been handed on. Joins the transaction around it."""
    if sequences:
        await database.execute(
            f"UPDATE event SET handled_at = {{}} WHERE sequence IN ({database.in_list(sequences)})", now, *sequences
        )


async def prune(now: datetime) -> None:
    """Forgets handled events and finished jobs that nobody needs any more; failed jobs stay, and the newest event,
    for SQLite goes on counting from it."""
    values: list[tuple[str, Any]] = [
        ("DELETE FROM event WHERE handled_at < {} AND sequence < (SELECT max(sequence) FROM event)", now - EVENTS_KEPT),
        ("DELETE FROM job WHERE state = 'done' AND finished_at < {}", now - DONE_JOBS_KEPT),
    ]
    for sql, moment in values:
        await database.execute(sql, moment)
