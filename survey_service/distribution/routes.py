"""The JSON API of invitations."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.errors import Invalid
from survey_service.core.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.distribution import queries, service
from survey_service.distribution.schemas import InvitationShown, NewInvitation
from survey_service.places.handling import AnyRequest

READ = {"scope": "invitations:read"}
WRITE = {"scope": "invitations:write"}


@post("/api/v1/invitations", opt=WRITE, status_code=202, summary="Send an invitation", tags=["invitations"])
async def send_invitation(
    request: AnyRequest, caller: NamedDependency[Caller], data: JSONBody[NewInvitation]
) -> InvitationShown:
    """Queues one personal mail and tells its trace. An address that has unsubscribed gets none: state `suppressed`."""
    row = await service.queue_invitation(request.app.state.secret, caller.workspace, data, clock.now())
    return await queries.shown(row)


@get("/api/v1/invitations", opt=READ, summary="List invitations", tags=["invitations"])
async def list_invitations(
    caller: NamedDependency[Caller],
    wanted: Annotated[str, QueryParameter(name="state")] = "",
    cursor: Cursor = "",
    limit: Limit = PAGE_SIZE,
) -> Page[InvitationShown]:
    """Invitations, newest first; `state` is queued, sent, failed or suppressed."""
    if wanted and wanted not in queries.STATES:
        raise Invalid.field("state", "unknown", f"A state is one of {', '.join(queries.STATES)}.")
    page = await queries.page_of_invitations(caller.workspace, wanted, cursor, limit)
    return Page([await queries.shown(row) for row in page.items], page.next)


@get("/api/v1/invitations/{invitation_id:uuid}", opt=READ, summary="Read an invitation", tags=["invitations"])
async def read_invitation(caller: NamedDependency[Caller], invitation_id: FromPath[UUID]) -> InvitationShown:
    """One invitation with its trace: what was tried, when, and what the mail server said."""
    return await queries.shown(await queries.invitation(caller.workspace, invitation_id))


ROUTES = [send_invitation, list_invitations, read_invitation]
