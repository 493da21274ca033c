"""Follow-up: everybody who waits for a reply or a call, the longest first, and what was kept."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.cases import parameters, queries, service, view
from survey_service.cases.queries import PromiseFilter
from survey_service.core import clock
from survey_service.core.addresses import older, with_query
from survey_service.core.database.paging import PAGE_SIZE
from survey_service.core.errors import Conflict, NotFound
from survey_service.core.http import AnyRequest, fields_of, see, settings_of
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import id_in
from survey_service.core.panels import Panel
from survey_service.core.rail import RailSection
from survey_service.core.templates import staff_page
from survey_service.core.text import by_name
from survey_service.forms import queries as forms
from survey_service.invitations import resuming
from survey_service.places import queries as places
from survey_service.places.schemas import NO_PLACE
from survey_service.places.tree import choices
from survey_service.responses.labels import WITHOUT_PLACE

Options = list[tuple[str, str]]

FOLLOW_UP = "/app/follow-up"
VIEW = {"role": "viewer"}
MANAGE = {"role": "manager"}
MISSED = {"kept": N_("Somebody else has marked it already."), "opened": N_("It is on the list already.")}


def address(**parameters: str) -> str:
    """The page under these parameters; empty ones are left out."""
    return with_query(FOLLOW_UP, **parameters)


@get(FOLLOW_UP, opt=VIEW, include_in_schema=False)
async def follow_up_page(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    which: parameters.WhichPromises = "",
    form: FromQuery[str] = "",
    place: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    done: FromQuery[str] = "",
    missed: FromQuery[str] = "",
) -> Response[bytes]:
    """Who waits. A place includes what lies below it."""
    wanted = await parameters.resolve(caller.workspace, which, form, place)
    page = await queries.promises(wanted, PAGE_SIZE, cursor or None)
    waiting = await queries.waiting(msgspec.structs.replace(wanted, state="open"))
    kept = "kept" if wanted.state == "kept" else ""
    return staff_page(
        caller,
        "cases/follow_up.html",
        current="follow-up",
        promises=await view.views(caller, page.items, clock.now()),
        tabs=[
            (_("Waiting"), address(form=form, place=place), waiting.count, not kept),
            (_("Done"), address(state="kept", form=form, place=place), None, bool(kept)),
        ],
        state=kept,
        form=form,
        place=place,
        forms=await _forms(caller.workspace, form),
        places=await _places(caller.workspace, place),
        done=await _just_done(caller.workspace, done),
        missed=_(MISSED.get(missed, "")),
        first=address(state=kept, form=form, place=place) if cursor else "",
        more=older(address(state=kept, form=form, place=place), page.next),
        hindrance=resuming.hindrance(settings_of(request)) if not kept else "",
        may_act=caller.role != "viewer",
    )


async def _forms(workspace: UUID, chosen: str) -> Options:
    """The forms that promise something, and the chosen one, though it is archived."""
    every = await forms.published_forms_of(workspace, archived=True)
    published_forms = [
        published
        for published in every
        if published.slug == chosen or (published.promise and published.state != "archived")
    ]
    return [("", _("All forms")), *by_name((published.slug, published.name) for published in published_forms)]


async def _places(workspace: UUID, chosen: str) -> Options:
    """The places in use, the chosen one, though it is archived, and what came without one."""
    every = await places.places_of(workspace, archived=True)
    tree = choices(row for row in every if not row.archived or row.code == chosen)
    return [("", _("All places")), *tree, (NO_PLACE, _(WITHOUT_PLACE))]


async def _just_done(workspace: UUID, promise_id: str) -> UUID | None:
    """The promise that was just marked, to be taken back with one press."""
    identity = id_in(promise_id)
    try:
        promise = await queries.promise(workspace, identity) if identity else None
    except NotFound:
        return None
    return promise.id if promise and promise.kept_at else None


@post(FOLLOW_UP + "/{promise_id:uuid}/keep", opt=MANAGE, include_in_schema=False)
async def keep_promise(
    request: AnyRequest, caller: NamedDependency[Caller], promise_id: FromPath[UUID]
) -> Response[bytes]:
    """Somebody has replied or called; back to where it was said."""
    back = await _back(request)
    try:
        await service.keep_for(caller, promise_id, clock.now())
    except Conflict:
        return see(address(missed="kept", **back))
    return see(address(done=str(promise_id), **back))


@post(FOLLOW_UP + "/{promise_id:uuid}/reopen", opt=MANAGE, include_in_schema=False)
async def reopen_promise(
    request: AnyRequest, caller: NamedDependency[Caller], promise_id: FromPath[UUID]
) -> Response[bytes]:
    """The person waits after all."""
    back = await _back(request)
    try:
        await service.reopen_for(caller, promise_id)
    except Conflict:
        return see(address(missed="opened", **back))
    return see(address(**back))


async def _back(request: AnyRequest) -> dict[str, str]:
    """The filters of the list that an act came from."""
    fields = await fields_of(request)
    return {name: fields.get(name, "") for name in ("form", "place")}


# What others show of it ------------------------------------------------------------------------------------------


async def of_answer(caller: Caller, response: UUID) -> dict[str, Any] | None:
    """What was promised to whoever gave an answer, for the page of that answer."""
    promise = await queries.promise_of(caller.workspace, response)
    if promise is None:
        return None
    for shown in await view.views(caller, [promise], clock.now()):
        return {"promise": shown, "may_act": caller.role != "viewer"}
    return None


async def how_many_wait(caller: Caller) -> int:
    """The number beside “Follow-up” in the rail."""
    return (await queries.waiting(PromiseFilter(caller.workspace))).count


PANELS = {"answer": Panel(of_answer, "cases/of_answer.html")}
RAIL_SECTION = RailSection(
    key="follow-up", label=N_("Follow-up"), href=FOLLOW_UP, icon="clock", position=30, count=how_many_wait
)
ROUTES = [follow_up_page, keep_promise, reopen_promise]
