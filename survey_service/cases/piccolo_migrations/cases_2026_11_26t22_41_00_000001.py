"""Keys and indexes that Piccolo's columns cannot say."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.migration import run_statements

ID = "2026-11-26T22:41:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "keys and indexes"

STATEMENTS = [
    "CREATE INDEX promise_open ON promise (workspace, made_at, id) WHERE kept_at IS NULL",
    "CREATE INDEX promise_kept ON promise (workspace, kept_at, id) WHERE kept_at IS NOT NULL",
    "CREATE UNIQUE INDEX promise_notice_key ON promise_notice (promise, staff)",
    "CREATE INDEX promise_notice_due ON promise_notice (workspace, staff) WHERE told_at IS NULL",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="cases", description=DESCRIPTION)

    async def create() -> None:
        await run_statements(STATEMENTS)

    manager.add_raw(create)
    return manager
