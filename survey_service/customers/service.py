"""Adding customers and writing their timelines."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns import Column

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.core import database, email_address, text, tokens, windows
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import new_id
from survey_service.core.keyring import Keyring
from survey_service.customers import queries
from survey_service.customers.actions import CustomerAction
from survey_service.customers.plans import TIMELINE, timeline_row
from survey_service.customers.schemas import VERIFIED, NewCustomer, TimelineRow
from survey_service.customers.tables import Customer, CustomerIdentity, TimelineEntry

TOKEN = "customer"  # noqa: S105  (a purpose, not a password)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def checked_email(text: str) -> str:
    """The address as it is kept and written to. Raises Invalid."""
    try:
        return email_address.read(text)
    except email_address.NotAnAddress as error:
        raise Invalid.field("email", "malformed", _(error.words)) from error


def checked_language(text: str) -> str:
    """The language tag, or nothing if none is given. Raises Invalid."""
    if text and not LANGUAGE.fullmatch(text):
        raise Invalid.field("language", "malformed", _("Write a language tag, such as en or am."))
    return text


def checked_name(name: str) -> str:
    """A person's name as typed, or empty; what cannot be shown is left out, as other systems keep such things too.
    Raises Invalid for one that is too long."""
    return text.checked_line("name", text.one_line(name))


async def customer_for_email(workspace: UUID, email: str, name: str, language: str, source: str, now: datetime) -> UUID:
    """The customer of an address that staff or another system vouches for, added if new. Joins the transaction around
    it. Raises Invalid.

    An address that was only claimed is certain from now on, and the person is called what is said here.
    """
    email, name = checked_email(email), checked_name(name)
    key, language = email_address.key_of(email), checked_language(language)
    async with database.transaction():
        customer = new_id()
        row = CustomerIdentity(
            workspace=workspace, customer=customer, kind="email", value=email, key=key, value_folded=text.fold(email),
            strength=VERIFIED, source=source, created_at=now,
        )  # fmt: skip
        added = CustomerIdentity.insert(row).on_conflict(action="DO NOTHING").returning(CustomerIdentity.id)
        if await database.execute(added):
            await _insert(customer, workspace, name, language, now)
            return customer
        known = await queries.customer_by_key(workspace, key)
        assert known is not None, "a conflict is with a row that is there"
        await _confirm(workspace, known, key, source)
        await _enrich(workspace, known, name, language)
    return known


async def keep(caller: Caller, new: NewCustomer, now: datetime) -> UUID:
    """The same for a program that vouches for the address, with its line in the audit trail."""
    async with database.transaction():
        source = caller.name or "API"
        customer = await customer_for_email(caller.workspace, new.email, new.name, new.language, source, now)
        await audit.record(caller, CustomerAction.KEPT, email_address.masked(checked_email(new.email)))
    return customer


async def _insert(customer: UUID, workspace: UUID, name: str, language: str, now: datetime) -> None:
    row = Customer(
        id=customer, workspace=workspace, name=name, name_folded=text.fold(name), language=language, created_at=now,
        seen_at=now,
    )  # fmt: skip
    await database.execute(Customer.insert(row))


async def _confirm(workspace: UUID, customer: UUID, key: str, source: str) -> None:
    await database.execute(
        CustomerIdentity.update({CustomerIdentity.strength: VERIFIED, CustomerIdentity.source: source}).where(
            CustomerIdentity.workspace == workspace,
            CustomerIdentity.customer == customer,
            CustomerIdentity.kind == "email",
            CustomerIdentity.key == key,
            CustomerIdentity.strength != VERIFIED,
        )
    )


async def _enrich(workspace: UUID, customer: UUID, name: str, language: str) -> None:
    """What is given replaces what was there; what is not given stays."""
    given: dict[Column | str, Any] = {}
    if name:
        given |= {Customer.name: name, Customer.name_folded: text.fold(name)}
    if language:
        given[Customer.language] = language
    if given:
        await database.execute(Customer.update(given).where(Customer.workspace == workspace, Customer.id == customer))


async def mark_seen(workspace: UUID, seen: Mapping[UUID, datetime], now: datetime) -> None:
    """Notes when customers were last heard of; an earlier moment than the one known changes nothing, unless that lies
    ahead: a clock was wrong then."""
    for customer in sorted(seen):
        at = seen[customer]
        await database.execute(
            Customer.update({Customer.seen_at: at}).where(
                Customer.workspace == workspace,
                Customer.id == customer,
                (Customer.seen_at < at) | (Customer.seen_at > now + windows.SKEW),
            )
        )


async def note(row: TimelineRow) -> None:
    """Adds one entry to a timeline. Joins the transaction around it."""
    values: dict[str, Any] = {column.name: value for column, value in zip(TIMELINE, timeline_row(row), strict=True)}
    await database.execute(TimelineEntry.insert(TimelineEntry(**values)))


async def token_for(keys: Keyring, workspace: UUID, customer: UUID) -> str:
    """A token with which another system says whose answer it submits. Raises NotFound."""
    await queries.customer(workspace, customer)
    return tokens.sign_id(keys, TOKEN, customer)


async def make_token(keys: Keyring, caller: Caller, customer: UUID) -> str:
    """The same for a program, with its line in the audit trail."""
    token = await token_for(keys, caller.workspace, customer)
    await audit.record_taken(caller, CustomerAction.TOKEN_MADE)
    return token


async def customer_of_token(keys: Keyring, token: str, workspace: UUID) -> UUID | None:
    """The customer that a token names; None if it was not made here or for another workspace."""
    try:
        named = tokens.read_id(keys, TOKEN, token)
        return (await queries.customer(workspace, named)).id
    except (tokens.BadToken, NotFound):
        return None
