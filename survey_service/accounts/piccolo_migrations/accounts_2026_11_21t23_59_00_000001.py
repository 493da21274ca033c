"""Keys and indexes that Piccolo's columns cannot say."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.migration import run_statements

ID = "2026-11-21T23:59:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "keys and indexes"

STATEMENTS = [
    "CREATE INDEX audit_entry_newest ON audit_entry (workspace, at, id)",
]
POSTGRES_ONLY: list[str] = []


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)

    async def create() -> None:
        await run_statements(STATEMENTS, POSTGRES_ONLY)

    manager.add_raw(create)
    return manager
