"""Signing in and out: passwords, one-time links, and the sessions that they begin.

A session's secret is made here, never taken from a browser, and is new at every sign-in and change of password.
"""

from datetime import datetime, timedelta
from uuid import UUID

from survey_service.accounts import audit, queries, throttle
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.queries import StaffRow
from survey_service.accounts.schemas import Caller, SessionRow
from survey_service.accounts.tables import SignInLink, Staff, StaffDevice, StaffSession
from survey_service.core import clock, database, email_address, logs, passwords, tokens
from survey_service.core.errors import Forbidden, Gone, Invalid
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.text import one_line

COOKIE = "survey_session"
SESSION_IDLE = timedelta(days=3)
SESSION_AT_MOST = timedelta(days=30)
EXTEND_AFTER = timedelta(hours=1)
"""A used session is extended at most this often: reading a page seldom writes."""
LINK_LASTS = timedelta(days=3)
A_DAY = timedelta(days=1)
"""A clock may be set back by less: a link goes on. Longer than this beyond its time, it was made by a clock ahead."""

NOT_CURRENT = "wrong"
"""The code of a field that had to be the current password."""

log = logs.get(__name__)


def checked_email(text: str) -> str:
    """An address as it is kept and written to. Raises Invalid. Nothing is looked up in the network."""
    try:
        return email_address.read(text)
    except email_address.NotAnAddress as error:
        raise Invalid.field("email", "email", _(error.words)) from error


def _typed_email(text: str) -> str:
    """In its key's form, so that tries of all spellings are counted together. What is too long to be one is not looked
    at to its end, for it comes from strangers."""
    text = text.strip()[: email_address.MAX_EMAIL + 1]
    try:
        return email_address.key_of(checked_email(text))
    except Invalid:
        # Nobody has such an address; it is looked up all the same, for the same work. Databases refuse NUL.
        return email_address.key_of(one_line(text)[: email_address.MAX_EMAIL])


class Disabled(Invalid):
    """The password is right, and its person may not sign in any more."""


async def sign_in(email: str, password: str, host: str, former: str = "", device: str = "") -> str:
    """Begins a session for the right password and gives its secret; `former` is the browser's session until now, and
    by `device` it is known if the person signed in with it before.

    `host` is the network address of who tries. Raises Invalid for a wrong pair (the same whether the address is
    known or not, and after the same work), Disabled for a right one of somebody who was shut out, and TooMany after
    too many failures.
    """
    email = _typed_email(email)
    known = await queries.device_of(email, tokens.hashed(device), clock.now())
    bounds = throttle.of_device(known) if known else throttle.of_stranger(email, host)
    await throttle.count(bounds, clock.now())
    for _try in range(2):  # once more if another sign-in renewed the hash while this one compared
        staff, stored = await queries.password_hash(email)
        right = await passwords.matches(stored, password[: passwords.MAX_LENGTH + 1])
        if staff is None or not right:
            break
        if staff.disabled_at is not None:
            raise Disabled(_("This account is disabled."), what_to_do=_("Ask an owner of your workspace to enable it."))
        await throttle.forgive(bounds)
        if secret := await _begin_with(staff, stored, password, former):
            return secret
    log.warning("sign_in_failed", host=host)
    raise Invalid(_("The address and the password do not belong together."))


async def _begin_with(staff: StaffRow, stored: str | None, password: str, former: str) -> str:
    """A new session for the password that `stored` is of; empty if that is not the person's any more. To compare took a
    while: whoever changed the password meanwhile has ended every session with the former one."""
    renewed = await passwords.hashed(password) if stored and passwords.is_outdated(stored) else ""
    async with database.transaction():
        if not await _is_still(staff, stored):
            return ""
        if renewed:
            await _keep_hash(staff, renewed)
        return await _begin(staff, former, StaffAction.SIGNED_IN)


async def _is_still(staff: StaffRow, stored: str | None) -> bool:
    """Whether this is the person's hash, now and until the transaction ends; None is no password."""
    person, known = await queries.password_hash(staff.email, locked=True)
    return person is not None and person.disabled_at is None and known == stored


async def _keep_hash(staff: StaffRow, password_hash: str) -> None:
    theirs = (Staff.id == staff.id) & (Staff.workspace == staff.workspace)
    await database.execute(Staff.update({Staff.password_hash: password_hash}).where(theirs))


async def _begin(staff: StaffRow, former: str, action: StaffAction) -> str:
    """A new session; the browser's former one ends, and so does everything that is over anyway."""
    secret, now = tokens.new_secret(), clock.now()
    session = StaffSession(
        id=tokens.hashed(secret),
        workspace=staff.workspace,
        staff=staff.id,
        created_at=now,
        used_at=now,
        expires_at=now + SESSION_IDLE,
    )
    ended = (StaffSession.expires_at <= now) | (StaffSession.expires_at > now + SESSION_AT_MOST)
    over = (StaffSession.id == tokens.hashed(former)) | ended
    async with database.transaction():
        await database.execute(StaffSession.delete().where(over))
        await throttle.forget(now)
        await database.execute(StaffSession.insert(session))
        await audit.record_for(staff.workspace, staff.id, staff.name or staff.email, action)
    return secret


async def caller_of_session(secret: str) -> Caller | None:
    """Who a session's secret stands for, None if it does not hold (any more)."""
    now = clock.now()
    row = await queries.session(tokens.hashed(secret), now, now + SESSION_AT_MOST)
    if row is None:
        return None
    await _extend(row, now)
    return Caller(
        workspace=row.workspace,
        workspace_name=row.workspace_name,
        time_zone=row.time_zone,
        min_n=row.min_n,
        actor=row.staff,
        name=row.name or row.email,
        role=row.role,
        via="session",
        session=row.id,
        csrf_token=tokens.keyed(secret, "csrf", "form"),
        sending_paused_at=row.sending_paused_at,
        is_demo=row.is_demo,
        language=row.language,
    )


