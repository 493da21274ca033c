"""The JSON API of invitations, and of the form that a place's poster opens."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.database.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.core.errors import Conflict, Invalid
from survey_service.core.http import IfMatch, check_match, tagged
from survey_service.distribution import queries, resuming, service
from survey_service.distribution.schemas import InvitationShown, NewInvitation
from survey_service.places import queries as places
from survey_service.places import service as places_service
from survey_service.places.handling import AnyRequest

READ = {"scope": "invitations:read"}
WRITE = {"scope": "invitations:write"}
OWNERS = {"scope": "workspace:write"}
CONFLICTS = {**WRITE, "refuses": (Conflict,)}


@post("/api/v1/invitations", opt=CONFLICTS, status_code=202, summary="Send an invitation", tags=["invitations"])
async def send_invitation(
    request: AnyRequest, caller: NamedDependency[Caller], data: JSONBody[NewInvitation]
) -> InvitationShown:
    """Queues one personal mail and tells its trace. An address that has unsubscribed gets none: state `suppressed`.
    With `again` false, 409 for somebody who was asked in the last 90 days."""
    row = await service.queue_invitation(request.app.state.secret, caller.workspace, data, clock.now())
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
        raise Invalid.field("state", "unknown", f"A state is one of {', '.join(queries.STANDINGS)}.")
    page = await queries.page_of_invitations(caller.workspace, wanted, cursor, limit)
    return Page([await queries.shown(row) for row in page.items], page.next)


@get("/api/v1/invitations/{invitation_id:uuid}", opt=READ, summary="Read an invitation", tags=["invitations"])
async def read_invitation(caller: NamedDependency[Caller], invitation_id: FromPath[UUID]) -> InvitationShown:
    """One invitation with its trace: what was tried, when, and what the mail server said."""
    return await queries.shown(await queries.invitation(caller.workspace, invitation_id))


@post(
    "/api/v1/invitations/{invitation_id:uuid}/resend",
    opt=CONFLICTS,
    status_code=202,
    summary="Send a failed invitation again",
    tags=["invitations"],
)
async def resend_invitation(caller: NamedDependency[Caller], invitation_id: FromPath[UUID]) -> InvitationShown:
    """Queues it once more. 409 for one that did not fail."""
    return await queries.shown(await service.resend(caller.workspace, invitation_id, clock.now()))


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
    pause = await resuming.pause_of(request.app.state.secret, caller.workspace)
    waiting = [await queries.shown(each.invitation) for each in pause.waiting]
    return PauseShown(resuming.hindrance(request.app.state.settings), pause.since, pause.before, pause.after, waiting)


@post("/api/v1/sending/go-on", opt=OWNERS, status_code=200, summary="Let sending go on", tags=["invitations"])
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
    return await queries.shown(await service.take_back(caller.workspace, invitation_id, clock.now()))


# Posters ---------------------------------------------------------------------------------------------------------


class PosterForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form, by its public name, that was chosen for the place itself; empty leaves it to what it belongs to."""

    form: str


class PosterShown(msgspec.Struct, frozen=True):
    """The same, and which form the QR code opens: the chosen one, else that of what the place belongs to, else the
    first; null where no form is published."""

    form: str
    opens: str | None


async def shown_poster(workspace: UUID, place_id: UUID) -> PosterShown:
    """What a place's QR code opens, as the API tells it."""
    opens = await queries.poster_form(await places.place(workspace, place_id))
    return PosterShown(await queries.own_form(workspace, place_id), opens.slug if opens else None)


@get(
    "/api/v1/places/{place_id:uuid}/form",
    opt={"scope": "places:read"},
    operation_id="ReadPlaceForm",
    summary="Read which form a place's QR code opens",
    tags=["places"],
)
async def read_place_form(caller: NamedDependency[Caller], place_id: FromPath[UUID]) -> Response[PosterShown]:
    """The form that was chosen for the place, and the one that its QR code opens. The `ETag` is for `If-Match`."""
    return tagged(await shown_poster(caller.workspace, place_id))


@put(
    "/api/v1/places/{place_id:uuid}/form",
    opt={"scope": "places:write"},
    operation_id="ChoosePlaceForm",
    summary="Choose which form a place's QR code opens",
    tags=["places"],
)
async def choose_place_form(
    caller: NamedDependency[Caller], place_id: FromPath[UUID], data: JSONBody[PosterForm], if_match: IfMatch = None
) -> Response[PosterShown]:
    """Holds at once, for posters that hang already too."""
    workspace = caller.workspace
    async with places_service.held(workspace, place_id):
        check_match(if_match, await shown_poster(workspace, place_id))
        await service.choose_poster_form(workspace, place_id, data.form, clock.now())
    return tagged(await shown_poster(workspace, place_id))


ROUTES = [
    send_invitation,
    list_invitations,
    read_invitation,
    resend_invitation,
    read_sending,
    go_on_sending,
    take_back_invitation,
    read_place_form,
    choose_place_form,
]
