"""Who asks, what they may, and what goes in and out of the API."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from survey_service.core.i18n.staff import N_, NP_
from survey_service.core.rail import Rail

MISSING = N_("Fill this in.")

ROLES: dict[str, str] = {
    "owner": N_("Everything, with staff, keys and settings"),
    "manager": N_("Forms, places, sending, customers and answers"),
    "viewer": N_("Looks at everything, changes nothing"),
}
"""The roles, the mightiest first: each may what those after it may."""

ROLE_NAMES: dict[str, str] = {"owner": N_("Owner"), "manager": N_("Manager"), "viewer": N_("Viewer")}

SCOPES: dict[str, str] = {
    "forms:read": N_("Read forms and their versions"),
    "forms:write": N_("Make, change, publish and close forms"),
    "responses:read": N_("Read and export answers"),
    "responses:write": N_("Move answers into and out of the spam box, and say which employee an answer is about"),
    "customers:read": N_("Read customers and their history"),
    "customers:write": N_("Add and change customers"),
    "places:read": N_("Read places and employees, and their QR codes"),
    "places:write": N_("Add and change places and employees"),
    "promises:read": N_("Read who waits for a reply or a call"),
    "promises:write": N_("Say that somebody has replied or called"),
    "invitations:read": N_("Read invitations and what became of them"),
    "invitations:write": N_("Send invitations"),
    "scores:read": N_("Read scores with their intervals"),
    "reports:read": N_("Fetch PDF summaries"),
    "workspace:read": N_("Read the settings"),
    "workspace:write": N_("Change the settings"),
    "metrics:read": N_("Read the service's own measurements"),
    "keys:read": N_("List API keys"),
    "keys:write": N_("Make and revoke API keys that may do no more than this one"),
    "audit:read": N_("Read who did what"),
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
    key: UUID | None = None
    """The key that calls."""
    made_by: UUID | None = None
    """Who made the key that calls: with their access its own ends, and that of the keys that it makes."""
    session: str = ""
    """The hash of the session's secret, by which it is kept."""
    csrf_token: str = ""
    rail: Rail = Rail()
    """What a person's role opens, with the numbers beside it where a page is asked for; empty for a key."""
    sending_paused_at: datetime | None = None
    is_demo: bool = False
    language: str = ""
    """In which a person reads these pages, empty where their browser says it."""

    @property
    def doer(self) -> UUID | None:
        """The person or the key that what is done is told of, None for the installation itself."""
        return self.actor or self.key


class KeyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made: what it is for, and its scopes."""

    name: Annotated[str, Meta(extra_json_schema={"minLength": 1, "maxLength": 200})]
    scopes: Annotated[list[ScopeName], Meta(extra_json_schema={"minItems": 1})]


class Key(msgspec.Struct, frozen=True):
    """A key as it is listed: its beginning tells it apart, the rest was shown once. It `works` until it is revoked, and
    while the person who made it is an owner here. `made_by` is what they are called, null for the key of the
    settings."""

    id: UUID
    name: str
    shown: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    works: bool
    made_by: str | None


class NewKey(msgspec.Struct, frozen=True):
    """A key that was just made; `key` is its secret and is not shown again."""

    id: UUID
    name: str
    shown: str
    scopes: list[str]
    created_at: datetime
    key: str


class AuditRow(msgspec.Struct, frozen=True):
    """One thing that somebody did. `actor` is the person who did it; where a program did, `key` is its API key, which
    `key_made_by` made, and `actor_name` that key's name. Both are null for the installation itself. Refusals of one
    kind and day are one: the first was `at`, the last `last_at`, and there were so many `times`."""

    id: UUID
    at: datetime
    actor: UUID | None
    actor_name: str
    action: str
    subject: str
    times: int
    last_at: datetime | None
    key: UUID | None
    key_made_by: str | None


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
    "name": NP_("of a shop, place or form", "Name"),
    "time_zone": N_("Time zone"),
    "postal_address": N_("Postal address"),
    "min_n": N_("Answers that make a score"),
    "reply_to": N_("Answers to mails go to"),
    "privacy_url": N_("Address of your privacy page"),
}
"""What can be changed of a workspace, as its page calls it."""


class OwnSession(msgspec.Struct, frozen=True):
    """Where a person is signed in. `used_at` is exact to an hour; what is empty was not noted."""

    id: str
    device: str
    browser: str
    system: str
    network: str
    created_at: datetime
    used_at: datetime | None


class OwnDevice(msgspec.Struct, frozen=True):
    """A browser that a person signed in with; `used_at` is when they did so last."""

    id: UUID
    device: str
    browser: str
    system: str
    network: str
    created_at: datetime
    used_at: datetime


class SessionRow(msgspec.Struct, frozen=True):
    """A signed-in browser, with its person and workspace."""

    id: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime
    staff: UUID
    name: str
    email: str
    role: str
    language: str
    workspace: UUID
    workspace_name: str
    time_zone: str
    min_n: int
    sending_paused_at: datetime | None
    is_demo: bool


class HeldKey(msgspec.Struct, frozen=True):
    """A key of the API that holds, with its workspace, and the person who made it if one did."""

    id: UUID
    name: str
    scopes: str
    created_by: UUID | None
    last_used_at: datetime | None
    workspace: UUID
    workspace_name: str
    time_zone: str
    min_n: int


class LinkRow(msgspec.Struct, frozen=True):
    """A link that signs in, with its person and workspace."""

    workspace: UUID
    staff: UUID
    name: str
    email: str
    workspace_name: str


class TriedKey(msgspec.Struct, frozen=True):
    """A key that somebody came with: whose it is, its name, whether it works, and whether it was revoked; one that is
    neither was made by somebody who is no owner any more."""

    id: UUID
    workspace: UUID
    name: str
    is_revoked: bool
    works: bool


class SigningKeyRow(msgspec.Struct, frozen=True):
    """A key that signs links, or signed them until `former_since`; `key` is empty where it is kept elsewhere."""

    mark: str
    key: str
    signs_from: datetime
    former_since: datetime | None = None
