"""Workspaces, staff, sessions and keys. Columns only."""

from piccolo.columns import UUID, Boolean, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Answerable, Erased, Impersonal, OfPerson, ShortLived


class Workspace(Table, tablename="workspace"):
    """One customer of the installation: everything else belongs to one.

    Since `sending_paused_at` nothing is sent; `is_demo` if all that it holds was made up.
    """

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    name: Impersonal[Varchar] = Varchar(length=200)
    time_zone: Impersonal[Varchar] = Varchar(length=64, default="UTC")
    postal_address: Impersonal[Text] = Text(default="")
    reply_to: Impersonal[Varchar] = Varchar(length=320, default="")
    privacy_url: Impersonal[Varchar] = Varchar(length=500, default="")
    min_n: Impersonal[SmallInt] = SmallInt(default=10)
    created_at: Impersonal[Timestamptz] = Timestamptz()
    sending_paused_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
    is_demo: Impersonal[Boolean] = Boolean(default=False)


class Staff(Table, tablename="staff"):
    """A person who signs in. `email_key` is by what `email` is compared, unique over the installation; `language` is
    in which they read these pages, empty where their browser says it."""

    id: OfPerson[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(index=True, default=None)
    email: Erased[Varchar] = Varchar(length=320, unique=True)
    email_key: Erased[Varchar] = Varchar(length=320, unique=True, default="")
    name: Erased[Varchar] = Varchar(length=200)
    password_hash: Erased[Text] = Text(default="")
    role: Impersonal[Varchar] = Varchar(length=16)
    language: Erased[Varchar] = Varchar(length=35, default="")
    created_at: Impersonal[Timestamptz] = Timestamptz()
    disabled_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)


class StaffSession(Table, tablename="staff_session"):
    """A signed-in browser; `id` is the hash of the cookie's secret, `device` that of the one by which it is known
    later. `browser` and `system` are what they are called, `network` is an IPv4 address or an IPv6 /64; `used_at` is
    written seldom."""

    id: Erased[Varchar] = Varchar(length=64, primary_key=True)
    workspace: Impersonal[UUID] = UUID(default=None)
    staff: OfPerson[UUID] = UUID(index=True, default=None)
    device: Erased[Varchar] = Varchar(length=64, default="")
    browser: Erased[Varchar] = Varchar(length=32, default="")
    system: Erased[Varchar] = Varchar(length=32, default="")
    network: Erased[Varchar] = Varchar(length=64, default="")
    created_at: Impersonal[Timestamptz] = Timestamptz()
    used_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
    expires_at: Impersonal[Timestamptz] = Timestamptz()


class StaffDevice(Table, tablename="staff_device"):
    """A browser that a person signed in with, from where nobody else's wrong passwords lock them out; `device` is the
    hash of its cookie's secret, one for all who use the browser. `used_at` is their last sign-in."""

    id: Erased[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    staff: OfPerson[UUID] = UUID(index=True, default=None)
    device: Erased[Varchar] = Varchar(length=64)
    browser: Erased[Varchar] = Varchar(length=32, default="")
    system: Erased[Varchar] = Varchar(length=32, default="")
    network: Erased[Varchar] = Varchar(length=64, default="")
    created_at: Impersonal[Timestamptz] = Timestamptz()
    used_at: Impersonal[Timestamptz] = Timestamptz()
    expires_at: Impersonal[Timestamptz] = Timestamptz()


class SignInLink(Table, tablename="sign_in_link"):
    """A one-time link that signs in; `id` is the hash of its secret."""

    id: Erased[Varchar] = Varchar(length=64, primary_key=True)
    workspace: Impersonal[UUID] = UUID(default=None)
    staff: OfPerson[UUID] = UUID(default=None)
    expires_at: Impersonal[Timestamptz] = Timestamptz()
    used_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)


class SignInAttempt(Table, tablename="sign_in_attempt"):
    """Failed sign-ins per subject (a hashed address, network, both, or known browser) and window."""

    id: ShortLived[Varchar] = Varchar(length=64, primary_key=True)
    failures: Impersonal[Integer] = Integer(default=0)
    window_ends_at: Impersonal[Timestamptz] = Timestamptz()


class ApiKey(Table, tablename="api_key"):
    """A key of the API: shown once, kept as a hash. `scopes` are words separated by spaces."""

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(index=True, default=None)
    name: Impersonal[Varchar] = Varchar(length=200)
    shown: Impersonal[Varchar] = Varchar(length=16)
    hash: Impersonal[Varchar] = Varchar(length=64, unique=True)
    scopes: Impersonal[Text] = Text()
    created_by: Answerable[UUID] = UUID(default=None, null=True)
    created_at: Impersonal[Timestamptz] = Timestamptz()
    last_used_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
    revoked_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)


class AuditEntry(Table, tablename="audit_entry"):
    """Who did what to what: `actor` is a person or an API key. `action` is one of those that the rooms declare in their
    `actions`, which also say how `subject` is told: a colleague, a form, a place, how many answers. Refusals of one
    kind and day are one entry, known by its `tally`: the first was `at`, the last `last_at`, and there were so many
    `times`."""

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(index=True, default=None)
    actor: Answerable[UUID] = UUID(default=None, null=True)
    actor_name: Answerable[Varchar] = Varchar(length=320)
    action: Impersonal[Varchar] = Varchar(length=64)
    subject: Answerable[Text] = Text(default="")
    at: Impersonal[Timestamptz] = Timestamptz()
    times: Impersonal[Integer] = Integer(default=1)
    last_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
    tally: Impersonal[Varchar] = Varchar(length=64, default=None, null=True)


class SigningKey(Table, tablename="signing_key"):
    """A key that signs links, signed them once, or will from `signs_from` on. `mark` tells it from others and gives
    nothing away. `key` is empty where it is kept elsewhere: in the settings, or as the installation's first."""

    mark: Impersonal[Varchar] = Varchar(length=16, primary_key=True)
    key: Impersonal[Text] = Text(default="")
    signs_from: Impersonal[Timestamptz] = Timestamptz()
    former_since: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)


class Installation(Table, tablename="installation"):
    """Named values of the installation itself, such as the signing secret that SQLite keeps in its file."""

    name: Impersonal[Varchar] = Varchar(length=64, primary_key=True)
    value: Impersonal[Text] = Text()
