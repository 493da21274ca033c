"""What others may know of the log and the queue, and what is taken from either."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from survey_service.core import database
from survey_service.jobs.schemas import EventRow, GivenUp, JobRow
from survey_service.jobs.tables import Event, Job

EVENT = database.selected(EventRow)
JOB = database.selected(JobRow)
TRIED = {None: "", True: " AND attempts > 0", False: " AND attempts = 0"}
SETTLED = {
    "sqlite": "",
    "postgres": " AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())",
}
"""A sequence number is drawn before its transaction commits: reading past the oldest running one loses events."""


FOREIGN = "transaction_id >= pg_snapshot_xmax(pg_current_snapshot())"
"""Of an event: this server has no such transaction yet, so the row was written on another and copied."""


async def copied_unsettled() -> int:
    """How many events carry transactions of another server, one that had counted further: until this one has come as
    far, no stream tells of them, nor of what follows. 0 on SQLite, which has one writer."""
    if database.dialect() == "sqlite":
        return 0
    row = await database.fetch_one(f"SELECT count(*) AS n FROM event WHERE {FOREIGN}")
    return int(row["n"]) if row else 0


async def settle_copied() -> None:
    """Lets streams read on after a logical restore: what was copied is settled."""
    if database.dialect() == "postgres":
        await database.execute(f"UPDATE event SET transaction_id = '0' WHERE {FOREIGN}")


async def stream_after(sequence: int, limit: int = 500) -> list[EventRow]:
    """Events of every workspace after `sequence`, in order, as far as no earlier one can still appear."""
    return await database.read(
        EventRow,
        f"SELECT {EVENT} FROM event WHERE sequence > {{}}{SETTLED[database.dialect()]} ORDER BY sequence LIMIT {{}}",
        sequence, limit,
    )  # fmt: skip


async def take_events(limit: int) -> list[EventRow]:
    """Unhandled events, locked for the transaction around it (which must exist), oldest first."""
    unhandled = database.select(EventRow, Event).where(Event.handled_at.is_null()).order_by(Event.sequence)
    return await database.read(EventRow, database.kept(unhandled.limit(limit), skip_locked=True))


async def take_jobs(
    kinds: Sequence[str], limit: int, now: datetime, until: datetime, tried: bool | None, apart_from: Sequence[UUID]
) -> list[JobRow]:
    """Leases due jobs `until` then, for the transaction around it, as `service.claim` says.

    SQL, for each worker asks it all day long, for every kind; and only where the states stand in the statement, as they
    do in the index of what waits, do the databases use that.
    """
    which = TRIED[tried] + (f" AND workspace NOT IN ({database.in_list(apart_from)})" if apart_from else "")
    return await database.read(
        JobRow,
        "UPDATE job SET state = 'running', locked_until = {}, attempts = attempts + 1 WHERE id IN ("
        "SELECT id FROM job WHERE state IN ('ready', 'running') AND run_at <= {} "
        f"AND (state = 'ready' OR locked_until < {{}}) AND kind IN ({database.in_list(kinds)}){which} "
        f"ORDER BY run_at LIMIT {{}}{database.skip_locked()}) RETURNING {JOB}",
        until, now, now, *kinds, *apart_from, limit,
    )  # fmt: skip


async def put_off(moment: datetime) -> list[tuple[str, int]]:
    """Of which kinds, tried how often, there are jobs that are tried again after `moment` only."""
    late = (Job.state == "ready") & (Job.attempts > 0) & (Job.run_at > moment)
    rows = await database.fetch(Job.select(Job.kind, Job.attempts).where(late).group_by(Job.kind, Job.attempts))
    return [(row["kind"], row["attempts"]) for row in rows]


async def not_yet_queued(moment: datetime, limit: int = 1_000) -> list[tuple[UUID, datetime, datetime]]:
    """Waiting jobs (id, created_at, run_at) that were queued after `moment`, which is ahead."""
    late = (Job.state == "ready") & (Job.created_at > moment) & (Job.run_at > moment)
    rows = await database.fetch(Job.select(Job.id, Job.created_at, Job.run_at).where(late).limit(limit))
    return [(row["id"], row["created_at"], row["run_at"]) for row in rows]


async def is_waiting(key: str) -> bool:
    """Whether the job of this key is still to be done."""
    waiting = Job.select(Job.id).where((Job.key == key) & (Job.state == "ready"))
    return bool(await database.fetch(waiting))


async def event(sequence: int) -> EventRow | None:
    """One event of the log, unless it was pruned."""
    return await database.read_one(EventRow, database.select(EventRow, Event).where(Event.sequence == sequence))


async def last_sequence() -> int:
    """The newest settled sequence number, 0 for an empty log."""
    settled = SETTLED[database.dialect()]
    row = await database.fetch_one(f"SELECT max(sequence) AS newest FROM event WHERE sequence > {{}}{settled}", -1)
    return int(row["newest"] or 0) if row else 0


async def waiting(now: datetime, apart_from: Sequence[str] = ()) -> tuple[int, float]:
    """How many jobs are due, and the age of the oldest in seconds; those of the kinds `apart_from` wait on purpose."""
    others = f" AND kind NOT IN ({database.in_list(apart_from)})" if apart_from else ""
    row = await database.fetch_one(
        "SELECT count(*) AS due, min(run_at) AS oldest FROM job "
        f"WHERE state IN ('ready', 'running') AND run_at <= {{}}{others}",
        now, *apart_from,
    )  # fmt: skip
    assert row is not None
    oldest = row["oldest"]
    if isinstance(oldest, str):
        oldest = datetime.fromisoformat(oldest)
    return int(row["due"]), (now - oldest).total_seconds() if oldest else 0.0


async def unhandled_events() -> int:
    """How many events were not handed on yet."""
    row = await database.fetch_one("SELECT count(*) AS n FROM event WHERE handled_at IS NULL")
    return int(row["n"]) if row else 0


async def given_up() -> list[GivenUp]:
    """The jobs of every workspace that are not tried any more, by kind."""
    rows = await database.fetch(
        "SELECT kind, count(*) AS n FROM job WHERE state = 'failed' GROUP BY kind ORDER BY kind"
    )
    return [GivenUp(row["kind"], int(row["n"]), await _newest_error(row["kind"])) for row in rows]


async def _newest_error(kind: str) -> str:
    """SQL, for the state stands in the statement as in the index of failed jobs, which no parameter would find."""
    row = await database.fetch_one(
        "SELECT last_error FROM job WHERE state = 'failed' AND kind = {} ORDER BY finished_at DESC LIMIT 1", kind
    )
    return str(row["last_error"]) if row else ""
