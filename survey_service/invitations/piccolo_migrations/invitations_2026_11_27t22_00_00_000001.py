"""Invitations, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T22:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Invitations"

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
        "employee": UUID(default=None, null=True),
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
}
INDEXES = [
    "CREATE INDEX invitation_newest ON invitation (workspace, created_at, id)",
    "CREATE INDEX invitation_customer ON invitation (workspace, customer)",
]


async def forwards() -> MigrationManager:
    return tables("invitations", ID, DESCRIPTION, TABLES, INDEXES)
