"""The installation itself: its values and secret, its own workspace, its first owner and key."""

from uuid import UUID

from survey_service.accounts import audit, passwords, queries, sign_in
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.queries import StaffRow, WorkspaceRow
from survey_service.accounts.schemas import (
    MISSING,
    SCOPES,
)
from survey_service.accounts.service import insert_staff
from survey_service.accounts.tables import Workspace
from survey_service.core import clock, database, ids, text, tokens
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.settings import Settings

FIRST_NAME = "Our company"


async def installation_value(name: str, value: str) -> str:
    """The installation's value of this name, `value` if it had none: of two at the same time one wins."""
    async with database.transaction():
        await database.execute(
            "INSERT INTO installation (name, value) VALUES ({}, {}) ON CONFLICT (name) DO NOTHING", name, value
        )
    return (await queries.installation_values(name))[name]


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
        if await insert_staff(workspace.id, address, "", "owner", password_hash):
            await audit.record_for(workspace.id, None, audit.INSTALLATION, StaffAction.STAFF_ADDED, f"{address}, owner")
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
            await audit.record_for(workspace.id, None, audit.INSTALLATION, StaffAction.KEY_MADE, "From the settings")


async def issue_sign_in_link(email: str) -> str:
    """The secret of a one-time link for the person with this address; NotFound if there is none who may sign in."""
    staff = await queries.staff_with_email(sign_in.checked_email(email))
    if staff is None or staff.disabled_at is not None:
        raise NotFound(_("Nobody with the address %(email)s may sign in.", email=email))
    secret = await sign_in.make_sign_in_link(staff)
    await audit.record_for(staff.workspace, None, audit.INSTALLATION, StaffAction.LINK_MADE, staff.email)
    return secret
