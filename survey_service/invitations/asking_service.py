"""What staff and programs do to invitations, each with its line in the audit trail."""

from datetime import datetime
from uuid import UUID

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.core import database
from survey_service.core.email_address import masked
from survey_service.core.keyring import Keyring
from survey_service.invitations import service
from survey_service.invitations.actions import InvitationAction
from survey_service.invitations.schemas import InvitationRow, NewInvitation


async def ask(keys: Keyring, caller: Caller, new: NewInvitation, now: datetime) -> InvitationRow:
    """`service.queue_invitation` for a caller."""
    async with database.transaction():
        row = await service.queue_invitation(keys, caller.workspace, new, now)
        await audit.record(caller, InvitationAction.ADDED, masked(row.email))
    return row


async def ask_again(caller: Caller, invitation_id: UUID, now: datetime, *, again: bool = True) -> InvitationRow:
    """`service.resend` for a caller."""
    async with database.transaction():
        row = await service.resend(caller.workspace, invitation_id, now, again=again)
        await audit.record(caller, InvitationAction.ADDED_AGAIN, masked(row.email))
    return row


async def take_back(caller: Caller, invitation_id: UUID, now: datetime) -> InvitationRow:
    """`service.take_back` for a caller."""
    async with database.transaction():
        row = await service.take_back(caller.workspace, invitation_id, now)
        await audit.record(caller, InvitationAction.TAKEN_BACK, masked(row.email))
    return row
