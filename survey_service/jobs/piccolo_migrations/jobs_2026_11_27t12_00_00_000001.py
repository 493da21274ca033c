"""Events and jobs, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigSerial, Integer, SmallInt, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Events and jobs"

TABLES = {
    ("Event", "event"): {
        "sequence": BigSerial(primary_key=True),
        "id": UUID(default=new_id),
        "workspace": UUID(default=None),
        "kind": Varchar(length=64),
        "subject": UUID(default=None),
        "payload": Text(default="{}"),
        "created_at": Timestamptz(),
        "handled_at": Timestamptz(default=None, null=True),
    },
    ("Job", "job"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "kind": Varchar(length=64),
        "key": Varchar(length=200, unique=True),
        "payload": Text(default="{}"),
        "state": Varchar(length=16, default="ready"),
        "run_at": Timestamptz(),
        "attempts": SmallInt(default=0),
        "max_attempts": Integer(default=10),
        "locked_until": Timestamptz(default=None, null=True),
        "last_error": Text(default=""),
        "created_at": Timestamptz(),
        "finished_at": Timestamptz(default=None, null=True),
    },
}
INDEXES = [
    "CREATE INDEX event_unhandled ON event (sequence) WHERE handled_at IS NULL",
    "CREATE INDEX job_waiting ON job (run_at) WHERE state IN ('ready', 'running')",
    "CREATE INDEX job_of_workspace ON job (workspace, kind, created_at)",
    "CREATE INDEX job_failed ON job (kind, finished_at) WHERE state = 'failed'",
]
POSTGRES_ONLY = [
    "ALTER TABLE event ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()",
]


async def forwards() -> MigrationManager:
    return tables("jobs", ID, DESCRIPTION, TABLES, INDEXES, POSTGRES_ONLY)
