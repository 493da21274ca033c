"""The index of the jobs that were given up, which measurements count."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.migration import run_statements

ID = "2026-11-22T00:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "index of failed jobs"

STATEMENTS = ["CREATE INDEX job_failed ON job (kind, finished_at) WHERE state = 'failed'"]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="jobs", description=DESCRIPTION)

    async def create() -> None:
        await run_statements(STATEMENTS)

    manager.add_raw(create)
    return manager
