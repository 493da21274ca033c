"""An answer is found by the number on its receipt."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.migration import run_statements

ID = "2026-11-27T02:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "index of receipts"

STATEMENTS = ["CREATE INDEX response_receipt ON response (workspace, receipt)"]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="responses", description=DESCRIPTION)

    async def create() -> None:
        await run_statements(STATEMENTS)

    manager.add_raw(create)
    return manager
