"""Reading customers and their timelines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from survey_service.core import database, email_address
from survey_service.core.database.paging import Page, decode_cursor, page_of
from survey_service.core.email_address import key_of
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.text import fold
from survey_service.customers.schemas import VERIFIED, CustomerRow, Identity, Profile, TimelineRecord
from survey_service.customers.tables import CustomerIdentity, TimelineEntry
from survey_service.customers.timeline import CAME_BACK, LEFT

SEARCHED = 100_000
"""A part of a name is looked for among so many customers, those seen last: the time is bounded."""
MIN_SEARCH, MAX_SEARCH = 2, 100
OWN_SCORES = 12
TIMELINE_PAGE = 50

CUSTOMER = """
SELECT c.id, c.name, c.language, c.created_at, c.seen_at,
  COALESCE((SELECT i.value FROM customer_identity i WHERE i.workspace = c.workspace AND i.customer = c.id
   AND i.kind = 'email' ORDER BY i.created_at, i.id LIMIT 1), '') AS email,
  COALESCE((SELECT i.strength FROM customer_identity i WHERE i.workspace = c.workspace AND i.customer = c.id
   AND i.kind = 'email' ORDER BY i.created_at, i.id LIMIT 1), '') AS strength
"""
LATEST = "(SELECT * FROM customer WHERE workspace = {} ORDER BY seen_at DESC, id DESC LIMIT {})"
TIMELINE = "SELECT id, kind, strength, subject, details, occurred_at FROM timeline_entry WHERE workspace = {}"


async def customer(workspace: UUID, customer_id: UUID) -> CustomerRow:
    """One customer of the workspace. Raises NotFound."""
    row = await database.read_one(
        CustomerRow, f"{CUSTOMER} FROM customer c WHERE c.workspace = {{}} AND c.id = {{}}", workspace, customer_id
    )
    if row is None:
        raise NotFound(_("There is no such customer."))
    return row


async def customer_by_key(workspace: UUID, key: str) -> UUID | None:
    """The customer known by an address with this key, if there is one."""
    known = CustomerIdentity.select(CustomerIdentity.customer).where(
        CustomerIdentity.workspace == workspace, CustomerIdentity.kind == "email", CustomerIdentity.key == key
    )
    row = await database.fetch_one(known)
    return row["customer"] if row else None


async def customer_list(workspace: UUID, search: str, cursor: str, limit: int) -> Page[CustomerRow]:
    """A page of customers, those seen last first. `search` is a whole address, or a part of a name or address."""
    search = search.strip()[:MAX_SEARCH]
    exact = await _customer_by_typed_address(workspace, search)
    if exact is not None:
        return Page([await customer(workspace, exact)])
    folded = fold(search)
    values: list[Any]
    if not search:
        found, values = "customer c WHERE c.workspace = {}", [workspace]
    elif len(folded) >= MIN_SEARCH:
        found = f"{LATEST} c WHERE c.workspace = {{}} AND {_containing()}"
        values = [workspace, SEARCHED, workspace, folded, folded]
    else:
        return Page([])
    if cursor:
        found, values = f"{found} AND (c.seen_at, c.id) < ({{}}, {{}})", [*values, *decode_cursor(cursor)]
    rows = await database.fetch(
        f"{CUSTOMER} FROM {found} ORDER BY c.seen_at DESC, c.id DESC LIMIT {{}}", *values, limit + 1
    )
    return page_of(CustomerRow, rows, limit, "seen_at")


async def _customer_by_typed_address(workspace: UUID, search: str) -> UUID | None:
    try:
        return await customer_by_key(workspace, email_address.key_of(email_address.read(search)))
    except email_address.NotAnAddress:
        return None


def _containing() -> str:
    """A condition that holds where the name or an address contains a folded text, which is given twice."""
    name, address = (database.containing(column) for column in ("c.name_folded", "i.value_folded"))
    return (
        f"({name} OR EXISTS (SELECT 1 FROM customer_identity i WHERE i.workspace = c.workspace "
        f"AND i.customer = c.id AND {address}))"
    )


async def names_of(workspace: UUID, customers: Sequence[UUID]) -> dict[UUID, str]:
    """What to call each of these customers: the name, else the address, else “Someone”."""
    wanted = sorted(set(customers))
    if not wanted:
        return {}
    rows = await database.read(
        CustomerRow,
        f"{CUSTOMER} FROM customer c WHERE c.workspace = {{}} AND c.id IN ({database.in_list(wanted)})",
        workspace, *wanted,
    )  # fmt: skip
    return {row.id: called(row) for row in rows}


def called(row: CustomerRow) -> str:
    """What to call a customer."""
    return row.name or row.email or _("Someone")


async def identities(workspace: UUID, customer_id: UUID) -> list[Identity]:
    """Every way to recognise the customer, oldest first."""
    every = database.select(Identity, CustomerIdentity).where(
        CustomerIdentity.workspace == workspace, CustomerIdentity.customer == customer_id
    )
    return await database.read(Identity, every.order_by(CustomerIdentity.created_at, CustomerIdentity.id))


async def known_since(workspace: UUID, customer_id: UUID, address: str) -> datetime | None:
    """Since when an e-mail address of the customer is on record; None if it is not."""
    known = CustomerIdentity.select(CustomerIdentity.created_at).where(
        CustomerIdentity.workspace == workspace,
        CustomerIdentity.customer == customer_id,
        CustomerIdentity.kind == "email",
        CustomerIdentity.key == key_of(address),
    )
    row = await database.fetch_one(known)
    return row["created_at"] if row else None


async def timeline(workspace: UUID, customer_id: UUID, cursor: str, limit: int) -> Page[TimelineRecord]:
    """A page of what happened with the customer, newest first."""
    after, values = "", []
    if cursor:
        after, values = " AND (occurred_at, id) < ({}, {})", list(decode_cursor(cursor))
    rows = await database.fetch(
        f"{TIMELINE} AND customer = {{}}{after} ORDER BY occurred_at DESC, id DESC LIMIT {{}}",
        workspace, customer_id, *values, limit + 1,
    )  # fmt: skip
    return page_of(TimelineRecord, rows, limit, "occurred_at")


async def own_answers(workspace: UUID, customer_id: UUID) -> list[tuple[UUID, int]]:
    """(answer, score) of the newest scores that are certainly this person's, newest first."""
    score = database.json_member("details", "score")
    entries = await database.read(
        TimelineRecord,
        f"{TIMELINE} AND customer = {{}} AND kind = 'response' AND strength = {{}} AND {score} IS NOT NULL "
        "ORDER BY occurred_at DESC, id DESC LIMIT {}",
        workspace, customer_id, VERIFIED, OWN_SCORES,
    )  # fmt: skip
    return [(entry.subject, entry.details.score) for entry in entries if entry.details.score is not None]


