"""Keys and indexes that Piccolo's columns cannot say."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.migration import run_statements

ID = "2026-11-21T23:59:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "keys and indexes"

STATEMENTS = [
    "CREATE UNIQUE INDEX response_key ON response (form, client_id)",
    "CREATE INDEX response_newest ON response (form, received_at, id)",
    "CREATE INDEX response_comments ON response (form, received_at, id) WHERE comment <> ''",
    "CREATE INDEX response_spam ON response (workspace, received_at, id) WHERE state = 'spam'",
    "CREATE INDEX response_all ON response (workspace, received_at, id)",
    "CREATE INDEX response_uncounted ON response (form, received_at, id) WHERE state IN ('spam', 'test', 'partial')",
    "CREATE INDEX response_customer ON response (workspace, customer, received_at) WHERE customer IS NOT NULL",
]
POSTGRES_ONLY: list[str] = []


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="responses", description=DESCRIPTION)

    async def create() -> None:
        await run_statements(STATEMENTS, POSTGRES_ONLY)

    manager.add_raw(create)
    return manager
