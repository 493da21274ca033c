"""Customers, how they are known, and their timeline. Columns only."""

from piccolo.columns import UUID, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id


class Customer(Table, tablename="customer"):
    """A person whom the workspace knows."""

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    name = Varchar(length=200, default="")
    name_folded = Text(default="")
    language = Varchar(length=35, default="")
    place = UUID(default=None, null=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()


class CustomerIdentity(Table, tablename="customer_identity"):
    """One way to recognise a customer. Unique by (workspace, kind, key).

    `kind`: email, phone, external. `strength`: verified (invitation, signed token, staff) or claimed (typed).
    `value` is what is shown and written to, `key` by what it is compared, `value_folded` where a search looks.
    """

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    customer = UUID(index=True, default=None)
    kind = Varchar(length=16)
    value = Varchar(length=320)
    key = Varchar(length=320, default="")
    value_folded = Text(default="")
    strength = Varchar(length=16)
    source = Varchar(length=64, default="")
    created_at = Timestamptz()


class TimelineEntry(Table, tablename="timeline_entry"):
    """One thing that happened with a customer, over all channels, including what did not happen and why.

    `kind`: response, invitation_queued, invitation_sent, invitation_failed, invitation_suppressed, unsubscribed, …
    `subject` is the row it is about; `details` a JSON object for display.
    """

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    customer = UUID(default=None)
    kind = Varchar(length=32)
    strength = Varchar(length=16)
    subject = UUID(default=None)
    details = Text(default="{}")
    occurred_at = Timestamptz()
