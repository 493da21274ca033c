"""Comments as a search compares them, beside the comments."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.migration import fill, run_statements
from survey_service.core.text import fold

ID = "2026-11-26T23:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "folded comments"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="responses", description=DESCRIPTION)

    async def add() -> None:
        await run_statements(["ALTER TABLE response ADD COLUMN comment_folded TEXT NOT NULL DEFAULT ''"])
        await fill("response", "comment", {"comment_folded": fold})

    manager.add_raw(add)
    return manager
