"""Words that a workspace writes in languages that we do not speak."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T13:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Words of further languages"

TABLES = {
    ("Wording", "wording"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "language": Varchar(length=35),
        "words": Text(),
        "created_at": Timestamptz(),
        "updated_at": Timestamptz(),
    },
}
INDEXES = [
    "CREATE UNIQUE INDEX wording_key ON wording (workspace, language)",
]


async def forwards() -> MigrationManager:
    return tables("forms", ID, DESCRIPTION, TABLES, INDEXES)
