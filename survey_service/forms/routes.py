"""The JSON API of forms. A definition's faults are named by their path, such as `questions[0].text.en`."""

from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.errors import Conflict, Invalid
from survey_service.core.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.forms import queries, service
from survey_service.forms.schemas import FormChange, FormDetail, FormSummary, NewForm, SlugInPath, VersionSummary

READ = {"scope": "forms:read"}
WRITE = {"scope": "forms:write"}
CONFLICTS = {**WRITE, "refuses": (Conflict,)}


@get("/api/v1/forms", opt=READ, operation_id="ListForms", summary="List forms", tags=["forms"])
async def list_forms(
    caller: NamedDependency[Caller], cursor: Cursor = "", limit: Limit = PAGE_SIZE
) -> Page[FormSummary]:
    """The workspace's forms, the newest first."""
    return await queries.form_list(caller.workspace, limit, cursor or None)


@post("/api/v1/forms", opt=CONFLICTS, operation_id="MakeForm", summary="Make a form", tags=["forms"])
async def make_form(caller: NamedDependency[Caller], data: JSONBody[NewForm]) -> FormDetail:
    """A new form as a draft, which may be unfinished. 409 if its public name is taken."""
    async with service.on_behalf_of(caller, "form_made", data.slug):
        await service.create(caller.workspace, data, clock.now())
    return await queries.detail(caller.workspace, data.slug)


@get("/api/v1/forms/{slug:str}", opt=READ, operation_id="ReadForm", summary="Read a form", tags=["forms"])
async def read_form(caller: NamedDependency[Caller], slug: SlugInPath) -> FormDetail:
    """One form with its draft, and the definition in force if one was published."""
    return await queries.detail(caller.workspace, slug)


@patch("/api/v1/forms/{slug:str}", opt=WRITE, operation_id="ChangeForm", summary="Change a form", tags=["forms"])
async def change_form(caller: NamedDependency[Caller], slug: SlugInPath, data: JSONBody[FormChange]) -> FormDetail:
    """Changes what is given. A definition replaces the draft; respondents see it once it is published."""
    async with service.on_behalf_of(caller, "form_changed", slug):
        await service.change(caller.workspace, slug, data, clock.now())
    return await queries.detail(caller.workspace, slug)


@post(
    "/api/v1/forms/{slug:str}/publish",
    opt={**WRITE, "refuses": (Conflict, Invalid)},
    operation_id="PublishForm",
    summary="Publish a form",
    tags=["forms"],
    status_code=200,
)
async def publish_form(caller: NamedDependency[Caller], slug: SlugInPath) -> FormDetail:
    """Publishes the draft as the next version, which never changes again; the first time this opens the form.
    422 names everything that keeps the draft from being published, 409 says that somebody else was first."""
    async with service.on_behalf_of(caller, "form_published", slug):
        await service.publish(caller.workspace, slug, caller.actor, clock.now())
    return await queries.detail(caller.workspace, slug)


@post(
    "/api/v1/forms/{slug:str}/open",
    opt=CONFLICTS,
    operation_id="OpenForm",
    summary="Open a form",
    tags=["forms"],
    status_code=200,
)
async def open_form(caller: NamedDependency[Caller], slug: SlugInPath) -> FormDetail:
    """Takes answers again. 409 for a form that was never published."""
    return await _set_open(caller, slug, True)


@post(
    "/api/v1/forms/{slug:str}/close",
    opt=CONFLICTS,
    operation_id="CloseForm",
    summary="Close a form",
    tags=["forms"],
    status_code=200,
)
async def close_form(caller: NamedDependency[Caller], slug: SlugInPath) -> FormDetail:
    """Takes no more answers; those that came are kept. 409 for a form that was never published."""
    return await _set_open(caller, slug, False)


async def _set_open(caller: Caller, slug: str, opened: bool) -> FormDetail:
    async with service.on_behalf_of(caller, "form_opened" if opened else "form_closed", slug):
        await service.set_open(caller.workspace, slug, opened, clock.now())
    return await queries.detail(caller.workspace, slug)


@get(
    "/api/v1/forms/{slug:str}/versions",
    opt=READ,
    operation_id="ListVersions",
    summary="List a form's versions",
    tags=["forms"],
)
async def list_versions(
    caller: NamedDependency[Caller],
    slug: SlugInPath,
    cursor: Cursor = "",
    limit: Limit = PAGE_SIZE,
) -> Page[VersionSummary]:
    """The published versions, the newest first."""
    row = await queries.row_of(caller.workspace, slug)
    return await queries.version_list(caller.workspace, row["id"], limit, cursor or None)


ROUTES = [
    list_forms,
    make_form,
    read_form,
    change_form,
    publish_form,
    open_form,
    close_form,
    list_versions,
]
