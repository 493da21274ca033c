"""Promises and who was told of them, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Promises and who was told of them"

TABLES = {
    ("Promise", "promise"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "response": UUID(unique=True, default=None),
        "place": UUID(default=None, null=True),
        "kind": Varchar(length=8),
        "made_at": Timestamptz(),
        "kept_at": Timestamptz(default=None, null=True),
        "kept_by": UUID(default=None, null=True),
    },
    ("PromiseNotice", "promise_notice"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "promise": UUID(default=None),
        "staff": UUID(default=None),
        "made_at": Timestamptz(),
        "told_at": Timestamptz(default=None, null=True),
    },
}
INDEXES = [
    "CREATE INDEX promise_open ON promise (workspace, made_at, id) WHERE kept_at IS NULL",
    "CREATE INDEX promise_kept ON promise (workspace, kept_at, id) WHERE kept_at IS NOT NULL",
    "CREATE UNIQUE INDEX promise_notice_key ON promise_notice (promise, staff)",
    "CREATE INDEX promise_notice_due ON promise_notice (workspace, staff) WHERE told_at IS NULL",
]


async def forwards() -> MigrationManager:
    return tables("cases", ID, DESCRIPTION, TABLES, INDEXES)
