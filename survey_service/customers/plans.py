"""Claims and timeline entries written inside another domain's bulk transaction.

Rows go in sorted by their keys: two groups that insert the same addresses at once then wait for each other
in one order, and never in a circle.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from survey_service.core.batch.statements import Batch, Delete, Insert, Select, Update
from survey_service.core.database.written import picked
from survey_service.core.email_address import key_of
from survey_service.core.ids import new_id
from survey_service.core.text import MAX_NAME, fold, one_line
from survey_service.customers.schemas import CLAIMED, SOURCE, Claim, Details, TimelineRow
from survey_service.customers.tables import Customer, CustomerIdentity, TimelineEntry

CUSTOMER = picked(Customer, "id", "workspace", "name", "name_folded", "language", "created_at", "seen_at")
PLACED, SEEN = picked(Customer, "place"), picked(Customer, "seen_at")
IDENTITY = picked(
    CustomerIdentity,
    "id",
    "workspace",
    "customer",
    "kind",
    "value",
    "key",
    "value_folded",
    "strength",
    "source",
    "created_at",
)
IDENTITY_KEY = picked(CustomerIdentity, "workspace", "kind", "key")
TIMELINE = picked(TimelineEntry, "id", "workspace", "customer", "kind", "strength", "subject", "details", "occurred_at")
CLAIMED_BY = picked(CustomerIdentity, "workspace", "key", "customer")
WHOSE, DETAILS = picked(TimelineEntry, "customer", "details"), picked(TimelineEntry, "details")

ENTRY = picked(TimelineEntry, "workspace", "customer", "subject")

Key = tuple[UUID, str]
EntryKey = tuple[UUID, UUID, UUID]
"""Workspace, customer and subject: what an entry is found by."""


def identity_row(
    identity: UUID, workspace: UUID, customer: UUID, email: str, strength: str, source: str, at: datetime
) -> tuple[object, ...]:
    """An address as the values of IDENTITY."""
    return identity, workspace, customer, "email", email, key_of(email), fold(email), strength, source, at


def customer_row(customer: UUID, workspace: UUID, name: str, language: str, at: datetime) -> tuple[object, ...]:
    """A customer as the values of CUSTOMER."""
    return customer, workspace, name, fold(name), language, at, at


def attach_claims(claims: Sequence[Claim]) -> Batch[Mapping[Key, UUID]]:
    """The customer of each (workspace, e-mail as claimed): the one who is known by it, else a new one.

    Nothing of a known customer is changed, whoever they are: a typed address proves nothing.
    """
    first: dict[Key, Claim] = {}
    for claim in claims:
        first.setdefault((claim.workspace, key_of(claim.email)), claim)
    if not first:
        return {}
    keys = sorted(first)
    made = {key: (new_id(), new_id()) for key in keys}
    rows = [
        identity_row(made[key][0], key[0], made[key][1], first[key].email, CLAIMED, SOURCE, first[key].at)
        for key in keys
    ]
    inserted = {row[0] for row in (yield Insert("customer_identity", IDENTITY, rows, returning="id"))}
    yield from _add_customers([(made[key][1], first[key]) for key in keys if made[key][0] in inserted])
    found = yield Select(
        "customer_identity",
        CLAIMED_BY,
        IDENTITY_KEY,
        [(workspace, "email", key) for workspace, key in keys],
    )
    known = {(workspace, key): customer for workspace, key, customer in found}
    return {(claim.workspace, claim.email): known[claim.workspace, key_of(claim.email)] for claim in claims}


def _add_customers(customers: Sequence[tuple[UUID, Claim]]) -> Batch[None]:
    if customers:
        rows = [
            customer_row(identity, claim.workspace, one_line(claim.name)[:MAX_NAME], claim.language, claim.at)
            for identity, claim in customers
        ]
        yield Insert("customer", CUSTOMER, rows)


def append_timeline(entries: Sequence[TimelineRow]) -> Batch[None]:
    """Adds entries to their customers' timelines."""
    if entries:
        yield Insert("timeline_entry", TIMELINE, [timeline_row(entry) for entry in entries])


def move_entry(workspace: UUID, former: UUID, subject: UUID, customer: UUID, details: Details) -> Batch[None]:
    """Puts the entry about `subject` from the `former` customer's timeline on another one's, as it is told now."""
    rows = [(subject, customer, _text(details))]
    theirs = f"workspace = '{workspace}' AND customer = '{former}'"
    yield Update("timeline_entry", ENTRY[-1], WHOSE, rows, only_if=theirs)


def amend_entries(changes: Mapping[EntryKey, Mapping[str, Any]]) -> Batch[None]:
    """Changes members of the details of entries, such as the mood once it was read."""
    wanted = (TIMELINE[0], *ENTRY, *DETAILS)
    found = yield Select("timeline_entry", wanted, ENTRY, sorted(changes))
    rows = [(row[0], _changed(row[4], changes[row[1], row[2], row[3]])) for row in sorted(found)]
    yield Update("timeline_entry", TIMELINE[0], DETAILS, rows)


def _changed(details: str, changes: Mapping[str, Any]) -> str:
    return _text(msgspec.structs.replace(msgspec.json.decode(details, type=Details), **changes))


def drop_entry(entry: EntryKey) -> Batch[None]:
    """Takes what is about a subject off a timeline: it is not this customer's after all."""
    yield Delete("timeline_entry", ENTRY, [entry])


def timeline_row(entry: TimelineRow) -> tuple[object, ...]:
    """An entry as the values of TIMELINE, with an id of its own."""
    return (
        new_id(), entry.workspace, entry.customer, entry.kind.name, entry.strength, entry.subject, _text(entry.details),
        entry.occurred_at,
    )  # fmt: skip


def _text(details: Details | str) -> str:
    return details if isinstance(details, str) else msgspec.json.encode(details).decode()
