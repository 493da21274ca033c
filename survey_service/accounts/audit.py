"""The audit trail: who did what to what. It is written in the transaction of the act."""

from datetime import timedelta
from uuid import UUID

from survey_service.accounts import queries
from survey_service.accounts.actions import AuditAction
from survey_service.accounts.schemas import Caller
from survey_service.accounts.tables import AuditEntry
from survey_service.core import clock, database
from survey_service.core.batch.statements import Batch, Insert
from survey_service.core.database.written import columns_of
from survey_service.core.i18n.staff import N_
from survey_service.core.ids import id_at

COLUMNS = tuple(columns_of(AuditEntry).values())

INSTALLATION = N_("The installation")
"""Who acts when a setting, a command or the worker does."""

AHEAD = timedelta(minutes=5)
"""So far the clocks of several machines may differ."""


def recorded(caller: Caller, action: AuditAction, subject: str = "") -> Batch[None]:
    """Notes in a plan, which is a transaction of its own, that the caller did `action` to `subject`."""
    entry = _entry(caller.workspace, caller.doer, caller.name, action, subject)
    yield Insert("audit_entry", COLUMNS, [tuple(getattr(entry, column.name) for column in COLUMNS)])


async def record(caller: Caller, action: AuditAction, subject: str = "") -> None:
    """Notes that the caller did `action`, one of those that a room declares, to `subject` (words for people)."""
    await record_for(caller.workspace, caller.doer, caller.name, action, subject)


async def has_happened(staff: queries.StaffRow, action: AuditAction, since: UUID) -> bool:
    """Whether this was done to the person since an id was made: ids are in the order of time. What a clock that was
    far ahead has left counts for nothing."""
    soon = id_at(int((clock.now() + AHEAD).timestamp() * 1000))
    return await queries.was_done(staff, action.key, since, soon)


async def record_taken(caller: Caller, action: AuditAction, subject: str = "") -> None:
    """Notes, in a transaction of its own, what is taken out and changes nothing else. Whatever it is, it is not handed
    over unless this stands."""
    async with database.transaction():
        await record(caller, action, subject)


async def record_of_installation(workspace: UUID, action: AuditAction, subject: str = "") -> None:
    """Notes in one workspace what nobody asked for there: a setting, a command or the worker did it."""
    await record_for(workspace, None, INSTALLATION, action, subject)


async def record_everywhere(action: AuditAction, subject: str = "") -> None:
    """Notes in every workspace what the installation does to all of them, such as a backup."""
    for workspace in await queries.workspaces():
        await record_of_installation(workspace.id, action, subject)


async def record_for(
    workspace: UUID, actor: UUID | None, actor_name: str, action: AuditAction, subject: str = ""
) -> None:
    """Notes what somebody does who is not a caller yet: at sign-in."""
    assert database.in_transaction(), "an act and its line are kept together, or neither is"
    await database.execute(AuditEntry.insert(_entry(workspace, actor, actor_name, action, subject)))


def _entry(workspace: UUID, actor: UUID | None, actor_name: str, action: AuditAction, subject: str) -> AuditEntry:
    return AuditEntry(
        workspace=workspace,
        actor=actor,
        actor_name=actor_name[:320],
        action=action.key,
        subject=subject,
        at=clock.now(),
    )
