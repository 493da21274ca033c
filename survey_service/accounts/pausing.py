"""Sending is paused in a workspace whose database came back from a backup, until a person lets it go on."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from survey_service.accounts import audit, installation_service, queries
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.schemas import Caller
from survey_service.accounts.tables import Installation, Workspace
from survey_service.core import database, logs
from survey_service.core.i18n.staff import N_

RESTORED = "restored_at"
"""The installation's value that a restore leaves in the copy, before anybody can start with it."""
IDENTITY = "database_identity"

log = logs.get(__name__)


async def notice_restore(now: datetime, *also: Callable[[], Awaitable[None]]) -> bool:
    """Pauses sending everywhere if this database is a copy that was put back; True if it is. `also` is what else a
    copy needs, all or nothing.

    `restore` leaves a mark. Without it PostgreSQL is found out too: tables that were made anew have other numbers.
    """
    known = await queries.installation_values(RESTORED, IDENTITY)
    identity = await queries.identity()
    copied = known.get(IDENTITY, identity) != identity
    if RESTORED in known or copied:
        await _pause_all(datetime.fromisoformat(known[RESTORED]) if RESTORED in known else now, identity, also)
        log.warning("sending_paused", reason="the database was restored")
        return True
    if identity and IDENTITY not in known:
        await installation_service.set_installation_value(IDENTITY, identity)
    return False


async def _pause_all(since: datetime, identity: str, also: Iterable[Callable[[], Awaitable[None]]]) -> None:
    async with database.transaction():
        for put_right in also:
            await put_right()
        going_on = Workspace.sending_paused_at.is_null()
        await database.execute(Workspace.update({Workspace.sending_paused_at: since}).where(going_on))
        await audit.record_everywhere(StaffAction.SENDING_PAUSED, N_("After a restore"))
        if identity:
            await installation_service.set_installation_value(IDENTITY, identity)
        await database.execute(Installation.delete().where(Installation.name == RESTORED))


async def mark_restored(now: datetime) -> None:
    """Leaves the mark that `notice_restore` looks for. Joins the transaction around it, if any."""
    mark = Installation.insert(Installation(name=RESTORED, value=now.isoformat()))
    await database.execute(mark.on_conflict(target=Installation.name, action="DO NOTHING"))


async def pause(caller: Caller, now: datetime) -> None:
    """Stops sending in the caller's workspace; what waits goes on waiting."""
    going_on = (Workspace.id == caller.workspace) & Workspace.sending_paused_at.is_null()
    change = Workspace.update({Workspace.sending_paused_at: now}).where(going_on).returning(Workspace.id)
    async with database.transaction():
        if await database.execute(change):
            await audit.record(caller, StaffAction.SENDING_PAUSED)


async def end_pause(caller: Caller) -> bool:
    """Lets sending go on in the caller's workspace; False if it was not paused."""
    standing = (Workspace.id == caller.workspace) & Workspace.sending_paused_at.is_not_null()
    change = Workspace.update({Workspace.sending_paused_at: None}).where(standing).returning(Workspace.id)
    async with database.transaction():
        changed = await database.execute(change)
        if changed:
            await audit.record(caller, StaffAction.SENDING_RESUMED)
    return bool(changed)
