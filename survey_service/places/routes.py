"""The JSON API of places."""

from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.database.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.core.errors import Conflict
from survey_service.core.http import AnyRequest, IfMatch, check_match, public_url, tagged
from survey_service.places import qr, queries, service
from survey_service.places.downloads import picture
from survey_service.places.schemas import NewPlace, PlaceChange, PlaceRow, PlaceShown

Picture = Response[bytes]
READ = {"scope": "places:read"}
WRITE = {"scope": "places:write"}


def shown(place: PlaceRow, base_url: str) -> PlaceShown:
    """A place as the API tells it."""
    return PlaceShown(
        id=place.id,
        code=place.code,
        name=place.name,
        own_name=place.own_name,
        parent=place.parent,
        kind=place.kind,
        archived=place.archived,
        survey_url=qr.survey_url(base_url, place.code),
        responsible=place.responsible,
    )


@get("/api/v1/places", opt=READ, summary="List places", tags=["places"])
async def list_places(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    cursor: Cursor = "",
    limit: Limit = PAGE_SIZE,
) -> Page[PlaceShown]:
    """All places of the workspace, archived ones too, newest first."""
    page = await queries.page_of_places(caller.workspace, cursor, limit)
    return Page([shown(place, public_url(request)) for place in page.items], page.next)


@post("/api/v1/places", opt=WRITE, summary="Add a place", tags=["places"])
async def add_place(request: AnyRequest, caller: NamedDependency[Caller], data: JSONBody[NewPlace]) -> PlaceShown:
    """A new region, store or counter. Its code is made if none is given, and never changes."""
    return shown(await service.create_place_for(caller, data, clock.now()), public_url(request))


@get("/api/v1/places/{place_id:uuid}", opt=READ, summary="Read a place", tags=["places"])
async def read_place(
    request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID]
) -> Response[PlaceShown]:
    """One place. Its `ETag` is for `If-Match`."""
    return tagged(shown(await queries.place(caller.workspace, place_id), public_url(request)))


@patch(
    "/api/v1/places/{place_id:uuid}",
    opt={**WRITE, "refuses": (Conflict,)},
    summary="Change a place",
    tags=["places"],
)
async def change_place(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    place_id: FromPath[UUID],
    data: JSONBody[PlaceChange],
    if_match: IfMatch = None,
) -> Response[PlaceShown]:
    """Changes what is given: name, kind, what it belongs to, who is responsible, archived or not."""
    async with service.held(caller.workspace, place_id) as place:
        check_match(if_match, shown(place, public_url(request)))
        changed = await service.change_place_for(caller, place_id, data, clock.now())
    return tagged(shown(changed, public_url(request)))


@get(
    "/api/v1/places/{place_id:uuid}/qr.svg",
    opt=READ,
    summary="Fetch a place's QR code as SVG",
    tags=["places"],
    media_type="image/svg+xml",
)
async def read_qr_svg(request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID]) -> Picture:
    """What its poster shows: the address of the place's survey, with a quiet zone."""
    return picture(await queries.place(caller.workspace, place_id), public_url(request), "svg")


@get(
    "/api/v1/places/{place_id:uuid}/qr.png",
    opt=READ,
    summary="Fetch a place's QR code as PNG",
    tags=["places"],
    media_type="image/png",
)
async def read_qr_png(request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID]) -> Picture:
    """The same as a picture of at least 1000 pixels a side."""
    return picture(await queries.place(caller.workspace, place_id), public_url(request), "png")


ROUTES = [list_places, add_place, read_place, change_place, read_qr_svg, read_qr_png]
