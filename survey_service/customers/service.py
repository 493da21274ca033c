"""Adding customers and writing their timelines."""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from survey_service.core import database, email_address, text, tokens
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import new_id
from survey_service.customers import queries
from survey_service.customers.plans import TIMELINE, timeline_row
from survey_service.customers.schemas import VERIFIED, TimelineRow

TOKEN = "customer"  # noqa: S105  (a purpose, not a password)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def checked_email(text: str, field: str = "email") -> str:
    """The address as it is kept and written to. Raises Invalid."""
    try:
        return email_address.read(text)
    except email_address.NotAnAddress as error:
        raise Invalid.field(field, "malformed", _(error.words)) from error


def checked_language(text: str) -> str:
    """The language tag, or nothing if none is given. Raises Invalid."""
    if text and not LANGUAGE.fullmatch(text):
        raise Invalid.field("language", "malformed", _("Write a language tag, such as en or am."))
    return text


def checked_name(name: str) -> str:
    """A person's name as typed, or empty; what cannot be shown is left out, as other systems keep such things too.
    Raises Invalid for one that is too long."""
    return text.checked_line("name", text.one_line(name))


async def customer_for_email(
    workspace: UUID, email: str, name: str, language: str, strength: str, source: str, now: datetime
) -> UUID:
    """The customer of an address, added if new. Joins the transaction around it. Raises Invalid.

    What is verified makes a claimed address certain and may name the person; what is claimed changes nothing.
    """
    email, name = checked_email(email), checked_name(name)
    key, language = email_address.key_of(email), checked_language(language)
    async with database.transaction():
        rows = await database.execute(
            "INSERT INTO customer_identity (id, workspace, customer, kind, value, key, value_folded, strength, "
            "source, created_at) VALUES ({}, {}, {}, 'email', {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING "
            "RETURNING customer",
            new_id(), workspace, new_id(), email, key, text.fold(email), strength, source, now,
        )  # fmt: skip
        if rows:
            customer: UUID = rows[0]["customer"]
            await _insert(customer, workspace, name, language, now)
            return customer
        known = await queries.customer_by_key(workspace, key)
        assert known is not None, "a conflict is with a row that is there"
        if strength == VERIFIED:
            await _confirm(workspace, known, key, source)
            await _enrich(workspace, known, name, language)
    return known


async def _insert(customer: UUID, workspace: UUID, name: str, language: str, now: datetime) -> None:
    await database.execute(
        "INSERT INTO customer (id, workspace, name, name_folded, language, created_at, seen_at) "
        "VALUES ({}, {}, {}, {}, {}, {}, {})",
        customer, workspace, name, text.fold(name), language, now, now,
    )  # fmt: skip


async def _confirm(workspace: UUID, customer: UUID, key: str, source: str) -> None:
    await database.execute(
        "UPDATE customer_identity SET strength = {}, source = {} "
        "WHERE workspace = {} AND customer = {} AND kind = 'email' AND key = {} AND strength <> {}",
        VERIFIED, source, workspace, customer, key, VERIFIED,
    )  # fmt: skip


async def _enrich(workspace: UUID, customer: UUID, name: str, language: str) -> None:
    """What is given replaces what was there; what is not given stays."""
    await database.execute(
        "UPDATE customer SET name = CASE WHEN {} = '' THEN name ELSE {} END, "
        "name_folded = CASE WHEN {} = '' THEN name_folded ELSE {} END, "
        "language = CASE WHEN {} = '' THEN language ELSE {} END WHERE workspace = {} AND id = {}",
        name, name, name, text.fold(name), language, language, workspace, customer,
    )  # fmt: skip


async def mark_seen(workspace: UUID, seen: Mapping[UUID, datetime]) -> None:
    """Notes when customers were last heard of; an earlier moment than the one known changes nothing."""
    for customer in sorted(seen):
        await database.execute(
            "UPDATE customer SET seen_at = {} WHERE workspace = {} AND id = {} AND seen_at < {}",
            seen[customer], workspace, customer, seen[customer],
        )  # fmt: skip


async def note(row: TimelineRow) -> None:
    """Adds one entry to a timeline. Joins the transaction around it."""
    names = ", ".join(column.name for column in TIMELINE)
    await database.execute(
        f"INSERT INTO timeline_entry ({names}) VALUES ({database.in_list(TIMELINE)})", *timeline_row(row)
    )


async def token_for(secret: str, workspace: UUID, customer: UUID) -> str:
    """A token with which another system says whose answer it submits. Raises NotFound."""
    await queries.customer(workspace, customer)
    return tokens.sign_id(secret, TOKEN, customer)


async def customer_of_token(secret: str, token: str, workspace: UUID) -> UUID | None:
    """The customer that a token names; None if it was not made here or for another workspace."""
    try:
        named = tokens.read_id(secret, TOKEN, token)
        return (await queries.customer(workspace, named)).id
    except (tokens.BadToken, NotFound):
        return None
