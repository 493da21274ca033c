"""The JSON API of invitations, and of whether mails go out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.database.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.core.errors import Conflict, Invalid, TooMany
from survey_service.core.http import DRAFT_BYTES, AnyRequest, keys_of, settings_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.invitations import asking_service, queries, resuming
from survey_service.invitations.schemas import InvitationShown, NewInvitation

READ = {"scope": "invitations:read"}
WRITE = {"scope": "invitations:write"}
OWNERS = {"scope": "workspace:write"}
CONFLICTS = {**WRITE, "refuses": (Conflict,)}
ASKS = {**WRITE, "refuses": (Conflict, TooMany)}

Again = Annotated[bool, QueryParameter(description="Whether to ask somebody who was asked in the last 90 days.")]


@post("/api/v1/invitations", opt=ASKS, status_code=202, summary="Send an invitation", tags=["invitations"])
async def send_invitation(
    request: AnyRequest, caller: NamedDependency[Caller], data: JSONBody[NewInvitation]
) -> InvitationShown:
    """Queues one personal mail and tells its trace. An address that has unsubscribed gets none: state `suppressed`.
    With `again` false, 409 for somebody who was asked in the last 90 days."""
    row = await asking_service.ask(keys_of(request), caller, data, clock.now(), settings_of(request).invitations_a_day)
    return await queries.shown(row)


@get("/api/v1/invitations", opt=READ, summary="List invitations", tags=["invitations"])
async def list_invitations(
    caller: NamedDependency[Caller],
    wanted: Annotated[str, QueryParameter(name="state")] = "",
    cursor: Cursor = "",
    limit: Limit = PAGE_SIZE,
) -> Page[InvitationShown]:
    """Invitations, newest first; `state` is answered, or queued, sent, failed, suppressed or taken_back for those that
    are so and not answered."""
    if wanted and wanted not in queries.STANDINGS:
        raise Invalid.field("state", "unknown", _("A state is one of %(states)s.", states=", ".join(queries.STANDINGS)))
    page = await queries.page_of_invitations(caller.workspace, wanted, cursor, limit)
    return Page([await queries.shown(row) for row in page.items], page.next)


@get("/api/v1/invitations/{invitation_id:uuid}", opt=READ, summary="Read an invitation", tags=["invitations"])
async def read_invitation(caller: NamedDependency[Caller], invitation_id: FromPath[UUID]) -> InvitationShown:
    """One invitation with its trace: what was tried, when, and what the mail server said."""
    return await queries.shown(await queries.invitation(caller.workspace, invitation_id))


@post(
    "/api/v1/invitations/{invitation_id:uuid}/resend",
    opt=ASKS,
    status_code=202,
    summary="Send an invitation again that failed or was taken back",
    tags=["invitations"],
)
async def resend_invitation(
    request: AnyRequest, caller: NamedDependency[Caller], invitation_id: FromPath[UUID], again: Again = True
) -> InvitationShown:
    """Queues it once more. 409 for one that neither failed nor was taken back, and with `again` false for somebody
    who was asked in the last 90 days."""
    return await queries.shown(
        await asking_service.ask_again(
            caller, invitation_id, clock.now(), settings_of(request).invitations_a_day, again=again
        )
    )


class PauseShown(msgspec.Struct, frozen=True):
    """Whether mails go out. `hindrance` says why none can, paused or not, such as without a mail server, and is empty
    if they can. `paused_since` is null if nothing is paused; else `waiting` are the invitations that waited when the
    backup was made, the first 500 of `before`, and `after` came since."""

    hindrance: str
    paused_since: datetime | None
    before: int
    after: int
    waiting: list[InvitationShown]


class GoOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the invitations that waited when the backup was made are sent; the others end as failed."""

    send: list[UUID]


@get("/api/v1/sending", opt=READ, summary="Read whether mails go out", tags=["invitations"])
async def read_sending(request: AnyRequest, caller: NamedDependency[Caller]) -> PauseShown:
    """Without a mail server nothing is sent, and after a restore nothing until somebody says so."""
    pause = await resuming.pause_of(keys_of(request), caller.workspace)
    waiting = [await queries.shown(each.invitation) for each in pause.waiting]
    return PauseShown(resuming.hindrance(settings_of(request)), pause.since, pause.before, pause.after, waiting)


@post(
    "/api/v1/sending/go-on",
    opt=OWNERS,
    status_code=200,
    summary="Let sending go on",
    tags=["invitations"],
    request_max_body_size=DRAFT_BYTES,
)
async def go_on_sending(caller: NamedDependency[Caller], data: JSONBody[GoOn]) -> resuming.Resumed:
    """Ends the pause after a restore. Doing it again changes nothing."""
    return await resuming.go_on(caller, data.send, clock.now())


@post(
    "/api/v1/invitations/{invitation_id:uuid}/take-back",
    opt=CONFLICTS,
    summary="Take an invitation back",
    tags=["invitations"],
    status_code=200,
)
async def take_back_invitation(caller: NamedDependency[Caller], invitation_id: FromPath[UUID]) -> InvitationShown:
    """Ends an invitation that still waits. 409 once it is sent or being handed over."""
    return await queries.shown(await asking_service.take_back(caller, invitation_id, clock.now()))


ROUTES = [
    send_invitation,
    list_invitations,
    read_invitation,
    resend_invitation,
    read_sending,
    go_on_sending,
    take_back_invitation,
]
