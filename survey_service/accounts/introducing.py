"""An owner says who they are: name, address and a first password, in place of those that were made up."""

from typing import Any
from uuid import UUID

import msgspec

from survey_service.accounts import audit, queries, sign_in
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.schemas import MISSING, Caller
from survey_service.accounts.tables import Staff
from survey_service.core import database, passwords, text
from survey_service.core.email_address import key_of
from survey_service.core.errors import Forbidden, Invalid
from survey_service.core.i18n.staff import gettext as _


class Introduction(msgspec.Struct, frozen=True):
    """Name, address and password of a person, checked; `password_hash` is empty where the old password stays."""

    staff: UUID
    name: str
    email: str
    password_hash: str


async def checked(caller: Caller, name: str, email: str, password: str | None) -> Introduction:
    """What was typed, as it may be kept. A password is asked for only of who has none; with None it is chosen later.

    Raises Invalid naming the field.
    """
    if caller.actor is None:
        raise Forbidden(_("Only a person can introduce themselves."))
    staff = await queries.staff_member(caller.workspace, caller.actor)
    address, shown = sign_in.checked_email(email), text.checked_line("owner_name", name, MISSING)
    await _refuse_taken(address, staff.id)
    if staff.has_password or password is None:
        return Introduction(staff.id, shown, address, "")
    if fault := passwords.weakness(password, address, shown, caller.workspace_name):
        raise Invalid.field("password", "weak", fault)
    return Introduction(staff.id, shown, address, await passwords.hashed(password))


async def _refuse_taken(address: str, staff: UUID) -> None:
    known = await queries.staff_with_email(address)
    if known is not None and known.id != staff:
        raise Invalid.field("email", "taken", _("Somebody has this address already."))


async def introduce(caller: Caller, who: Introduction) -> None:
    """Keeps it; the caller's session goes on, and sign-in links that were not used end. With a first password all other
    sessions end, as with every change of it. Joins the transaction around it.

    Raises Invalid if somebody has taken the address since it was checked.
    """
    await database.hold_tables(Staff)
    await _refuse_taken(who.email, who.staff)
    values: dict[Any, str] = {Staff.name: who.name, Staff.email: who.email, Staff.email_key: key_of(who.email)}
    if who.password_hash:
        values[Staff.password_hash] = who.password_hash
    ours = (Staff.id == who.staff) & (Staff.workspace == caller.workspace)
    await database.execute(Staff.update(values).where(ours))
    await sign_in.end_links(caller.workspace, who.staff)
    if who.password_hash:
        await sign_in.end_sessions(caller.workspace, who.staff, but=caller.session)
    await audit.record(caller, StaffAction.INTRODUCED, who.email)
