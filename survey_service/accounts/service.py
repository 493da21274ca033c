"""Staff: who may sign in, and as what. Every change leaves an entry in the audit trail."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from piccolo.columns import Column

from survey_service.accounts import audit, queries, sign_in
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.queries import StaffRow
from survey_service.accounts.schemas import MISSING, ROLES, Caller
from survey_service.accounts.tables import Staff
from survey_service.core import clock, database, text
from survey_service.core.email_address import key_of
from survey_service.core.errors import Conflict, Forbidden, Invalid, SignInRequired
from survey_service.core.i18n.staff import N_, available
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import new_id


class AsksFirst(Conflict):
    """It would end more than it says, or the caller's own access: nothing is done until they are sure. `keys` are the
    names of the API keys that stop with it."""

    def __init__(self, staff: StaffRow, keys: Sequence[str]) -> None:
        super().__init__(_("Nothing was changed yet."))
        self.staff = staff
        self.keys = keys


ADDED_ALREADY = N_("This colleague is added already, and the link was shown then. If nobody kept it, make a new one.")
LINK_ALREADY = N_("A new link is made already, and was shown then. If nobody kept it, make another.")
NOT_ONESELF = N_("A new link is for colleagues: with it you would lock yourself out.")


async def insert_staff(
    workspace: UUID, email: str, name: str, role: str, password_hash: str, staff_id: UUID | None = None
) -> UUID | None:
    """The id of the new person, None if the address is taken."""
    person = Staff(
        id=staff_id or new_id(),
        workspace=workspace,
        email=email,
        email_key=key_of(email),
        name=name,
        password_hash=password_hash,
        role=role,
        created_at=clock.now(),
    )
    new = Staff.insert(person).on_conflict(action="DO NOTHING").returning(Staff.id)
    return person.id if await database.execute(new) else None


async def add_staff(
    caller: Caller, email: str, name: str, role: str, staff_id: UUID | None = None
) -> tuple[StaffRow, str]:
    """A new colleague, and the secret of the link to hand over. Raises Invalid naming the field. `staff_id` is what
    they are known by from the start: the same sent twice adds one, and the second time is a Conflict."""
    address, name, role = sign_in.checked_email(email), text.checked_line("name", name, MISSING), _role(role)
    async with database.transaction():
        await _in_turn(caller)
        added = await insert_staff(caller.workspace, address, name, role, "", staff_id)
        if added is None:
            former = await queries.staff_with_email(address)
            if former and former.id == staff_id and former.workspace == caller.workspace:
                raise Conflict(_(ADDED_ALREADY))
            if former:
                raise Invalid.field("email", "taken", _("Somebody has this address already."))
            return await add_staff(caller, address, name, role)  # an older page was changed and sent again
        await audit.record(caller, StaffAction.STAFF_ADDED, f"{address}, {role}")
        staff = await queries.staff_member(caller.workspace, added)
        return staff, await sign_in.make_sign_in_link(staff)


def _role(role: str) -> str:
    if role not in ROLES:
        raise Invalid.field("role", "unknown", _("Choose one of the roles."))
    return role


async def rename_oneself(caller: Caller, name: str) -> None:
    """Gives the caller another name; empty, their address stands for it. Raises Invalid naming the field."""
    if caller.actor is None:
        raise Forbidden(_("An API key is named where keys are made."))
    name = text.checked_line("name", name, MISSING) if name.strip() else ""
    async with database.transaction():
        staff = await queries.staff_member(caller.workspace, caller.actor)
        if name != staff.name:
            await _update_staff(staff, {Staff.name: name})
            await audit.record(caller, StaffAction.NAME_CHANGED, f"{staff.name or staff.email} → {name or staff.email}")


async def choose_language(caller: Caller, language: str) -> None:
    """In which language the caller reads the staff pages; empty, their browser says it. Raises Invalid."""
    if caller.actor is None:
        raise Forbidden(_("An API key reads in the language that its program asks for."))
    if language and language not in available():
        raise Invalid.field("language", "unknown", _("Choose one of the languages."))
    async with database.transaction():
        staff = await queries.staff_member(caller.workspace, caller.actor)
        if language != staff.language:
            await _update_staff(staff, {Staff.language: language})
            await audit.record(caller, StaffAction.LANGUAGE_CHANGED, language)


async def change_role(caller: Caller, staff_id: UUID, role: str, *, sure: bool = True) -> StaffRow:
    """Gives a colleague another role; their sessions end, because a session's id never outlives its rights.

    Raises Conflict for the last owner, and AsksFirst unless the caller is `sure`.
    """
    async with database.transaction():
        await _in_turn(caller)
        staff = await queries.staff_member(caller.workspace, staff_id)
        if staff.role == _role(role):
            return staff
        await _not_the_last_owner(staff)
        if not sure:
            await _ask_first(caller, staff)
        await _update_staff(staff, {Staff.role: role})
        await sign_in.end_access(staff.workspace, staff.id)
        await audit.record(caller, StaffAction.ROLE_CHANGED, f"{staff.email}: {staff.role} → {role}")
        return await queries.staff_member(caller.workspace, staff_id)


async def set_disabled(caller: Caller, staff_id: UUID, disabled: bool, *, sure: bool = True) -> StaffRow:
    """Shuts a colleague out, or lets them in again. Raises Conflict for the last owner, and AsksFirst unless the caller
    is `sure`."""
    async with database.transaction():
        await _in_turn(caller)
        staff = await queries.staff_member(caller.workspace, staff_id)
        if (staff.disabled_at is not None) == disabled:
            return staff
        if disabled:
            await _not_the_last_owner(staff)
            if not sure:
                await _ask_first(caller, staff)
        await _update_staff(staff, {Staff.disabled_at: clock.now() if disabled else None})
        if disabled:  # after the person's row: whoever ends a session of theirs takes that first
            await sign_in.end_access(staff.workspace, staff.id)
        await audit.record(caller, StaffAction.STAFF_DISABLED if disabled else StaffAction.STAFF_ENABLED, staff.email)
        return await queries.staff_member(caller.workspace, staff_id)


async def renew_access(caller: Caller, staff_id: UUID, shown_with: UUID | None = None) -> tuple[StaffRow, str]:
    """Forgets a colleague's password and sessions; gives the secret of a link with which they choose a new one.

    Raises Conflict for oneself, for somebody who is disabled, and where another link was made since the page was shown,
    which gave itself the id `shown_with`: a page that is loaded again does not end what was chosen meanwhile.
    """
    async with database.transaction():
        await _in_turn(caller)
        if staff_id == caller.actor:
            raise Conflict(_(NOT_ONESELF), what_to_do=_("Change your own password under Settings, Your account."))
        staff = await queries.staff_member(caller.workspace, staff_id)
        if shown_with and await audit.has_happened(staff, StaffAction.LINK_MADE, shown_with):
            raise Conflict(_(LINK_ALREADY))
        if staff.disabled_at is not None:
            raise Conflict(_("This account is disabled."), what_to_do=_("Enable it first."))
        await _update_staff(staff, {Staff.password_hash: ""})
        await sign_in.end_access(staff.workspace, staff.id)
        await audit.record(caller, StaffAction.LINK_MADE, staff.email)
        return staff, await sign_in.make_sign_in_link(staff)


async def _ask_first(caller: Caller, staff: StaffRow) -> None:
    """Where somebody gives up their own access, or API keys stop with that of somebody else."""
    keys = await queries.keys_made_by(staff.workspace, staff.id) if staff.role == "owner" else []
    if keys or staff.id == caller.actor:
        raise AsksFirst(staff, keys)


async def _update_staff(staff: StaffRow, values: dict[Column | str, Any]) -> None:
    theirs = (Staff.id == staff.id) & (Staff.workspace == staff.workspace)
    await database.execute(Staff.update(values).where(theirs))


async def _with_owners_locked(caller: Caller, staff_id: UUID) -> StaffRow:
    """The colleague; changes of owners take turns at the workspace's row, or two would remove each other."""
    await queries.workspace(caller.workspace, locked=True)
    return await queries.staff_member(caller.workspace, staff_id)


async def _in_turn(caller: Caller) -> None:
    """Changes of colleagues, one after another. Raises SignInRequired for whoever is no owner any more by then."""
    await queries.workspace(caller.workspace, locked=True)
    if caller.actor and caller.actor not in await queries.owners(caller.workspace):
        raise SignInRequired(_("Sign in to see this page."))


async def _not_the_last_owner(staff: StaffRow) -> None:
    if await queries.owners(staff.workspace) == {staff.id}:
        raise Conflict(
            _("%(name)s is the last owner, and somebody has to be.", name=staff.name or staff.email),
            what_to_do=_("Make somebody else an owner first."),
        )


@asynccontextmanager
async def held_staff(caller: Caller, staff_id: UUID) -> AsyncIterator[StaffRow]:
    """A transaction in which a colleague stands as they are given: nobody else changes them before the end."""
    async with database.transaction():
        yield await _with_owners_locked(caller, staff_id)
