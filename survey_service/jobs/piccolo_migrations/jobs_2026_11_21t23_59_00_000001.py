"""Keys and indexes that Piccolo's columns cannot say."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.migration import run_statements

ID = "2026-11-21T23:59:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "keys and indexes"

STATEMENTS = [
    "CREATE INDEX event_unhandled ON event (sequence) WHERE handled_at IS NULL",
    "CREATE INDEX job_waiting ON job (run_at) WHERE state IN ('ready', 'running')",
    "CREATE INDEX job_of_workspace ON job (workspace, kind, created_at)",
]
POSTGRES_ONLY: list[str] = [
    "ALTER TABLE event ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="jobs", description=DESCRIPTION)

    async def create() -> None:
        await run_statements(STATEMENTS, POSTGRES_ONLY)

    manager.add_raw(create)
    return manager
