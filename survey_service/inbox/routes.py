"""The JSON API of answers for programs with a key: lists, one whole, and release from the spam box."""

from collections.abc import Sequence
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey_service.accounts.guards import Caller
from survey_service.core.database.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.core.errors import Conflict, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms import queries as forms
from survey_service.forms.schemas import SlugInPath
from survey_service.places import queries as places
from survey_service.responses import queries, service
from survey_service.responses.filters import Filter
from survey_service.responses.meaning import resolve
from survey_service.responses.parameters import FILTERS
from survey_service.responses.schemas import ResponseDetail, ResponseRow, StoredResponse


@get(
    "/api/v1/responses",
    opt={"scope": "responses:read", "refuses": (NotFound,)},
    dependencies=FILTERS,
    operation_id="ListResponses",
    summary="List responses",
    tags=["responses"],
)
async def list_responses(
    caller: NamedDependency[Caller], asked: NamedDependency[Filter], cursor: Cursor = "", limit: Limit = PAGE_SIZE
) -> Page[ResponseRow]:
    """Responses, the newest first, under the dashboard's filters. What is not counted (partial, test, spam) is
    listed only by its `state`."""
    wanted, _ = await resolve(caller.workspace, asked)
    page = await queries.responses(wanted, limit, cursor)
    published_forms = await forms.known(caller.workspace, [row.form for row in page.items])
    codes = await codes_in(caller.workspace, page.items)
    there = [row for row in page.items if row.form in published_forms]
    return Page(
        [queries.as_shown(ResponseRow, row, published_forms[row.form].slug, codes) for row in there],
        page.next,
    )


async def codes_in(workspace: UUID, rows: Sequence[StoredResponse]) -> dict[UUID | None, str]:
    """The code of every place, archived ones' too, and of the employees whom rows name."""
    named = {who for row in rows for who in (row.employee, row.claimed_employee) if who}
    codes: dict[UUID | None, str] = {row.id: row.code for row in await places.places_of(workspace, archived=True)}
    codes.update({who: row.code for who, row in (await places.employees(workspace, named)).items()})
    return codes


@get(
    "/api/v1/forms/{slug:str}/responses/{response_id:uuid}",
    opt={"scope": "responses:read"},
    operation_id="ReadResponse",
    summary="Read one response",
    tags=["responses"],
)
async def read_response(
    caller: NamedDependency[Caller], slug: SlugInPath, response_id: FromPath[UUID]
) -> ResponseDetail:
    """One response whole, by the id that it was submitted with."""
    return await _detail(caller.workspace, slug, response_id)


@post(
    "/api/v1/forms/{slug:str}/responses/{response_id:uuid}/release",
    opt={"scope": "responses:write", "refuses": (Conflict,)},
    operation_id="ReleaseResponse",
    summary="Release a response from the spam box",
    tags=["responses"],
    status_code=200,
)
async def release_response(
    caller: NamedDependency[Caller], slug: SlugInPath, response_id: FromPath[UUID]
) -> ResponseDetail:
    """From now on it counts, on the day on which it was received. 409 if it is not in the spam box."""
    published = await forms.published_by_slug(caller.workspace, slug)
    row = await queries.by_client_id(caller.workspace, published.id, response_id)
    if not await service.release(caller, [row.id]):
        raise Conflict(_("This answer is not in the spam box any more."))
    return await _detail(caller.workspace, slug, response_id)


async def _detail(workspace: UUID, slug: str, client_id: UUID) -> ResponseDetail:
    published = await forms.published_by_slug(workspace, slug)
    row = await queries.by_client_id(workspace, published.id, client_id)
    return queries.as_shown(ResponseDetail, row, slug, await codes_in(workspace, [row]))


ROUTES = [list_responses, read_response, release_response]
