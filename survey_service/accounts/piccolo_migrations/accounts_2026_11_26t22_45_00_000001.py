"""Where answers to a workspace's mails go."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar

from survey_service.core.migration import add_columns

ID = "2026-11-26T22:45:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "where answers to mails go"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)
    add_columns(manager, "Workspace", "workspace", {"reply_to": Varchar(length=320, default="")})
    return manager
