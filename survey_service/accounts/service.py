"""The installation, its workspace, staff and keys. Every change leaves an entry in the audit trail."""

import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from survey_service.accounts import audit, passwords, queries, sign_in, zones
from survey_service.accounts.queries import StaffRow, WorkspaceRow
from survey_service.accounts.schemas import (
    MAX_ADDRESS,
    MAX_MIN_N,
    ROLES,
    SCOPES,
    WORKSPACE_LABELS,
    Caller,
    NewKey,
    WorkspaceChange,
)
from survey_service.accounts.tables import ApiKey, Staff, Workspace
from survey_service.core import clock, database, ids, text, tokens
from survey_service.core.email_address import key_of
from survey_service.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from survey_service.core.i18n.staff import N_, available
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.mailbox import sendable
from survey_service.core.settings import Settings

FIRST_NAME = "Our company"
WEB_ADDRESS = re.compile(r"https?://\S{1,490}")
MISSING = N_("Fill this in.")
KEY_PREFIX = "survey_"
SHOWN_LENGTH = 12
USED_AT_MOST = timedelta(minutes=1)
"""A key's last use is written at most this often."""


# The installation ------------------------------------------------------------------------------------------------


async def installation_value(name: str, value: str) -> str:
    """The installation's value of this name, `value` if it had none: of two at the same time one wins."""
    async with database.transaction():
        await database.execute(
            "INSERT INTO installation (name, value) VALUES ({}, {}) ON CONFLICT (name) DO NOTHING", name, value
        )
    row = await database.fetch_one("SELECT value FROM installation WHERE name = {}", name)
    assert row is not None, "it was written just now"
    return str(row["value"])


async def set_installation_value(name: str, value: str) -> None:
    """Gives the installation's value of this name, in place of the one before."""
    await database.execute(
        "INSERT INTO installation (name, value) VALUES ({}, {}) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name, value,
    )  # fmt: skip


async def installation_secret(settings: Settings) -> str:
    """What signs links and tokens: the setting, or on SQLite a secret made once and kept in the file."""
    return settings.secret_key or await installation_value("secret_key", tokens.new_secret())


async def workspace_default() -> WorkspaceRow:
    """The installation's own workspace, made if there is none yet."""
    if existing := await queries.default_workspace():
        return existing
    workspace = UUID(await installation_value("default_workspace", str(ids.new_id())))
    async with database.transaction():
        await database.execute(
            "INSERT INTO workspace (id, name, time_zone, postal_address, min_n, created_at)"
            " VALUES ({}, {}, 'UTC', '', 10, {}) ON CONFLICT (id) DO NOTHING",
            workspace,
            FIRST_NAME,
            clock.now(),
        )
    return await queries.workspace(workspace)


async def add_workspace(name: str) -> WorkspaceRow:
    """One more workspace, as a hosted installation has them."""
    workspace = Workspace(name=text.checked_line("name", name, MISSING), created_at=clock.now())
    async with database.transaction():
        await Workspace.insert(workspace)
    return await queries.workspace(workspace.id)


async def ensure_first_owner(settings: Settings) -> StaffRow | None:
    """The owner that the settings name, made if nobody has that address; None if they name nobody."""
    if not settings.admin_email:
        return None
    return await ensure_owner(settings.admin_email, settings.admin_password)


async def ensure_owner(email: str, password: str = "") -> StaffRow:
    """The person with this address, made an owner of the default workspace if there is none with it.

    An existing account is left as it is. Without a password only a sign-in link opens the new account.
    """
    address = sign_in.checked_email(email)
    workspace = await workspace_default()
    if existing := await queries.staff_with_email(address):
        return existing
    password_hash = await passwords.hashed(password) if password else ""
    async with database.transaction():
        if await _insert_staff(workspace.id, address, "", "owner", password_hash):
            await audit.record_for(workspace.id, None, audit.INSTALLATION, "staff_added", f"{address}, owner")
    staff = await queries.staff_with_email(address)
    assert staff is not None, "somebody has just made it"
    return staff


