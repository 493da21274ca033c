"""Invitations, posters, and who must not be written to, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T00:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Invitations, posters, and who must not be written to"

TABLES = {
    ("Invitation", "invitation"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "customer": UUID(default=None),
        "email": Varchar(length=320),
        "name": Varchar(length=200, default=""),
        "language": Varchar(length=35, default=""),
        "place": UUID(default=None, null=True),
        "question": Varchar(length=40, default=""),
        "state": Varchar(length=16, default="queued"),
        "message_id": Varchar(length=200, default=""),
        "attempts": Integer(default=0),
        "last_error": Text(default=""),
        "trace": Text(default="[]"),
        "created_at": Timestamptz(),
        "sent_at": Timestamptz(default=None, null=True),
        "answered_at": Timestamptz(default=None, null=True),
        "response": UUID(default=None, null=True),
    },
    ("Poster", "poster"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "place": UUID(unique=True, default=None),
        "form": UUID(default=None),
        "created_at": Timestamptz(),
    },
    ("Suppression", "suppression"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "address_hash": Varchar(length=64),
        "reason": Varchar(length=32),
        "source": UUID(default=None, null=True),
        "created_at": Timestamptz(),
    },
}
INDEXES = [
    "CREATE INDEX invitation_newest ON invitation (workspace, created_at, id)",
    "CREATE INDEX invitation_customer ON invitation (workspace, customer)",
    "CREATE UNIQUE INDEX suppression_key ON suppression (workspace, address_hash)",
]


async def forwards() -> MigrationManager:
    return tables("distribution", ID, DESCRIPTION, TABLES, INDEXES)
