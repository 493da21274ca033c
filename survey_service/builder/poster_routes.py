"""The JSON API of the form that a place's poster opens."""

from uuid import UUID

import msgspec
from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.http import IfMatch, check_match, tagged
from survey_service.forms import posters
from survey_service.places import queries as places
from survey_service.places import service as places_service


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
    opens = await posters.form_of(await places.place(workspace, place_id))
    return PosterShown(await posters.own_form(workspace, place_id), opens.slug if opens else None)


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
        await posters.choose_for(caller, place_id, data.form, clock.now())
    return tagged(await shown_poster(workspace, place_id))


ROUTES = [read_place_form, choose_place_form]