async def _extend(row: SessionRow, now: datetime) -> None:
    if row.used_at and abs(now - row.used_at) < EXTEND_AFTER:
        return
    until = min(now + SESSION_IDLE, row.created_at + SESSION_AT_MOST)
    later = StaffSession.update({StaffSession.expires_at: until, StaffSession.used_at: now})
    await database.note(later.where(StaffSession.id == row.id))


async def sign_out(caller: Caller, secret: str) -> None:
    """Ends the session; nothing where it has ended."""
    ended = StaffSession.delete().where(StaffSession.id == tokens.hashed(secret)).returning(StaffSession.id)
    async with database.transaction():
        if await database.execute(ended):
            await audit.record(caller, StaffAction.SIGNED_OUT)


async def change_password(caller: Caller, current: str, new: str, repeated: str) -> str:
    """Sets a new password, ends every session and link of the person, and gives the secret of a new session.

    The current password is asked for if there is one. Raises Invalid naming the field.
    """
    if caller.actor is None:
        raise Forbidden(_("An API key has no password."))
    staff = await queries.staff_member(caller.workspace, caller.actor)
    stored = await _check_current(caller, staff, current) if staff.has_password else None
    if weakness := passwords.weakness(new, staff.email, staff.name, caller.workspace_name):
        raise Invalid.field("new", "weak", weakness)
    if new != repeated:
        raise Invalid.field("repeated", "different", _("Write the new password twice alike."))
    password_hash = await passwords.hashed(new)
    async with database.transaction():
        if not await _is_still(staff, stored):
            raise _not_current()
        await _keep_hash(staff, password_hash)
        await end_access(staff.workspace, staff.id)
        return await _begin(staff, "", StaffAction.PASSWORD_CHANGED)


async def _check_current(caller: Caller, staff: StaffRow, current: str) -> str | None:
    """The hash that it is of. Counted like a sign-in: an open browser is no place to guess at a password either."""
    bounds = throttle.of_session(caller.session)
    await throttle.count(bounds, clock.now())
    _person, stored = await queries.password_hash(staff.email)
    if not await passwords.matches(stored, current[: passwords.MAX_LENGTH + 1]):
        raise _not_current()
    await throttle.forgive(bounds)
    return stored


def _not_current() -> Invalid:
    return Invalid.field("current", NOT_CURRENT, _("This is not your current password."))


async def end_access(workspace: UUID, staff: UUID) -> None:
    """Ends every session and every link of a person, and forgets the browsers that they were known to use."""
    await end_sessions(workspace, staff)
    devices = (StaffDevice.staff == staff) & (StaffDevice.workspace == workspace)
    await database.execute(StaffDevice.delete().where(devices))
    await end_links(workspace, staff)


async def end_sessions(workspace: UUID, staff: UUID, *, but: str = "") -> None:
    """Ends every session of a person, or every one but that with this hash."""
    theirs = (StaffSession.staff == staff) & (StaffSession.workspace == workspace)
    await database.execute(StaffSession.delete().where(theirs & (StaffSession.id != but)))


async def end_links(workspace: UUID, staff: UUID) -> None:
    """Ends every link of a person, used or not."""
    links = (SignInLink.staff == staff) & (SignInLink.workspace == workspace)
    await database.execute(SignInLink.delete().where(links))


async def make_sign_in_link(staff: StaffRow) -> str:
    """The secret of a new link that signs this person in once, within three days."""
    secret, now = tokens.new_secret(), clock.now()
    link = SignInLink(id=tokens.hashed(secret), workspace=staff.workspace, staff=staff.id, expires_at=now + LINK_LASTS)
    async with database.transaction():
        await database.execute(SignInLink.delete().where(SignInLink.expires_at <= now))
        await database.execute(SignInLink.insert(link))
    return secret


async def look_at_link(secret: str) -> tuple[str, str]:
    """Whom a link would sign in, and where: (name, workspace's name). It stays unused. Raises Gone."""
    row = await queries.link(tokens.hashed(secret), clock.now(), _latest(clock.now()))
    if row is None:
        raise _link_gone()
    return row.name or row.email, row.workspace_name


async def use_link(secret: str, former: str = "") -> str:
    """Signs in with a link, once: of two at the same time one wins. Gives the session's secret; raises Gone."""
    now = clock.now()
    unused = (SignInLink.id == tokens.hashed(secret)) & SignInLink.used_at.is_null()
    use = SignInLink.update({SignInLink.used_at: now}).where(unused).returning(SignInLink.id)
    async with database.transaction():
        row = await queries.link(tokens.hashed(secret), now, _latest(now))
        if row is None:
            raise _link_gone()
        staff = await queries.staff_member(row.workspace, row.staff, locked=True)
        if not await database.execute(use):  # also where a change of the password, waited for, ended it
            raise _link_gone()
        return await _begin(staff, former, StaffAction.SIGNED_IN_BY_LINK)


def _latest(now: datetime) -> datetime:
    """When a link that was made by now ends at the latest."""
    return now + LINK_LASTS + A_DAY


def _link_gone() -> Gone:
    return Gone(
        _("This link was used already, is older than three days, or was replaced."),
        what_to_do=_(
            "Sign in with your password, or get a new link: from an owner of your workspace or, if you are the only "
            "one, from the person who looks after the computer that this runs on."
        ),
    )
