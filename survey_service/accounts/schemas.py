"""Who asks, what they may, and what goes in and out of the API."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

Role = Literal["owner", "manager", "viewer"]

ROLES: dict[str, str] = {
    "owner": "Everything, with staff, keys and settings",
    "manager": "Forms, places, sending, customers and answers",
    "viewer": "Looks at everything, changes nothing",
}
"""The roles, the mightiest first: each may what those after it may."""

SCOPES: dict[str, str] = {
    "forms:read": "Read forms and their versions",
    "forms:write": "Make, change, publish and close forms",
    "responses:read": "Read and export answers",
    "responses:write": "Move answers into and out of the spam box",
    "customers:read": "Read customers and their history",
    "customers:write": "Add and change customers",
    "places:read": "Read places and their QR codes",
    "places:write": "Add and change places",
    "promises:read": "Read who waits for a reply or a call",
    "promises:write": "Say that somebody has replied or called",
    "invitations:read": "Read invitations and what became of them",
    "invitations:write": "Send invitations",
    "scores:read": "Read scores with their intervals",
    "reports:read": "Fetch PDF summaries",
    "workspace:read": "Read the settings",
    "workspace:write": "Change the settings",
    "metrics:read": "Read the service's own measurements",
    "keys:read": "List API keys",
    "keys:write": "Make and revoke API keys that may do no more than this one",
    "audit:read": "Read who did what",
}
"""What a key can be allowed, and in words."""

ScopeName = Annotated[str, Meta(extra_json_schema={"enum": list(SCOPES)})]


class Caller(msgspec.Struct, frozen=True):
    """Who is asking, for which workspace. A person has an `actor` and a role, a key has scopes."""

    workspace: UUID
    workspace_name: str
    time_zone: str
    min_n: int
    actor: UUID | None
    name: str
    role: str
    via: Literal["session", "key"]
    scopes: frozenset[str] = frozenset()
    csrf_token: str = ""
    badges: dict[str, int] = {}
    """Section of the rail → the number beside it; none for what is no page."""
    sending_paused_at: datetime | None = None
    is_demo: bool = False


class KeyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made: what it is for, and its scopes."""

    name: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 200})]
    scopes: Annotated[list[ScopeName], Meta(extra_json_schema={"minItems": 1})]


class Key(msgspec.Struct, frozen=True):
    """A key as it is listed: its beginning tells it apart, the rest was shown once."""

    id: UUID
    name: str
    shown: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKey(msgspec.Struct, frozen=True):
    """A key that was just made; `key` is its secret and is not shown again."""

    id: UUID
    name: str
    shown: str
    scopes: list[str]
    created_at: datetime
    key: str


class AuditRow(msgspec.Struct, frozen=True):
    """One thing that somebody did; `actor` is null for keys and for the installation itself."""

    id: UUID
    at: datetime
    actor: UUID | None
    actor_name: str
    action: str
    subject: str


MAX_MIN_N = 1000
MAX_ADDRESS = 1000
"""Characters of a postal address."""

# What the document says of these, the service checks in its own words.
WorkspaceName = Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 200})]
TimeZone = Annotated[str, Meta(description="A name of the time zone database, such as `Europe/Riga`.")]
PostalAddress = Annotated[str, Meta(extra_json_schema={"maxLength": MAX_ADDRESS})]
MinN = Annotated[int, Meta(extra_json_schema={"minimum": 1, "maximum": MAX_MIN_N})]
ReplyTo = Annotated[str, Meta(description="An e-mail address, or empty.")]
PrivacyUrl = Annotated[str, Meta(description="A web address with its `https://`, or empty.")]


class WorkspaceShown(msgspec.Struct, frozen=True):
    """The settings of a workspace. Below `min_n` answers a score is `too_few`; answers to its mails go to `reply_to`,
    where that is empty to the sender's own address; forms without a privacy page lead to `privacy_url`."""

    name: str
    time_zone: str
    postal_address: str
    min_n: int
    reply_to: str
    privacy_url: str


class WorkspaceChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; absent fields stay."""

    name: WorkspaceName | msgspec.UnsetType = msgspec.UNSET
    time_zone: TimeZone | msgspec.UnsetType = msgspec.UNSET
    postal_address: PostalAddress | msgspec.UnsetType = msgspec.UNSET
    min_n: MinN | msgspec.UnsetType = msgspec.UNSET
    reply_to: ReplyTo | msgspec.UnsetType = msgspec.UNSET
    privacy_url: PrivacyUrl | msgspec.UnsetType = msgspec.UNSET


WORKSPACE_LABELS = {
    "name": "Name",
    "time_zone": "Time zone",
    "postal_address": "Postal address",
    "min_n": "Answers that make a score",
    "reply_to": "Answers to mails go to",
    "privacy_url": "Address of your privacy page",
}
"""What can be changed of a workspace, as its page calls it."""
