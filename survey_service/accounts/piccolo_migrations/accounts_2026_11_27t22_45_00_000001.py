"""Refusals in the audit trail, those of one kind and day as one entry."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, Timestamptz, Varchar

from survey_service.core.database.migration import more_columns

ID = "2026-11-27T22:45:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Refusals in the audit trail"

INDEXES = (
    "CREATE UNIQUE INDEX audit_entry_tally ON audit_entry (tally)",
    "CREATE INDEX audit_entry_refusals ON audit_entry (workspace, action, at) WHERE tally IS NOT NULL",
)


async def forwards() -> MigrationManager:
    columns = {
        "times": Integer(default=1),
        "last_at": Timestamptz(default=None, null=True),
        "tally": Varchar(length=64, default=None, null=True),
    }
    return more_columns("accounts", ID, DESCRIPTION, {("AuditEntry", "audit_entry"): columns}, INDEXES)
