"""Places and who works there, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.columns.reference import LazyTableReference

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T22:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Places"

TABLES = {
    ("Place", "place"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(index=True, default=None),
        "parent": ForeignKey(
            LazyTableReference("Place", app_name="places"), null=True, default=None, on_delete=OnDelete.restrict
        ),
        "kind": Varchar(length=16),
        "code": Varchar(length=40, unique=True),
        "name": Varchar(length=200),
        "own_name": Varchar(length=200, default=""),
        "created_at": Timestamptz(),
        "archived_at": Timestamptz(default=None, null=True),
        "responsible": UUID(default=None, null=True),
    },
    ("Employee", "employee"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "place": UUID(default=None),
        "code": Varchar(length=40),
        "name": Varchar(length=200),
        "created_at": Timestamptz(),
        "left_at": Timestamptz(default=None, null=True),
    },
}
INDEXES = [
    "CREATE UNIQUE INDEX employee_code ON employee (workspace, code)",
    "CREATE INDEX employee_place ON employee (workspace, place, created_at, id)",
]


async def forwards() -> MigrationManager:
    return tables("places", ID, DESCRIPTION, TABLES, INDEXES)
