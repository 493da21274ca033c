"""What a workspace is in: the demo's year, or quiet since a restore."""

from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean, Column, Timestamptz

ID = "2026-11-26T22:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "demo data and the pause after a restore"

COLUMNS: list[tuple[str, type[Column], dict[str, Any]]] = [
    ("sending_paused_at", Timestamptz, {"default": None, "null": True}),
    ("is_demo", Boolean, {"default": False, "null": False}),
]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="accounts", description=DESCRIPTION)
    for name, kind, params in COLUMNS:
        manager.add_column(
            table_class_name="Workspace",
            tablename="workspace",
            column_name=name,
            db_column_name=name,
            column_class_name=kind.__name__,
            column_class=kind,
            params=params,
        )
    return manager
