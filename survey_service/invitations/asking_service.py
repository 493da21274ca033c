"""What staff and programs do to invitations, each with its line in the audit trail."""

from datetime import datetime
from uuid import UUID

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.core import database
from survey_service.core.email_address import masked
from survey_service.core.keyring import Keyring
from survey_service.invitations import quota_service, service
from survey_service.invitations.actions import InvitationAction
from survey_service.invitations.schemas import InvitationRow, NewInvitation


async def ask(keys: Keyring, caller: Caller, new: NewInvitation, now: datetime, at_most: int) -> InvitationRow:
    """`service.queue_invitation` for a caller. Raises also DayIsFull, where `at_most` were added today."""
    async with database.transaction():
        row = await service.queue_invitation(keys, caller.workspace, new, now)
        if row.state == "queued":
            await quota_service.take(caller.workspace, caller.time_zone, at_most, now)
        await audit.record(caller, InvitationAction.ADDED, masked(row.email))
    return row


async def ask_again(
    caller: Caller, invitation_id: UUID, now: datetime, at_most: int, *, again: bool = True
) -> InvitationRow:
    """`service.resend` for a caller, counted alike."""
    async with database.transaction():
        row = await service.resend(caller.workspace, invitation_id, now, again=again)
        await quota_service.take(caller.workspace, caller.time_zone, at_most, now)
        await audit.record(caller, InvitationAction.ADDED_AGAIN, masked(row.email))
    return row


async def take_back(caller: Caller, invitation_id: UUID, now: datetime) -> InvitationRow:
    """`service.take_back` for a caller."""
    async with database.transaction():
        row = await service.take_back(caller.workspace, invitation_id, now)
        await audit.record(caller, InvitationAction.TAKEN_BACK, masked(row.email))
    return row
