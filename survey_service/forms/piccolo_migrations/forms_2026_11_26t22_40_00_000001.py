"""What a form promises to whoever answers it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar

from survey_service.core.migration import add_columns

ID = "2026-11-26T22:40:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "what a form promises"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="forms", description=DESCRIPTION)
    add_columns(manager, "Form", "form", {"promise": Varchar(length=8, default="")})
    return manager
