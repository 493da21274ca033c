"""The index from which a dashboard counts what is in none of its figures."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.migration import run_statements

ID = "2026-11-22T08:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "index of uncounted answers by day"

STATEMENTS = [
    "CREATE INDEX response_uncounted_days ON response (form, state, day, workspace) "
    "WHERE state IN ('spam', 'test', 'partial')"
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="responses", description=DESCRIPTION)

    async def create() -> None:
        await run_statements(STATEMENTS)

    manager.add_raw(create)
    return manager