async def ensure_api_key(settings: Settings) -> None:
    """The key that the settings name, with every scope, made if it is absent. A revoked one stays revoked."""
    if not settings.api_key:
        return
    workspace = await workspace_default()
    async with database.transaction():
        rows = await database.execute(
            "INSERT INTO api_key (id, workspace, name, shown, hash, scopes, created_at)"
            " VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (hash) DO NOTHING RETURNING id",
            ids.new_id(),
            workspace.id,
            "From the settings",
            settings.api_key[:4],
            tokens.hashed(settings.api_key),
            " ".join(SCOPES),
            clock.now(),
        )
        if rows:
            await audit.record_for(workspace.id, None, audit.INSTALLATION, "key_made", "From the settings")


async def issue_sign_in_link(email: str) -> str:
    """The secret of a one-time link for the person with this address; NotFound if there is none who may sign in."""
    staff = await queries.staff_with_email(sign_in.checked_email(email))
    if staff is None or staff.disabled_at is not None:
        raise NotFound(_("Nobody with the address %(email)s may sign in.", email=email))
    secret = await sign_in.make_sign_in_link(staff)
    await audit.record_for(staff.workspace, None, audit.INSTALLATION, "link_made", staff.email)
    return secret


# Staff -----------------------------------------------------------------------------------------------------------


async def _insert_staff(workspace: UUID, email: str, name: str, role: str, password_hash: str) -> UUID | None:
    """The id of the new person, None if the address is taken."""
    rows = await database.execute(
        "INSERT INTO staff (id, workspace, email, email_key, name, password_hash, role, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id",
        ids.new_id(),
        workspace,
        email,
        key_of(email),
        name,
        password_hash,
        role,
        clock.now(),
    )
    return rows[0]["id"] if rows else None


async def add_staff(caller: Caller, email: str, name: str, role: str) -> tuple[StaffRow, str]:
    """A new colleague, and the secret of the link to hand over. Raises Invalid naming the field."""
    address, name, role = sign_in.checked_email(email), text.checked_line("name", name, MISSING), _role(role)
    async with database.transaction():
        staff_id = await _insert_staff(caller.workspace, address, name, role, "")
        if staff_id is None:
            raise Invalid.field("email", "taken", _("Somebody has this address already."))
        await audit.record(caller, "staff_added", f"{address}, {role}")
        staff = await queries.staff_member(caller.workspace, staff_id)
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
            await audit.record(caller, "name_changed", f"{staff.name or staff.email} → {name or staff.email}")


async def choose_language(caller: Caller, language: str) -> None:
    """In which language the caller reads the staff pages; empty, their browser says it. Raises Invalid."""
    if caller.actor is None:
        raise Forbidden(_("An API key reads in the language that its program asks for."))
    if language and language not in available():
        raise Invalid.field("language", "unknown", _("Choose one of the languages."))
    async with database.transaction():
        staff = await queries.staff_member(caller.workspace, caller.actor)
        await _update_staff(staff, {Staff.language: language})


async def change_role(caller: Caller, staff_id: UUID, role: str) -> StaffRow:
    """Gives a colleague another role; their sessions end, because a session's id never outlives its rights.

    Raises Conflict for the last owner.
    """
    async with database.transaction():
        staff = await _with_owners_locked(caller, staff_id)
        if staff.role == _role(role):
            return staff
        await _not_the_last_owner(staff)
        await _update_staff(staff, {Staff.role: role})
        await sign_in.end_access(staff.workspace, staff.id)
        await audit.record(caller, "role_changed", f"{staff.email}: {staff.role} → {role}")
        return await queries.staff_member(caller.workspace, staff_id)


async def set_disabled(caller: Caller, staff_id: UUID, disabled: bool) -> StaffRow:
    """Shuts a colleague out, or lets them in again. Raises Conflict for the last owner."""
    async with database.transaction():
        staff = await _with_owners_locked(caller, staff_id)
        if (staff.disabled_at is not None) == disabled:
            return staff
        if disabled:
            await _not_the_last_owner(staff)
            await sign_in.end_access(staff.workspace, staff.id)
        await _update_staff(staff, {Staff.disabled_at: clock.now() if disabled else None})
        await audit.record(caller, "staff_disabled" if disabled else "staff_enabled", staff.email)
        return await queries.staff_member(caller.workspace, staff_id)


