"""Addresses are kept apart from what they are compared by, and names and addresses as a search compares them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from survey_service.core.email_address import key_of
from survey_service.core.migration import fill, run_statements
from survey_service.core.text import fold

ID = "2026-11-26T23:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "keys of addresses, folded names and addresses"

COLUMNS = [
    "ALTER TABLE customer ADD COLUMN name_folded TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE customer_identity ADD COLUMN key VARCHAR(320) NOT NULL DEFAULT ''",
    "ALTER TABLE customer_identity ADD COLUMN value_folded TEXT NOT NULL DEFAULT ''",
]
INDEXES = [
    "DROP INDEX customer_identity_key",
    "CREATE UNIQUE INDEX customer_identity_key ON customer_identity (workspace, kind, key)",
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="customers", description=DESCRIPTION)

    async def add() -> None:
        await run_statements(COLUMNS)
        await fill("customer", "name", {"name_folded": fold})
        await fill("customer_identity", "value", {"key": key_of, "value_folded": fold})
        await run_statements(INDEXES)

    manager.add_raw(add)
    return manager
