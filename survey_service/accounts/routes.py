"""The JSON API of keys, of the audit trail, and of the workspace's settings."""

from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from survey_service.accounts import key_service, queries, workspace_service
from survey_service.accounts.guards import Caller
from survey_service.accounts.queries import KeyRow, WorkspaceRow
from survey_service.accounts.schemas import AuditRow, Key, KeyRequest, NewKey, WorkspaceChange, WorkspaceShown
from survey_service.core.database.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.core.http import IfMatch, check_match, tagged


def shown_key(row: KeyRow) -> Key:
    """A row of the list of keys as the API shows it."""
    return Key(**{**msgspec.structs.asdict(row), "scopes": row.scopes.split()})


@get("/api/v1/keys", opt={"scope": "keys:read"}, summary="List API keys", tags=["keys"])
async def list_keys(caller: NamedDependency[Caller], cursor: Cursor = "", limit: Limit = PAGE_SIZE) -> Page[Key]:
    """The workspace's keys, the newest first, revoked ones too. No secret is among them."""
    page = await queries.key_list(caller.workspace, cursor=cursor or None, limit=limit)
    return Page(items=[shown_key(row) for row in page.items], next=page.next)


@post("/api/v1/keys", opt={"scope": "keys:write"}, summary="Make an API key", tags=["keys"])
async def make_key(caller: NamedDependency[Caller], data: JSONBody[KeyRequest]) -> NewKey:
    """A new key with some of the scopes of the key that asks. Its secret is shown here and never again."""
    return await key_service.make_key(caller, data.name, data.scopes)


@delete("/api/v1/keys/{key_id:uuid}", opt={"scope": "keys:write"}, summary="Revoke an API key", tags=["keys"])
async def revoke_key(caller: NamedDependency[Caller], key_id: FromPath[UUID]) -> None:
    """Ends a key at once. Doing it again changes nothing."""
    await key_service.revoke_key(caller, key_id)


@get("/api/v1/audit", opt={"scope": "audit:read"}, summary="Read who did what", tags=["audit"])
async def list_audit(caller: NamedDependency[Caller], cursor: Cursor = "", limit: Limit = PAGE_SIZE) -> Page[AuditRow]:
    """The audit trail, the newest first."""
    return await queries.audit_list(caller.workspace, cursor=cursor or None, limit=limit)


def shown_workspace(workspace: WorkspaceRow) -> WorkspaceShown:
    """A workspace's settings as the API tells them."""
    return WorkspaceShown(**{name: getattr(workspace, name) for name in WorkspaceShown.__struct_fields__})


@get("/api/v1/workspace", opt={"scope": "workspace:read"}, summary="Read the workspace's settings", tags=["workspace"])
async def read_workspace(caller: NamedDependency[Caller]) -> Response[WorkspaceShown]:
    """The settings of the key's workspace. Their `ETag` is for `If-Match`."""
    return tagged(shown_workspace(await queries.workspace(caller.workspace)))


@patch(
    "/api/v1/workspace",
    opt={"scope": "workspace:write"},
    summary="Change the workspace's settings",
    tags=["workspace"],
)
async def change_workspace(
    caller: NamedDependency[Caller], data: JSONBody[WorkspaceChange], if_match: IfMatch = None
) -> Response[WorkspaceShown]:
    """Changes what is given. They hold at once."""
    async with workspace_service.held_workspace(caller) as workspace:
        check_match(if_match, shown_workspace(workspace))
        changed = await workspace_service.change_workspace(caller, data)
    return tagged(shown_workspace(changed))


ROUTES = [list_keys, make_key, revoke_key, list_audit, read_workspace, change_workspace]
