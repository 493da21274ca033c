"""What a workspace is in: the demo's year, or quiet since a restore."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean, Timestamptz

from survey_service.core.migration import add_columns

ID = "2026-11-26T22:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "demo data and the pause after a restore"

COLUMNS = {"sending_paused_at": Timestamptz(default=None, null=True), "is_demo": Boolean(default=False)}


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)
    add_columns(manager, "Workspace", "workspace", COLUMNS)
    return manager
