"""Workspaces, staff, sessions and keys. Columns only."""

from piccolo.columns import UUID, Boolean, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id


class Workspace(Table, tablename="workspace"):
    """One customer of the installation: everything else belongs to one.

    Since `sending_paused_at` nothing is sent; `is_demo` if all that it holds was made up.
    """

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=200)
    time_zone = Varchar(length=64, default="UTC")
    postal_address = Text(default="")
    reply_to = Varchar(length=320, default="")
    privacy_url = Varchar(length=500, default="")
    min_n = SmallInt(default=10)
    created_at = Timestamptz()
    sending_paused_at = Timestamptz(default=None, null=True)
    is_demo = Boolean(default=False)


class Staff(Table, tablename="staff"):
    """A person who signs in. `email_key` is by what `email` is compared, unique over the installation."""

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(index=True, default=None)
    email = Varchar(length=320, unique=True)
    email_key = Varchar(length=320, unique=True, default="")
    name = Varchar(length=200)
    password_hash = Text(default="")
    role = Varchar(length=16)
    created_at = Timestamptz()
    disabled_at = Timestamptz(default=None, null=True)


class StaffSession(Table, tablename="staff_session"):
    """A signed-in browser; `id` is the hash of the cookie's secret."""

    id = Varchar(length=64, primary_key=True)
    workspace = UUID(default=None)
    staff = UUID(index=True, default=None)
    created_at = Timestamptz()
    expires_at = Timestamptz()


class SignInLink(Table, tablename="sign_in_link"):
    """A one-time link that signs in; `id` is the hash of its secret."""

    id = Varchar(length=64, primary_key=True)
    workspace = UUID(default=None)
    staff = UUID(default=None)
    expires_at = Timestamptz()
    used_at = Timestamptz(default=None, null=True)


class SignInAttempt(Table, tablename="sign_in_attempt"):
    """Failed sign-ins per subject (a hashed address or network) and window."""

    id = Varchar(length=64, primary_key=True)
    failures = Integer(default=0)
    window_ends_at = Timestamptz()


class ApiKey(Table, tablename="api_key"):
    """A key of the API: shown once, kept as a hash. `scopes` are words separated by spaces."""

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(index=True, default=None)
    name = Varchar(length=200)
    shown = Varchar(length=16)
    hash = Varchar(length=64, unique=True)
    scopes = Text()
    created_by = UUID(default=None, null=True)
    created_at = Timestamptz()
    last_used_at = Timestamptz(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)


class AuditEntry(Table, tablename="audit_entry"):
    """Who did what to whom: sign-ins, keys, roles, releases, settings."""

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(index=True, default=None)
    actor = UUID(default=None, null=True)
    actor_name = Varchar(length=320)
    action = Varchar(length=64)
    subject = Text(default="")
    at = Timestamptz()


class Installation(Table, tablename="installation"):
    """Named values of the installation itself, such as the signing secret that SQLite keeps in its file."""

    name = Varchar(length=64, primary_key=True)
    value = Text()
