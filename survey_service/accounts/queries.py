"""Reading workspaces, staff, keys and the audit trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from piccolo.query.methods.select import Select

from survey_service.accounts.schemas import (
    AuditRow,
    HeldKey,
    LinkRow,
    OwnDevice,
    OwnSession,
    SessionRow,
    SigningKeyRow,
    TriedKey,
)
from survey_service.accounts.tables import (
    ApiKey,
    AuditEntry,
    Installation,
    SigningKey,
    Staff,
    StaffDevice,
    StaffSession,
    Workspace,
)  # fmt: skip
from survey_service.core import database
from survey_service.core.database.paging import PAGE_SIZE, Page, decode_cursor, page_of
from survey_service.core.email_address import key_of
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import id_in

T = TypeVar("T", bound=msgspec.Struct)

DEFAULT_WORKSPACE = "default_workspace"
"""The installation's value that names its own workspace."""
FIRST_EMAIL = "owner@example.com"
"""Who owns an installation for which nobody was named. No mail is ever sent there."""


class WorkspaceRow(msgspec.Struct, frozen=True):
    """A workspace; `min_n` is the number of answers below which a score is greyed, `reply_to` where answers to its
    mails go, empty for the sender's own address. Since `sending_paused_at` nothing is sent; `is_demo` if all that it
    holds was made up."""

    id: UUID
    name: str
    time_zone: str
    postal_address: str
    min_n: int
    reply_to: str = ""
    sending_paused_at: datetime | None = None
    is_demo: bool = False
    privacy_url: str = ""


class StaffRow(msgspec.Struct, frozen=True):
    """A person who signs in; `language` is the one they chose, empty where their browser says it."""

    id: UUID
    workspace: UUID
    email: str
    name: str
    role: str
    has_password: bool
    created_at: datetime
    disabled_at: datetime | None
    language: str = ""


class KeyRow(msgspec.Struct, frozen=True):
    """A key of the API without its secret; `scopes` are words separated by spaces. It `works` until it is revoked, and
    while who made it is an owner; `made_by` is what they are called."""

    id: UUID
    name: str
    shown: str
    scopes: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    works: bool
    made_by: str | None


TOLD = {"has_password": "password_hash <> ''"}
"""What is said of a person without giving it away."""

OWNED = """({key}.created_by IS NULL OR EXISTS (SELECT 1 FROM staff p
  WHERE p.id = {key}.created_by AND p.workspace = {key}.workspace AND p.disabled_at IS NULL AND p.role = 'owner'))"""
"""Whether a key's maker is still one who makes keys. Nobody made that of the settings."""
MADE_BY = """(SELECT COALESCE(NULLIF(p.name, ''), p.email) FROM staff p
  WHERE p.id = {key}.created_by AND p.workspace = {key}.workspace)"""
"""What a key's maker is called."""
OF_KEY = {
    "works": f"revoked_at IS NULL AND {OWNED.format(key='api_key')}",
    "made_by": MADE_BY.format(key="api_key"),
}

