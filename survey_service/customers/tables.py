"""Customers, how they are known, and their timeline. Columns only."""

from piccolo.columns import UUID, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Erased, Impersonal, OfPerson


class Customer(Table, tablename="customer"):
    """A person whom the workspace knows."""

    id: OfPerson[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    name: Erased[Varchar] = Varchar(length=200, default="")
    name_folded: Erased[Text] = Text(default="")
    language: Erased[Varchar] = Varchar(length=35, default="")
    place: Erased[UUID] = UUID(default=None, null=True)
    created_at: Erased[Timestamptz] = Timestamptz()
    seen_at: Erased[Timestamptz] = Timestamptz()


class CustomerIdentity(Table, tablename="customer_identity"):
    """One way to recognise a customer. Unique by (workspace, kind, key).

    `kind`: email, phone, external. `strength`: verified (invitation, signed token, staff) or claimed (typed).
    `value` is what is shown and written to, `key` by what it is compared, `value_folded` where a search looks.
    """

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    customer: OfPerson[UUID] = UUID(index=True, default=None)
    kind: Erased[Varchar] = Varchar(length=16)
    value: Erased[Varchar] = Varchar(length=320)
    key: Erased[Varchar] = Varchar(length=320, default="")
    value_folded: Erased[Text] = Text(default="")
    strength: Erased[Varchar] = Varchar(length=16)
    source: Erased[Varchar] = Varchar(length=64, default="")
    created_at: Erased[Timestamptz] = Timestamptz()


class TimelineEntry(Table, tablename="timeline_entry"):
    """One thing that happened with a customer, over all channels, including what did not happen and why.

    `kind`: the name of one of the kinds that rooms declare in their `timeline.py`.
    `subject` is the row it is about; `details` a JSON object for display.
    """

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    customer: OfPerson[UUID] = UUID(default=None)
    kind: Erased[Varchar] = Varchar(length=32)
    strength: Erased[Varchar] = Varchar(length=16)
    subject: Erased[UUID] = UUID(default=None)
    details: Erased[Text] = Text(default="{}")
    occurred_at: Erased[Timestamptz] = Timestamptz()
