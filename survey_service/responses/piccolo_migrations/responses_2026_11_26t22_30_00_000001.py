"""What is in no figure is counted per place, channel and language too: the index has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.migration import run_statements

ID = "2026-11-26T22:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "index of uncounted answers by day, place, channel and language"

STATEMENTS = [
    "CREATE INDEX response_uncounted_where ON response (form, state, day, workspace, place, channel, language) "
    "WHERE state IN ('spam', 'test', 'partial')",
    "DROP INDEX response_uncounted_days",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="responses", description=DESCRIPTION)

    async def create() -> None:
        await run_statements(STATEMENTS)

    manager.add_raw(create)
    return manager
