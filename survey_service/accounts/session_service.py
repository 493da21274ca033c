"""Where a person is signed in, what of it they end, and the browsers that they are known to use.

After a good sign-in a browser gets a secret of its own, which stays when the session ends: with it, wrong passwords
from elsewhere never stand in the person's way. It opens nothing by itself.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from piccolo.columns.combination import And

from survey_service.accounts import audit, queries
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.schemas import Caller, OwnDevice, OwnSession, SessionRow
from survey_service.accounts.sign_in import SESSION_AT_MOST
from survey_service.accounts.tables import StaffDevice, StaffSession
from survey_service.accounts.throttle import network_of
from survey_service.core import clock, database, tokens
from survey_service.core.browsers import Browser
from survey_service.core.errors import Forbidden
from survey_service.core.i18n.staff import gettext as _

COOKIE = "survey_device"
DEVICE_LASTS = timedelta(days=180)
"""From the last sign-in with it."""
MOST_DEVICES = 20
"""Of one person; the one is forgotten that they signed in with longest ago."""


async def remember_browser(secret: str, browser: Browser) -> str:
    """Notes with what browser the session with this secret was begun, and that its person uses it. Gives the secret
    by which the browser is known from now on, empty if there is no such session.

    One secret serves all who use the browser; one that we did not give is not taken.
    """
    now = clock.now()
    session = await queries.session(tokens.hashed(secret), now, now + SESSION_AT_MOST)
    if session is None:
        return ""
    is_ours = bool(browser.device) and await queries.is_device(tokens.hashed(browser.device), now)
    device = browser.device if is_ours else tokens.new_secret()
    async with database.transaction():
        await _note(session, browser, tokens.hashed(device), now)
        await _forget_oldest(session.workspace, session.staff, now)
    return device


async def _note(session: SessionRow, browser: Browser, device: str, now: datetime) -> None:
    network = network_of(browser.host)[:64]
    noted = StaffSession.update(
        {
            StaffSession.device: device,
            StaffSession.browser: browser.kind,
            StaffSession.system: browser.system,
            StaffSession.network: network,
        }
    )
    await database.execute(noted.where(StaffSession.id == session.id, StaffSession.workspace == session.workspace))
    known = StaffDevice(
        workspace=session.workspace,
        staff=session.staff,
        device=device,
        browser=browser.kind,
        system=browser.system,
        network=network,
        created_at=now,
        used_at=now,
        expires_at=now + DEVICE_LASTS,
    )
    again = [StaffDevice.browser, StaffDevice.system, StaffDevice.network, StaffDevice.used_at, StaffDevice.expires_at]
    both = (StaffDevice.device, StaffDevice.staff)
    await database.execute(StaffDevice.insert(known).on_conflict(target=both, action="DO UPDATE", values=again))


async def _forget_oldest(workspace: UUID, staff: UUID, now: datetime) -> None:
    """And every browser that is over, whosever it is: one of a clock that was ahead, too."""
    over = (StaffDevice.expires_at <= now) | (StaffDevice.expires_at > now + DEVICE_LASTS)
    await database.execute(StaffDevice.delete().where(over))
    oldest = (await queries.devices_of(workspace, staff, now))[MOST_DEVICES:]
    if oldest:
        theirs = (StaffDevice.workspace == workspace) & (StaffDevice.staff == staff)
        these = StaffDevice.id.is_in([device.id for device in oldest])
        await database.execute(StaffDevice.delete().where(theirs & these))


async def sessions(caller: Caller) -> list[OwnSession]:
    """Where the caller is signed in, the newest sign-in first."""
    now = clock.now()
    return await queries.sessions_of(caller.workspace, _person(caller), now, now + SESSION_AT_MOST)


async def devices(caller: Caller) -> list[OwnDevice]:
    """The browsers that the caller is known to use, the one first with which they signed in last."""
    return await queries.devices_of(caller.workspace, _person(caller), clock.now())


async def holding(session_ids: Collection[str]) -> set[str]:
    """Those of the sessions that hold, by the hashes of their secrets: for what stays open while they may end."""
    now = clock.now()
    return await queries.holding([*session_ids], now, now + SESSION_AT_MOST)


def _person(caller: Caller) -> UUID:
    if caller.actor is None:
        raise Forbidden(_("An API key is not signed in anywhere."))
    return caller.actor


async def end_session(caller: Caller, session_id: str) -> None:
    """Ends one of the caller's sessions, and forgets its browser unless they are signed in with it once more; nothing
    where it has ended."""
    ours = _sessions(caller) & (StaffSession.id == session_id)
    async with database.transaction():
        await queries.staff_member(caller.workspace, _person(caller), locked=True)  # who ends the other one waits
        for ended in await database.execute(StaffSession.delete().where(ours).returning(StaffSession.device)):
            if ended["device"] not in {session.device for session in await sessions(caller)}:
                forgotten = _devices(caller) & (StaffDevice.device == ended["device"])
                await database.execute(StaffDevice.delete().where(forgotten))
            await audit.record(caller, StaffAction.SESSION_ENDED)


async def end_other_sessions(caller: Caller) -> None:
    """Ends all of the caller's sessions but the one in which they ask, and forgets all other browsers; nothing where
    there are none."""
    others = StaffSession.delete().where(_sessions(caller) & (StaffSession.id != caller.session))
    async with database.transaction():
        await queries.staff_member(caller.workspace, _person(caller), locked=True)
        kept = [session.device for session in await sessions(caller) if session.id == caller.session]
        elsewhere = StaffDevice.delete().where(_devices(caller) & StaffDevice.device.not_in(kept or [""]))
        ended = await database.execute(others.returning(StaffSession.id))
        if await database.execute(elsewhere.returning(StaffDevice.id)) or ended:
            await audit.record(caller, StaffAction.OTHER_SESSIONS_ENDED)


async def forget_device(caller: Caller, device_id: UUID) -> None:
    """From now on the browser is like any other for the caller, until they sign in with it again."""
    ours = _devices(caller) & (StaffDevice.id == device_id)
    async with database.transaction():
        if await database.execute(StaffDevice.delete().where(ours).returning(StaffDevice.id)):
            await audit.record(caller, StaffAction.BROWSER_FORGOTTEN)


def _sessions(caller: Caller) -> And:
    return (StaffSession.workspace == caller.workspace) & (StaffSession.staff == _person(caller))


def _devices(caller: Caller) -> And:
    return (StaffDevice.workspace == caller.workspace) & (StaffDevice.staff == _person(caller))
