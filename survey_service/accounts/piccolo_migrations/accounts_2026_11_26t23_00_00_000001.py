"""The addresses of staff are kept apart from what they are compared by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.email_address import key_of
from survey_service.core.migration import fill, run_statements

ID = "2026-11-26T23:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "keys of addresses"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)

    async def add() -> None:
        await run_statements(["ALTER TABLE staff ADD COLUMN email_key VARCHAR(320) NOT NULL DEFAULT ''"])
        await fill("staff", "email", {"email_key": key_of})
        await run_statements(["CREATE UNIQUE INDEX staff_email_key_unique ON staff (email_key)"])

    manager.add_raw(add)
    return manager
