"""The audit trail: who did what to what. It is written in the transaction of the deed, where there is one."""

from uuid import UUID

from survey_service.accounts.actions import AuditAction
from survey_service.accounts.schemas import Caller
from survey_service.accounts.tables import AuditEntry
from survey_service.core import clock, database
from survey_service.core.i18n.staff import N_

INSTALLATION = N_("The installation")
"""Who acts when a setting or a command does."""


async def record(caller: Caller, action: AuditAction, subject: str = "") -> None:
    """Notes that the caller did `action`, one of those that a room declares, to `subject` (words for people)."""
    await record_for(caller.workspace, caller.actor, caller.name, action, subject)


async def record_for(
    workspace: UUID, actor: UUID | None, actor_name: str, action: AuditAction, subject: str = ""
) -> None:
    """The same for somebody who is not a caller (yet): at sign-in, or from the command line."""
    entry = AuditEntry(
        workspace=workspace,
        actor=actor,
        actor_name=actor_name[:320],
        action=action.key,
        subject=subject,
        at=clock.now(),
    )
    await database.execute(AuditEntry.insert(entry))
