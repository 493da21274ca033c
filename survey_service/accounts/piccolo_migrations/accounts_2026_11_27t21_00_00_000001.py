"""The language in which a person reads the staff pages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar

from survey_service.core.database.migration import add_columns

ID = "2026-11-27T21:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "The language in which a person reads the staff pages"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)
    add_columns(manager, "Staff", "staff", {"language": Varchar(length=35, default="")})
    return manager