SESSION = """
SELECT s.id, s.created_at, s.used_at, s.expires_at, p.id AS staff, p.name, p.email, p.role, p.language,
  w.id AS workspace, w.name AS workspace_name, w.time_zone, w.min_n, w.sending_paused_at, w.is_demo
FROM staff_session s
JOIN staff p ON p.id = s.staff AND p.workspace = s.workspace
JOIN workspace w ON w.id = s.workspace
WHERE s.id = {} AND s.expires_at > {} AND s.expires_at <= {} AND p.disabled_at IS NULL
"""
DEVICE = """
SELECT d.id FROM staff_device d JOIN staff p ON p.id = d.staff AND p.workspace = d.workspace
WHERE p.email_key = {} AND d.device = {} AND d.expires_at > {} AND p.disabled_at IS NULL
"""
HOLDING = """
SELECT s.id FROM staff_session s JOIN staff p ON p.id = s.staff AND p.workspace = s.workspace
WHERE s.id IN ({ids}) AND s.expires_at > {{}} AND s.expires_at <= {{}} AND p.disabled_at IS NULL
"""
KEY = f"""
SELECT k.id, k.name, k.scopes, k.created_by, k.last_used_at, w.id AS workspace, w.name AS workspace_name,
  w.time_zone, w.min_n
FROM api_key k JOIN workspace w ON w.id = k.workspace
WHERE k.hash = {{}} AND k.revoked_at IS NULL AND {OWNED.format(key="k")}
"""
TRIED = f"""
SELECT k.id, k.workspace, k.name, k.revoked_at IS NOT NULL AS is_revoked,
  k.revoked_at IS NULL AND {OWNED.format(key="k")} AS works
FROM api_key k WHERE k.hash = {{}}
"""
AUDIT_PART = """
SELECT *, {moment} AS moment FROM audit_entry WHERE workspace = {{}} AND tally {only} {after}
ORDER BY {moment} DESC, id DESC LIMIT {{}}
"""
AUDIT = f"""
SELECT e.id, e.at, CASE WHEN k.id IS NULL THEN e.actor END AS actor, e.actor_name, e.action, e.subject, e.times,
  e.last_at, e.moment, k.id AS key, {MADE_BY.format(key="k")} AS key_made_by
FROM (SELECT * FROM ({{deeds}}) AS d UNION ALL SELECT * FROM ({{refusals}}) AS r) AS e
LEFT JOIN api_key k ON k.id = e.actor AND k.workspace = e.workspace
ORDER BY e.moment DESC, e.id DESC LIMIT {{{{}}}}
"""
"""Each part goes by an index of its own, however long the trail is."""
LINK = """
SELECT l.workspace, l.staff, p.name, p.email, w.name AS workspace_name FROM sign_in_link l
JOIN staff p ON p.id = l.staff AND p.workspace = l.workspace
JOIN workspace w ON w.id = l.workspace
WHERE l.id = {} AND l.used_at IS NULL AND l.expires_at > {} AND l.expires_at <= {} AND p.disabled_at IS NULL
"""


async def installation_values(*names: str) -> dict[str, str]:
    """Those of the installation's values that it has."""
    asked = Installation.select(Installation.name, Installation.value).where(Installation.name.is_in([*names]))
    rows = await database.fetch(asked)
    return {row["name"]: row["value"] for row in rows}


async def signing_keys() -> list[SigningKeyRow]:
    """The keys that sign or signed, as far as it was noted, the newest first."""
    asked = database.select(SigningKeyRow, SigningKey).order_by(SigningKey.signs_from, ascending=False)
    return await database.read(SigningKeyRow, asked)


async def moment_of(name: str) -> datetime | None:
    """The installation's value of this name as a moment, None if it has none."""
    found = (await installation_values(name)).get(name)
    return datetime.fromisoformat(found) if found else None


async def identity() -> str:
    """What changes when the tables are made anew, as by pg_restore, and with nothing else; empty on SQLite."""
    if database.dialect() == "sqlite":
        return ""
    row = await database.fetch_one(
        "SELECT concat_ws('-', 'installation'::regclass::oid, 'workspace'::regclass::oid, 'job'::regclass::oid, "
        "'response'::regclass::oid) AS tables"
    )
    return str(row["tables"]) if row else ""


async def workspace(workspace_id: UUID, *, locked: bool = False) -> WorkspaceRow:
    """One workspace; NotFound if there is none with this id. `locked`: from now on nobody else changes it."""
    asked = database.select(WorkspaceRow, Workspace).where(Workspace.id == workspace_id)
    row = await database.read_one(WorkspaceRow, database.kept(asked) if locked else asked)
    if row is None:
        raise NotFound(_("There is no such workspace."))
    return row


async def default_workspace() -> WorkspaceRow | None:
    """The installation's own workspace, None before it was made."""
    found = (await installation_values(DEFAULT_WORKSPACE)).get(DEFAULT_WORKSPACE)
    if found is None:
        return None
    return await database.read_one(
        WorkspaceRow, database.select(WorkspaceRow, Workspace).where(Workspace.id == UUID(found))
    )


async def workspaces(*, paused_only: bool = False) -> list[WorkspaceRow]:
    """The workspaces of the installation, the oldest first: every one, or those in which nothing is sent."""
    asked = database.select(WorkspaceRow, Workspace).order_by(Workspace.created_at, Workspace.id)
    if paused_only:
        asked = asked.where(Workspace.sending_paused_at.is_not_null())
    return await database.read(WorkspaceRow, asked)


async def paused_ids() -> list[UUID]:
    """The ids of the workspaces in which nothing is sent."""
    paused = Workspace.select(Workspace.id).where(Workspace.sending_paused_at.is_not_null())
    rows = await database.fetch(paused.order_by(Workspace.id))
    return [row["id"] for row in rows]


def _staff() -> Select[Any]:
    return database.select(StaffRow, Staff, **TOLD)


