"""Owners, made and let in from the command line."""

from datetime import datetime

import msgspec

from survey_service.accounts import installation_service, queries, service, sign_in
from survey_service.accounts.queries import FIRST_EMAIL, StaffRow, WorkspaceRow
from survey_service.accounts.schemas import Caller
from survey_service.beginning import service as beginning
from survey_service.beginning.service import Beginning
from survey_service.core import database, passwords
from survey_service.core.errors import Conflict, Invalid, NotFound
from survey_service.core.settings import Settings
from survey_service.operation.progress import Report


def link_address(settings: Settings, secret: str) -> str:
    """Where a sign-in link leads."""
    return f"{settings.public_url}/app/link/{secret}"


async def let_owner_in(settings: Settings) -> tuple[str, str]:
    """(e-mail, secret of a fresh sign-in link) of an owner: the settings' one, or the first; made if there is none."""
    owner = await installation_service.ensure_first_owner(settings) or await _first_owner()
    return owner.email, await installation_service.issue_sign_in_link(owner.email)


async def _first_owner() -> StaffRow:
    """Without a password: nobody can guess what does not exist."""
    workspace = await installation_service.workspace_default()
    owners = [await queries.staff_member(workspace.id, owner) for owner in await queries.owners(workspace.id)]
    return min(owners, key=lambda owner: owner.created_at, default=None) or await installation_service.ensure_owner(
        FIRST_EMAIL
    )


async def make_admin(email: str, name: str, password: str) -> str:
    """Makes an owner. Gives the secret of a sign-in link, or nothing if there is a password.

    For an owner who is there already a fresh link is made, and nothing is changed. Raises Conflict if the address
    belongs to somebody else, and Invalid for an address or password that will not do.
    """
    address = sign_in.checked_email(email)
    workspace = await installation_service.workspace_default()
    if existing := await queries.staff_with_email(address):
        return await _link_for_existing(existing, password)
    if password and (fault := passwords.weakness(password, address, name, workspace.name)):
        raise Invalid.field("password", "weak", fault)
    staff, link = await service.add_staff(installation_service.caller(workspace), address, name or address, "owner")
    if not password:
        return link
    await sign_in.change_password(_as(staff, workspace), "", password, password)
    await sign_in.end_access(workspace.id, staff.id)
    return ""


async def begin(wanted: Beginning, now: datetime, report: Report) -> str:
    """Removes the demo and begins for the owner with the address wanted: the one who has it, else the demo's own.

    Gives the secret of a sign-in link, or nothing if there is a password. Raises Invalid and Conflict as the page does,
    and then no account is made either.
    """
    async with database.transaction():
        workspace = await installation_service.workspace_default()
        existing = await queries.staff_with_email(sign_in.checked_email(wanted.email))
        owner = (
            existing
            or await queries.staff_with_email(FIRST_EMAIL)
            or await installation_service.ensure_owner(wanted.email)
        )
        if owner.role != "owner" or owner.workspace != workspace.id:
            raise Conflict(f"{owner.email} has an account already, as {owner.role}. An owner can change the role.")
        if owner.disabled_at:
            raise Conflict(f"{owner.email} is an owner whose account is disabled.")
        await beginning.begin(_as(owner, workspace), wanted, now, report)
        return (
            "" if owner.has_password or wanted.password else await installation_service.issue_sign_in_link(wanted.email)
        )


async def _link_for_existing(staff: StaffRow, password: str) -> str:
    if staff.role != "owner":
        raise Conflict(f"{staff.email} has an account already, as {staff.role}. An owner can change the role.")
    if password:
        raise Conflict(f"{staff.email} is an owner already. Leave the password out to get a sign-in link.")
    try:
        return await installation_service.issue_sign_in_link(staff.email)
    except NotFound as error:
        raise Conflict(f"{staff.email} is an owner whose account is disabled.") from error


def _as(staff: StaffRow, workspace: WorkspaceRow) -> Caller:
    asking = installation_service.caller(workspace)
    return msgspec.structs.replace(asking, actor=staff.id, name=staff.name or staff.email)