async def renew_access(caller: Caller, staff_id: UUID) -> tuple[StaffRow, str]:
    """Forgets a colleague's password and sessions; gives the secret of a link with which they choose a new one."""
    async with database.transaction():
        staff = await queries.staff_member(caller.workspace, staff_id)
        if staff.disabled_at is not None:
            raise Conflict(_("This account is disabled."), what_to_do=_("Enable it first."))
        await _update_staff(staff, {Staff.password_hash: ""})
        await sign_in.end_access(staff.workspace, staff.id)
        await audit.record(caller, "link_made", staff.email)
        return staff, await sign_in.make_sign_in_link(staff)


async def _update_staff(staff: StaffRow, values: dict[object, object]) -> None:
    await Staff.update(values).where((Staff.id == staff.id) & (Staff.workspace == staff.workspace))  # type: ignore[arg-type]


async def _with_owners_locked(caller: Caller, staff_id: UUID) -> StaffRow:
    """The colleague; changes of owners take turns at the workspace's row, or two would remove each other."""
    await _in_turn(caller)
    return await queries.staff_member(caller.workspace, staff_id)


async def _not_the_last_owner(staff: StaffRow) -> None:
    if await queries.owners(staff.workspace) == {staff.id}:
        raise Conflict(
            _("%(name)s is the last owner, and somebody has to be.", name=staff.name or staff.email),
            what_to_do=_("Make somebody else an owner first."),
        )


# Keys ------------------------------------------------------------------------------------------------------------


async def make_key(caller: Caller, name: str, scopes: Iterable[str]) -> NewKey:
    """A new API key; its secret is in the answer and nowhere else. A key makes no key mightier than itself."""
    name = text.checked_line("name", name, MISSING)
    wanted = _scopes(caller, set(scopes))
    secret = KEY_PREFIX + tokens.new_secret()
    made = NewKey(
        id=ids.new_id(), name=name, shown=secret[:SHOWN_LENGTH], scopes=wanted, created_at=clock.now(), key=secret
    )
    async with database.transaction():
        await ApiKey.insert(
            ApiKey(
                id=made.id,
                workspace=caller.workspace,
                name=made.name,
                shown=made.shown,
                hash=tokens.hashed(secret),
                scopes=" ".join(wanted),
                created_by=caller.actor,
                created_at=made.created_at,
            )
        )
        await audit.record(caller, "key_made", f"{name}: {' '.join(wanted)}")
    return made


def _scopes(caller: Caller, scopes: set[str]) -> list[str]:
    """The wanted scopes in the table's order."""
    if not scopes:
        raise Invalid.field("scopes", "required", _("Choose what the key may do."))
    if unknown := scopes - set(SCOPES):
        raise Invalid(
            _("There is no such scope."),
            errors=[
                FieldError("scopes", "unknown", _("There is no scope %(name)s.", name=name[:40]))
                for name in sorted(unknown)
            ],
        )
    if caller.via == "key" and not scopes <= caller.scopes:
        raise Forbidden(_("A key makes keys with its own scopes only."))
    return [scope for scope in SCOPES if scope in scopes]


async def revoke_key(caller: Caller, key_id: UUID) -> None:
    """Ends a key at once; again is as good as once. NotFound if the workspace has no such key."""
    async with database.transaction():
        found = await database.fetch_one(
            "SELECT name, revoked_at FROM api_key WHERE workspace = {} AND id = {}", caller.workspace, key_id
        )
        if found is None:
            raise NotFound(_("There is no such key."))
        if found["revoked_at"] is None:
            await database.execute(
                "UPDATE api_key SET revoked_at = {} WHERE workspace = {} AND id = {}",
                clock.now(),
                caller.workspace,
                key_id,
            )
            await audit.record(caller, "key_revoked", found["name"])


async def caller_of_key(secret: str) -> Caller | None:
    """Who a key's secret stands for, None if it is unknown or revoked. Notes its use, once a minute at most."""
    row = await queries.key(tokens.hashed(secret))
    if row is None:
        return None
    now = clock.now()
    if row["last_used_at"] is None or now - row["last_used_at"] >= USED_AT_MOST:
        async with database.transaction():
            await database.execute(
                "UPDATE api_key SET last_used_at = {} WHERE workspace = {} AND id = {}",
                now,
                row["workspace"],
                row["id"],
            )
    return Caller(
        workspace=row["workspace"],
        workspace_name=row["workspace_name"],
        time_zone=row["time_zone"],
        min_n=row["min_n"],
        actor=None,
        name=row["name"],
        role="",
        via="key",
        scopes=frozenset(row["scopes"].split()),
    )


