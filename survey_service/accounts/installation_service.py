"""The installation itself: its values, its own workspace, its first owner and key."""

from uuid import UUID

from survey_service.accounts import audit, queries, sign_in
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.queries import StaffRow, WorkspaceRow
from survey_service.accounts.schemas import MISSING, SCOPES, Caller
from survey_service.accounts.service import insert_staff
from survey_service.accounts.tables import ApiKey, Installation, Workspace
from survey_service.core import clock, database, ids, passwords, text, tokens
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.settings import Settings

FIRST_NAME = "Our company"


async def installation_value(name: str, value: str) -> str:
    """The installation's value of this name, `value` if it had none: of two at the same time one wins."""
    new = Installation.insert(Installation(name=name, value=value))
    async with database.transaction():
        await database.execute(new.on_conflict(target=Installation.name, action="DO NOTHING"))
    return (await queries.installation_values(name))[name]


async def set_installation_value(name: str, value: str) -> None:
    """Gives the installation's value of this name, in place of the one before."""
    new = Installation.insert(Installation(name=name, value=value))
    await database.execute(new.on_conflict(target=Installation.name, action="DO UPDATE", values=[Installation.value]))


async def workspace_default() -> WorkspaceRow:
    """The installation's own workspace, made if there is none yet."""
    if existing := await queries.default_workspace():
        return existing
    identity = UUID(await installation_value(queries.DEFAULT_WORKSPACE, str(ids.new_id())))
    workspace = Workspace(id=identity, name=FIRST_NAME, created_at=clock.now())
    async with database.transaction():
        await database.execute(Workspace.insert(workspace).on_conflict(target=Workspace.id, action="DO NOTHING"))
    return await queries.workspace(identity)


def caller(workspace: WorkspaceRow) -> Caller:
    """The installation as the one who asks, where no person does: a command, or whoever fills a demo."""
    return Caller(
        workspace=workspace.id,
        workspace_name=workspace.name,
        time_zone=workspace.time_zone,
        min_n=workspace.min_n,
        actor=None,
        name=audit.INSTALLATION,
        role="owner",
        via="session",
    )


async def add_workspace(name: str) -> WorkspaceRow:
    """One more workspace, as a hosted installation has them."""
    workspace = Workspace(name=text.checked_line("name", name, MISSING), created_at=clock.now())
    async with database.transaction():
        await database.execute(Workspace.insert(workspace))
    return await queries.workspace(workspace.id)


async def ensure_first_owner(settings: Settings) -> StaffRow | None:
    """The owner that the settings name, made if nobody has that address; None if they name nobody."""
    if not settings.admin_email:
        return None
    return await ensure_owner(settings.admin_email, settings.admin_password)


async def ensure_owner(email: str, password: str = "") -> StaffRow:
    """The person with this address, made an owner of the default workspace if there is none with it.

    An existing account is left as it is. Without a password only a sign-in link opens the new account; Invalid for one
    that is easy to guess.
    """
    address = sign_in.checked_email(email)
    workspace = await workspace_default()
    if existing := await queries.staff_with_email(address):
        return existing
    if password and (fault := passwords.weakness(password, address, workspace.name)):
        raise Invalid.field("password", "weak", fault)
    password_hash = await passwords.hashed(password) if password else ""
    async with database.transaction():
        if await insert_staff(workspace.id, address, "", "owner", password_hash):
            await audit.record_of_installation(workspace.id, StaffAction.STAFF_ADDED, f"{address}, owner")
    staff = await queries.staff_with_email(address)
    assert staff is not None, "somebody has just made it"
    return staff


async def ensure_api_key(settings: Settings) -> None:
    """The key that the settings name, with every scope, made if it is absent. A revoked one stays revoked."""
    if not settings.api_key:
        return
    workspace = await workspace_default()
    key = ApiKey(
        workspace=workspace.id,
        name="From the settings",
        shown=settings.api_key[:4],
        hash=tokens.hashed(settings.api_key),
        scopes=" ".join(SCOPES),
        created_at=clock.now(),
    )
    new = ApiKey.insert(key).on_conflict(target=ApiKey.hash, action="DO NOTHING").returning(ApiKey.id)
    async with database.transaction():
        if await database.execute(new):
            await audit.record_of_installation(workspace.id, StaffAction.KEY_MADE, N_("From the settings"))


async def issue_sign_in_link(email: str) -> str:
    """The secret of a one-time link for the person with this address; NotFound if there is none who may sign in."""
    staff = await queries.staff_with_email(sign_in.checked_email(email))
    if staff is None or staff.disabled_at is not None:
        raise NotFound(_("Nobody with the address %(email)s may sign in.", email=email))
    async with database.transaction():
        await audit.record_of_installation(staff.workspace, StaffAction.LINK_MADE, staff.email)
        return await sign_in.make_sign_in_link(staff)
