"""Where a person is signed in, and the browsers that they are known to use."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz, Varchar

from survey_service.core.database.migration import create_table, more_columns
from survey_service.core.ids import new_id

ID = "2026-11-27T22:10:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Where a person is signed in, and the browsers that they are known to use"

SESSION = {
    "device": Varchar(length=64, default=""),
    "browser": Varchar(length=32, default=""),
    "system": Varchar(length=32, default=""),
    "network": Varchar(length=64, default=""),
    "used_at": Timestamptz(default=None, null=True),
}
DEVICE = {
    "id": UUID(primary_key=True, default=new_id),
    "workspace": UUID(default=None),
    "staff": UUID(index=True, default=None),
    "device": Varchar(length=64),
    "browser": Varchar(length=32, default=""),
    "system": Varchar(length=32, default=""),
    "network": Varchar(length=64, default=""),
    "created_at": Timestamptz(),
    "used_at": Timestamptz(),
    "expires_at": Timestamptz(),
}
INDEXES = ["CREATE UNIQUE INDEX staff_device_of_person ON staff_device (device, staff)"]


async def forwards() -> MigrationManager:
    manager = more_columns("accounts", ID, DESCRIPTION, {("StaffSession", "staff_session"): SESSION}, INDEXES)
    create_table(manager, "StaffDevice", "staff_device", DEVICE)
    return manager
