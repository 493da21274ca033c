"""The JSON API of promises."""

from collections.abc import Sequence
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from survey_service.accounts.guards import Caller
from survey_service.cases import parameters, queries, service
from survey_service.cases.schemas import PromiseRow, PromiseShown
from survey_service.core import clock
from survey_service.core.database.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.core.errors import Conflict, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms import queries as forms
from survey_service.places import queries as places
from survey_service.responses import queries as responses
from survey_service.responses.parameters import Code, Slug

READ = {"scope": "promises:read", "refuses": (NotFound,)}
WRITE = {"scope": "promises:write", "refuses": (Conflict,)}


async def shown(workspace: UUID, promises: Sequence[PromiseRow]) -> list[PromiseShown]:
    """Promises as the API tells them; those of a form that was removed go with it."""
    published_forms = await forms.known(workspace, [promise.form for promise in promises])
    rows = await responses.many(workspace, [promise.response for promise in promises])
    at = {promise.place for promise in promises}
    codes = {row.id: row.code for row in await places.places_of(workspace, archived=True)} if any(at) else {}
    responsible = await places.responsible_staff(workspace, at)
    return [
        PromiseShown(
            id=promise.id,
            kind=promise.kind,
            form=published_forms[promise.form].slug,
            response=rows[promise.response].client_id if promise.response in rows else promise.response,
            place=codes[promise.place] if promise.place else None,
            made_at=promise.made_at,
            kept_at=promise.kept_at,
            responsible=responsible[promise.place],
        )
        for promise in promises
        if promise.form in published_forms
    ]


async def _one(workspace: UUID, promise: PromiseRow) -> PromiseShown:
    for told in await shown(workspace, [promise]):
        return told
    raise NotFound(_("The form of this answer was removed, and the promise goes with it."))


@get("/api/v1/promises", opt=READ, operation_id="ListPromises", summary="List who waits", tags=["promises"])
async def list_promises(
    caller: NamedDependency[Caller],
    which: parameters.WhichPromises = "open",
    form: Slug = "",
    place: Code = "",
    cursor: Cursor = "",
    limit: Limit = PAGE_SIZE,
) -> Page[PromiseShown]:
    """Who waits for a reply or a call, the longest first; with `state=kept`, what was done, the newest first."""
    wanted = await parameters.resolve(caller.workspace, which, form, place)
    page = await queries.promises(wanted, limit, cursor or None)
    return Page(await shown(caller.workspace, page.items), page.next)


@post(
    "/api/v1/promises/{promise_id:uuid}/keep",
    opt=WRITE,
    operation_id="KeepPromise",
    summary="Say that somebody has replied or called",
    tags=["promises"],
    status_code=200,
)
async def keep_promise(caller: NamedDependency[Caller], promise_id: FromPath[UUID]) -> PromiseShown:
    """The person waits no more. 409 if that was said before."""
    kept = await service.keep_for(caller, promise_id, clock.now())
    return await _one(caller.workspace, kept)


@post(
    "/api/v1/promises/{promise_id:uuid}/reopen",
    opt=WRITE,
    operation_id="ReopenPromise",
    summary="Put somebody back among those who wait",
    tags=["promises"],
    status_code=200,
)
async def reopen_promise(caller: NamedDependency[Caller], promise_id: FromPath[UUID]) -> PromiseShown:
    """The person waits after all. 409 if they already do."""
    reopened = await service.reopen_for(caller, promise_id)
    return await _one(caller.workspace, reopened)


ROUTES = [list_promises, keep_promise, reopen_promise]
