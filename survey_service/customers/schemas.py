"""What is known of customers, and what is told about them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from survey_service.customers.timeline import TimelineKind

EmailText = Annotated[str, Meta(extra_json_schema={"format": "email"}, examples=["hana@example.org"])]
"""An address as it is typed; what the document says of it, the service checks in its own words."""

CLAIMED = "claimed"
VERIFIED = "verified"
SOURCE, INVITED = "typed into a form", "invitation"
"""Where an address comes from, as it is noted."""


class Claim(msgspec.Struct, frozen=True):
    """An address typed into a public form, as it is kept."""

    workspace: UUID
    email: str
    name: str
    language: str
    at: datetime


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the timeline shows of an entry, kept as JSON beside it; each kind fills what it has.

    `sentiment` is the label of the current reading, `reason` says why something was not done or not read.
    """

    form: str = ""
    channel: str = ""
    place: UUID | None = None
    score: int | None = None
    comment: str = ""
    language: str = ""
    sentiment: str = ""
    reason: str = ""


class TimelineRow(msgspec.Struct, frozen=True):
    """An entry to be written. `subject` is the row it is about; `strength` is verified or claimed; `details` may
    be JSON already."""

    workspace: UUID
    customer: UUID
    kind: TimelineKind
    strength: str
    subject: UUID
    details: Details | str
    occurred_at: datetime


class TimelineRecord(msgspec.Struct, frozen=True):
    """An entry as it was kept."""

    id: UUID
    kind: str
    strength: str
    subject: UUID
    details: Details
    occurred_at: datetime


class CustomerRow(msgspec.Struct, frozen=True):
    """A customer in a list. `email` is the address first known, with its `strength`; both empty without one."""

    id: UUID
    name: str
    email: str
    strength: str
    language: str
    created_at: datetime
    seen_at: datetime


class Identity(msgspec.Struct, frozen=True):
    """One way to recognise a customer, how sure it is, and where it is from."""

    kind: str
    value: str
    strength: str
    source: str
    created_at: datetime


class Profile(msgspec.Struct, frozen=True):
    """One customer: the newest entries of the timeline, the cursor of older ones, and the person's own scores.

    `own_scores` are the newest verified ones, newest first; what others claimed is kept out.
    """

    customer: CustomerRow
    identities: list[Identity]
    own_scores: list[int]
    unsubscribed_at: datetime | None
    timeline: list[TimelineRecord]
    next: str | None = None


class NewCustomer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer whom staff or another system vouches for."""

    email: EmailText
    name: str = ""
    language: str = ""


class CustomerToken(msgspec.Struct, frozen=True):
    """A signed token that may stand as `customer` in a submission."""

    token: str