async def staff_member(workspace_id: UUID, staff_id: UUID, *, locked: bool = False) -> StaffRow:
    """One person of a workspace; NotFound if there is none, or elsewhere. `locked`: from now on nobody else changes
    the person."""
    ours = _staff().where(Staff.workspace == workspace_id, Staff.id == staff_id)
    row = await database.read_one(StaffRow, database.kept(ours) if locked else ours)
    if row is None:
        raise NotFound(_("There is no such person here."))
    return row


async def staff_if_known(workspace_id: UUID, staff_id: str) -> StaffRow | None:
    """The same by what an address says of the person; None if it names nobody here."""
    identity = id_in(staff_id)
    try:
        return await staff_member(workspace_id, identity) if identity else None
    except NotFound:
        return None


async def was_done(staff: StaffRow, action: str, since: UUID, until: UUID) -> bool:
    """Whether the audit has this of the person between two ids, which are in the order of time."""
    theirs = (AuditEntry.workspace == staff.workspace) & (AuditEntry.subject == staff.email)
    between = (AuditEntry.id > since) & (AuditEntry.id <= until)
    done = AuditEntry.select(AuditEntry.id).where(theirs & between & (AuditEntry.action == action)).limit(1)
    return await database.fetch_one(done) is not None


async def staff_with_email(email: str) -> StaffRow | None:
    """The person with this address, in whichever spelling, whichever workspace they are in."""
    return await database.read_one(StaffRow, _staff().where(Staff.email_key == key_of(email)))


async def password_hash(email: str, *, locked: bool = False) -> tuple[StaffRow | None, str | None]:
    """The person with this address, also if they may not sign in any more, and their password's hash, if they have one.
    `locked`: from now on nobody else changes it."""
    theirs = _staff().columns(Staff.password_hash).where(Staff.email_key == key_of(email))
    row = await database.fetch_one(database.kept(theirs) if locked else theirs)
    if row is None:
        return None, None
    (staff,) = database.rows_of(StaffRow, [row])
    return staff, row["password_hash"] or None


async def owners(workspace_id: UUID) -> set[UUID]:
    """The ids of a workspace's owners who may sign in."""
    theirs = Staff.select(Staff.id).where(Staff.workspace == workspace_id)
    rows = await database.fetch(theirs.where(Staff.role == "owner", Staff.disabled_at.is_null()))
    return {row["id"] for row in rows}


async def active_staff(workspace_id: UUID) -> dict[UUID, StaffRow]:
    """Everybody of a workspace who may sign in, by id, in the order of their names."""
    active = _staff().where(Staff.workspace == workspace_id, Staff.disabled_at.is_null())
    rows = await database.read(StaffRow, active.order_by(Staff.name, Staff.id))
    return {row.id: row for row in rows}


