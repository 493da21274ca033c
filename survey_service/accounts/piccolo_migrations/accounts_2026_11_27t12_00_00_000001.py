"""Workspaces, staff, keys, and what was done, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Integer, SmallInt, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Workspaces, staff, keys, and what was done"

TABLES = {
    ("Workspace", "workspace"): {
        "id": UUID(primary_key=True, default=new_id),
        "name": Varchar(length=200),
        "time_zone": Varchar(length=64, default="UTC"),
        "postal_address": Text(default=""),
        "reply_to": Varchar(length=320, default=""),
        "privacy_url": Varchar(length=500, default=""),
        "min_n": SmallInt(default=10),
        "created_at": Timestamptz(),
        "sending_paused_at": Timestamptz(default=None, null=True),
        "is_demo": Boolean(default=False),
    },
    ("Staff", "staff"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(index=True, default=None),
        "email": Varchar(length=320, unique=True),
        "email_key": Varchar(length=320, unique=True, default=""),
        "name": Varchar(length=200),
        "password_hash": Text(default=""),
        "role": Varchar(length=16),
        "created_at": Timestamptz(),
        "disabled_at": Timestamptz(default=None, null=True),
    },
    ("StaffSession", "staff_session"): {
        "id": Varchar(length=64, primary_key=True),
        "workspace": UUID(default=None),
        "staff": UUID(index=True, default=None),
        "created_at": Timestamptz(),
        "expires_at": Timestamptz(),
    },
    ("SignInLink", "sign_in_link"): {
        "id": Varchar(length=64, primary_key=True),
        "workspace": UUID(default=None),
        "staff": UUID(default=None),
        "expires_at": Timestamptz(),
        "used_at": Timestamptz(default=None, null=True),
    },
    ("SignInAttempt", "sign_in_attempt"): {
        "id": Varchar(length=64, primary_key=True),
        "failures": Integer(default=0),
        "window_ends_at": Timestamptz(),
    },
    ("ApiKey", "api_key"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(index=True, default=None),
        "name": Varchar(length=200),
        "shown": Varchar(length=16),
        "hash": Varchar(length=64, unique=True),
        "scopes": Text(),
        "created_by": UUID(default=None, null=True),
        "created_at": Timestamptz(),
        "last_used_at": Timestamptz(default=None, null=True),
        "revoked_at": Timestamptz(default=None, null=True),
    },
    ("AuditEntry", "audit_entry"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(index=True, default=None),
        "actor": UUID(default=None, null=True),
        "actor_name": Varchar(length=320),
        "action": Varchar(length=64),
        "subject": Text(default=""),
        "at": Timestamptz(),
    },
    ("Installation", "installation"): {
        "name": Varchar(length=64, primary_key=True),
        "value": Text(),
    },
}
INDEXES = [
    "CREATE INDEX audit_entry_newest ON audit_entry (workspace, at, id)",
]


async def forwards() -> MigrationManager:
    return tables("accounts", ID, DESCRIPTION, TABLES, INDEXES)
