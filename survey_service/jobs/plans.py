"""Events and jobs written inside another domain's bulk transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from survey_service.core.batch.statements import Batch, Insert
from survey_service.core.database.written import picked
from survey_service.jobs.tables import Event, Job

EVENT_COLUMNS = picked(Event, "id", "workspace", "kind", "subject", "payload", "created_at")
JOB_COLUMNS = picked(
    Job,
    "id",
    "workspace",
    "kind",
    "key",
    "payload",
    "state",
    "run_at",
    "attempts",
    "max_attempts",
    "last_error",
    "created_at",
)
RETRIES = tuple(timedelta(seconds=min(5 * 3**tried, 6 * 3600)) for tried in range(9))
"""How long after each failure a job is tried again: ten times in all within some ten hours."""
MAX_ATTEMPTS = len(RETRIES) + 1


def announce(rows: Sequence[tuple[UUID, UUID, str, UUID, str, datetime]]) -> Batch[None]:
    """Appends events (id, workspace, kind, subject, payload JSON, created_at)."""
    if rows:
        yield Insert("event", EVENT_COLUMNS, rows)


def leave_jobs(rows: Sequence[tuple[UUID, UUID, str, str, str, datetime]]) -> Batch[None]:
    """Queues jobs (id, workspace, kind, key, payload JSON, run_at); a key that exists is skipped."""
    if rows:
        full = [
            (identity, workspace, kind, key, payload, "ready", at, 0, MAX_ATTEMPTS, "", at)
            for identity, workspace, kind, key, payload, at in rows
        ]
        yield Insert("job", JOB_COLUMNS, full)
