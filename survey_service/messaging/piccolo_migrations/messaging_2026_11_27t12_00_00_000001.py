"""Who must not be written to, as the first release has it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Who must not be written to"

TABLES = {
    ("Suppression", "suppression"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "address_hash": Varchar(length=64),
        "reason": Varchar(length=32),
        "source": UUID(default=None, null=True),
        "created_at": Timestamptz(),
    },
}
INDEXES = [
    "CREATE UNIQUE INDEX suppression_key ON suppression (workspace, address_hash)",
]


async def forwards() -> MigrationManager:
    return tables("messaging", ID, DESCRIPTION, TABLES, INDEXES)
