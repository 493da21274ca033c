"""The keys that sign links, and those that did."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables

ID = "2026-11-27T22:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "The keys that sign links, and those that did"

TABLES = {
    ("SigningKey", "signing_key"): {
        "mark": Varchar(length=16, primary_key=True),
        "key": Text(default=""),
        "signs_from": Timestamptz(),
        "former_since": Timestamptz(default=None, null=True),
    },
}


async def forwards() -> MigrationManager:
    return tables("accounts", ID, DESCRIPTION, TABLES, [])