async def own_scores(workspace: UUID, customer_id: UUID) -> list[int]:
    """The scores of `own_answers`."""
    return [score for _, score in await own_answers(workspace, customer_id)]


async def unsubscribed_at(workspace: UUID, customer_id: UUID) -> datetime | None:
    """Since when the customer does not want to be written to; None if they may be."""
    said = TimelineEntry.select(TimelineEntry.kind, TimelineEntry.occurred_at).where(
        TimelineEntry.workspace == workspace,
        TimelineEntry.customer == customer_id,
        TimelineEntry.kind.is_in([LEFT, CAME_BACK]),
    )
    newest_first = said.order_by(TimelineEntry.occurred_at, TimelineEntry.id, ascending=False)
    row = await database.fetch_one(newest_first.limit(1))
    return row["occurred_at"] if row and row["kind"] == LEFT else None


async def profile(workspace: UUID, customer_id: UUID, cursor: str = "", limit: int = TIMELINE_PAGE) -> Profile:
    """Everything about one customer, with a page of the timeline. Raises NotFound."""
    known = await customer(workspace, customer_id)
    entries = await timeline(workspace, customer_id, cursor, limit)
    return Profile(
        customer=known,
        identities=await identities(workspace, customer_id),
        own_scores=await own_scores(workspace, customer_id),
        unsubscribed_at=await unsubscribed_at(workspace, customer_id),
        timeline=entries.items,
        next=entries.next,
    )
