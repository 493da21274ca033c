"""Customers and what happened with them, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Customers and what happened with them"

TABLES = {
    ("Customer", "customer"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "name": Varchar(length=200, default=""),
        "name_folded": Text(default=""),
        "language": Varchar(length=35, default=""),
        "place": UUID(default=None, null=True),
        "created_at": Timestamptz(),
        "seen_at": Timestamptz(),
    },
    ("CustomerIdentity", "customer_identity"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "customer": UUID(index=True, default=None),
        "kind": Varchar(length=16),
        "value": Varchar(length=320),
        "key": Varchar(length=320, default=""),
        "value_folded": Text(default=""),
        "strength": Varchar(length=16),
        "source": Varchar(length=64, default=""),
        "created_at": Timestamptz(),
    },
    ("TimelineEntry", "timeline_entry"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "customer": UUID(default=None),
        "kind": Varchar(length=32),
        "strength": Varchar(length=16),
        "subject": UUID(default=None),
        "details": Text(default="{}"),
        "occurred_at": Timestamptz(),
    },
}
INDEXES = [
    "CREATE INDEX customer_seen ON customer (workspace, seen_at, id)",
    "CREATE INDEX timeline_entry_customer ON timeline_entry (workspace, customer, occurred_at, id)",
    "CREATE UNIQUE INDEX customer_identity_key ON customer_identity (workspace, kind, key)",
]


async def forwards() -> MigrationManager:
    return tables("customers", ID, DESCRIPTION, TABLES, INDEXES)
