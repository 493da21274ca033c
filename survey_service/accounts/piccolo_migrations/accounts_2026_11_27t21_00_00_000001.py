"""The language in which a person reads the staff pages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar

from survey_service.core.database.migration import more_columns

ID = "2026-11-27T21:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "The language in which a person reads the staff pages"


async def forwards() -> MigrationManager:
    return more_columns("accounts", ID, DESCRIPTION, {("Staff", "staff"): {"language": Varchar(length=35, default="")}})