async def staff_list(workspace_id: UUID, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[StaffRow]:
    """A page of the workspace's staff, the newest first."""
    sql = f"SELECT {database.selected(StaffRow, **TOLD)} FROM staff WHERE workspace = {{}}"
    return await _page(StaffRow, sql, "created_at", workspace_id, cursor, limit)


async def key_if_known(workspace_id: UUID, key_id: str) -> KeyRow | None:
    """One API key by what an address says of it; None if it names none of the workspace."""
    if (identity := id_in(key_id)) is None:
        return None
    ours = database.select(KeyRow, ApiKey, **OF_KEY).where(ApiKey.workspace == workspace_id, ApiKey.id == identity)
    return await database.read_one(KeyRow, ours)


async def keys_made_by(workspace_id: UUID, staff_id: UUID) -> list[str]:
    """The names of the API keys that a person made and nobody revoked, by whichever key, the newest first."""
    theirs = ApiKey.select(ApiKey.name).where(ApiKey.workspace == workspace_id, ApiKey.created_by == staff_id)
    rows = await database.fetch(
        theirs.where(ApiKey.revoked_at.is_null()).order_by(ApiKey.created_at, ApiKey.id, ascending=False)
    )
    return [row["name"] for row in rows]


async def key_list(workspace_id: UUID, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[KeyRow]:
    """A page of the workspace's API keys, the newest first."""
    sql = f"SELECT {database.selected(KeyRow, **OF_KEY)} FROM api_key WHERE workspace = {{}}"
    return await _page(KeyRow, sql, "created_at", workspace_id, cursor, limit)


async def audit_list(workspace_id: UUID, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[AuditRow]:
    """A page of the audit trail, what happened last first: refusals that are one entry go by the last of them."""
    values: list[object] = []
    for _part in range(2):
        values += [workspace_id, *(decode_cursor(cursor) if cursor else ()), limit + 1]
    after = "AND ({moment}, id) < ({{}}, {{}})" if cursor else ""
    deeds, refusals = (
        AUDIT_PART.format(moment=moment, after=after.format(moment=moment), only=only)
        for moment, only in (("at", "IS NULL"), ("last_at", "IS NOT NULL"))
    )
    rows = await database.fetch(AUDIT.format(deeds=deeds, refusals=refusals), *values, limit + 1)
    return page_of(AuditRow, rows, limit, "moment")


async def tallies(workspace_id: UUID, action: str, since: datetime) -> set[str]:
    """By what the refusals of an action since a moment are known, each kind of them."""
    theirs = AuditEntry.select(AuditEntry.tally).where(
        AuditEntry.workspace == workspace_id, AuditEntry.action == action
    )
    rows = await database.fetch(theirs.where(AuditEntry.at >= since, AuditEntry.tally.is_not_null()))
    return {row["tally"] for row in rows}


async def tried_key(key_hash: str) -> TriedKey | None:
    """The key with this hash, whether it works or not: who was refused with it a moment ago may be let in by now."""
    return await database.read_one(TriedKey, TRIED, key_hash)


async def _page(kind: type[T], sql: str, moment: str, workspace_id: UUID, cursor: str | None, limit: int) -> Page[T]:
    """`sql` with one placeholder, the workspace's, continued after `cursor`."""
    values: list[object] = [workspace_id]
    if cursor:
        sql += f" AND ({moment}, id) < ({{}}, {{}})"
        values.extend(decode_cursor(cursor))
    rows = await database.fetch(f"{sql} ORDER BY {moment} DESC, id DESC LIMIT {{}}", *values, limit + 1)
    return page_of(kind, rows, limit, moment)


async def session(session_id: str, now: datetime, latest: datetime) -> SessionRow | None:
    """A session that holds, with its person and workspace, in one query. One that ends after `latest` was begun or
    used under a clock that was ahead."""
    return await database.read_one(SessionRow, SESSION, session_id, now, latest)


async def holding(session_ids: Sequence[str], now: datetime, latest: datetime) -> set[str]:
    """Those of the sessions that hold."""
    if not session_ids:
        return set()
    rows = await database.fetch(HOLDING.format(ids=database.in_list(session_ids)), *session_ids, now, latest)
    return {row["id"] for row in rows}


async def sessions_of(workspace_id: UUID, staff_id: UUID, now: datetime, latest: datetime) -> list[OwnSession]:
    """Where a person is signed in, the newest sign-in first."""
    theirs = database.select(OwnSession, StaffSession).where(
        StaffSession.workspace == workspace_id,
        StaffSession.staff == staff_id,
        StaffSession.expires_at > now,
        StaffSession.expires_at <= latest,
    )
    return await database.read(OwnSession, theirs.order_by(StaffSession.created_at, StaffSession.id, ascending=False))


async def devices_of(workspace_id: UUID, staff_id: UUID, now: datetime) -> list[OwnDevice]:
    """The browsers that a person is known to use, the one first with which they signed in last."""
    theirs = database.select(OwnDevice, StaffDevice).where(
        StaffDevice.workspace == workspace_id, StaffDevice.staff == staff_id, StaffDevice.expires_at > now
    )
    return await database.read(OwnDevice, theirs.order_by(StaffDevice.used_at, StaffDevice.id, ascending=False))


async def device_of(email_key: str, device: str, now: datetime) -> UUID | None:
    """The browser with this hash, if the person with this address is known to use it. The same work for every one."""
    row = await database.fetch_one(DEVICE, email_key, device, now)
    return row["id"] if row else None


async def is_device(device: str, now: datetime) -> bool:
    """Whether anybody is known to use the browser with this hash."""
    asked = StaffDevice.select(StaffDevice.id).where(StaffDevice.device == device, StaffDevice.expires_at > now)
    return bool(await database.fetch(asked.limit(1)))


async def key(key_hash: str) -> HeldKey | None:
    """An API key that holds, with its workspace, in one query."""
    return await database.read_one(HeldKey, KEY, key_hash)


async def link(link_id: str, now: datetime, latest: datetime) -> LinkRow | None:
    """A sign-in link that was not used yet, with its person and workspace. One that ends after `latest` was made under
    a clock that was ahead."""
    return await database.read_one(LinkRow, LINK, link_id, now, latest)
