"""Where a workspace says what happens with personal details."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar

from survey_service.core.migration import add_columns

ID = "2026-11-26T22:50:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "a workspace's privacy page"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)
    add_columns(manager, "Workspace", "workspace", {"privacy_url": Varchar(length=500, default="")})
    return manager
