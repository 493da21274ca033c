"""Who is responsible for a place."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID

from survey_service.core.migration import add_columns

ID = "2026-11-26T22:40:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "who is responsible"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="places", description=DESCRIPTION)
    add_columns(manager, "Place", "place", {"responsible": UUID(default=None, null=True)})
    return manager