# Settings of the workspace ---------------------------------------------------------------------------------------


@asynccontextmanager
async def held_workspace(caller: Caller) -> AsyncIterator[WorkspaceRow]:
    """A transaction in which the workspace stands as it is given: nobody else changes it before the end."""
    async with database.transaction():
        await _in_turn(caller)
        yield await queries.workspace(caller.workspace)


@asynccontextmanager
async def held_staff(caller: Caller, staff_id: UUID) -> AsyncIterator[StaffRow]:
    """The same of a colleague."""
    async with database.transaction():
        yield await _with_owners_locked(caller, staff_id)


async def _in_turn(caller: Caller) -> None:
    """Changes of the workspace and of its owners take turns at its row."""
    await database.execute("UPDATE workspace SET min_n = min_n WHERE id = {}", caller.workspace)


async def change_workspace(caller: Caller, change: WorkspaceChange) -> WorkspaceRow:
    """Changes those of the workspace's settings that are given. Raises Invalid naming the field.

    The audit trail says which of them became other ones, not what they are; nothing where none did.
    """
    given = msgspec.structs.asdict(change)
    values: dict[Any, Any] = {name: SETTINGS[name](value) for name, value in given.items() if value is not UNSET}
    async with database.transaction():
        before = await queries.workspace(caller.workspace, locked=True)
        other = {name: value for name, value in values.items() if getattr(before, name) != value}
        if not other:
            return before
        await Workspace.update(other).where(Workspace.id == caller.workspace)
        await audit.record(caller, "settings_changed", ", ".join(WORKSPACE_LABELS[name] for name in other))
        return await queries.workspace(caller.workspace)


def _name(typed: str) -> str:
    return text.checked_line("name", typed, MISSING)


def _time_zone(name: str) -> str:
    if name not in zones.time_zones():
        raise Invalid.field("time_zone", "unknown", _("Choose one of the time zones."))
    return name


def _postal_address(typed: str) -> str:
    return text.checked_lines("postal_address", typed, longest=MAX_ADDRESS)


def _reply_to(address: str) -> str:
    kept = address.strip()
    try:
        if kept:
            sendable(kept)
        return kept
    except ValueError as error:
        words = _("This is no whole e-mail address. It should look like name@example.org.")
        raise Invalid.field("reply_to", "malformed", words) from error


async def end_demo(caller: Caller) -> bool:
    """From now on the workspace holds what is real; False if it did already. Joins the transaction around it, and
    whoever asks meanwhile waits for its end."""
    ended = await database.execute(
        "UPDATE workspace SET is_demo = {} WHERE id = {} AND is_demo = {} RETURNING id", False, caller.workspace, True
    )
    return bool(ended)


async def mark_demo(workspace: UUID) -> None:
    """All that the workspace holds was made up. Joins the transaction around it."""
    await Workspace.update({Workspace.is_demo: True}).where(Workspace.id == workspace)


def _privacy_url(typed: str) -> str:
    address = typed.strip()
    if address and not (WEB_ADDRESS.fullmatch(address) and address.isprintable()):
        raise Invalid.field("privacy_url", "malformed", _("Write a whole address that begins with https://."))
    return address


def min_n_of(typed: str) -> int:
    """The number that was typed; Invalid if it is none, or no such number."""
    if not typed.isascii() or not typed.isdigit() or len(typed) > 6:
        raise Invalid.field("min_n", "out_of_range", _("Write a number from 1 to %(most)s.", most=MAX_MIN_N))
    return _min_n(int(typed))


def _min_n(number: int) -> int:
    if not 1 <= number <= MAX_MIN_N:
        raise Invalid.field("min_n", "out_of_range", _("Write a number from 1 to %(most)s.", most=MAX_MIN_N))
    return number


SETTINGS: dict[str, Callable[[Any], str | int]] = {
    "name": _name,
    "time_zone": _time_zone,
    "postal_address": _postal_address,
    "min_n": _min_n,
    "reply_to": _reply_to,
    "privacy_url": _privacy_url,
}
"""What makes of each setting what is kept, or refuses it."""
