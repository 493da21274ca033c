"""The JSON API of forms. A definition's faults are named by their path, such as `questions[0].text.en`."""

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from survey_service.accounts.guards import Caller
from survey_service.core import clock, i18n
from survey_service.core.database.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.core.errors import Conflict, Invalid
from survey_service.core.http import DRAFT_BYTES, IfMatch, tagged
from survey_service.forms import queries, service
from survey_service.forms.actions import FormAction
from survey_service.forms.definition import complete_languages
from survey_service.forms.preview import Outcome, Trial, tried
from survey_service.forms.schemas import FormChange, FormDetail, FormSummary, NewForm, SlugInPath, VersionSummary

READ = {"scope": "forms:read"}
WRITE = {"scope": "forms:write"}
CONFLICTS = {**WRITE, "refuses": (Conflict,)}
CHANGES = {**WRITE, "refuses": (Conflict,)}


@get("/api/v1/forms", opt=READ, operation_id="ListForms", summary="List forms", tags=["forms"])
async def list_forms(
    caller: NamedDependency[Caller], cursor: Cursor = "", limit: Limit = PAGE_SIZE
) -> Page[FormSummary]:
    """The workspace's forms, the newest first."""
    return await queries.form_list(caller.workspace, limit, cursor or None)


@post(
    "/api/v1/forms",
    opt=CONFLICTS,
    operation_id="MakeForm",
    summary="Make a form",
    tags=["forms"],
    request_max_body_size=DRAFT_BYTES,
)
async def make_form(caller: NamedDependency[Caller], data: JSONBody[NewForm]) -> FormDetail:
    """A new form as a draft, which may be unfinished. 409 if its public name is taken."""
    async with service.on_behalf_of(caller, FormAction.MADE, data.slug):
        await service.create(caller.workspace, data, clock.now())
    return await queries.detail(caller.workspace, data.slug)


@get("/api/v1/forms/{slug:str}", opt=READ, operation_id="ReadForm", summary="Read a form", tags=["forms"])
async def read_form(caller: NamedDependency[Caller], slug: SlugInPath) -> Response[FormDetail]:
    """One form with its draft, and the definition in force if one was published. Its `ETag` is for `If-Match`."""
    return await _detail(caller, slug)


async def _detail(caller: Caller, slug: str) -> Response[FormDetail]:
    return tagged(await queries.detail(caller.workspace, slug))


@patch(
    "/api/v1/forms/{slug:str}",
    opt=WRITE,
    operation_id="ChangeForm",
    request_max_body_size=DRAFT_BYTES,
    summary="Change a form",
    tags=["forms"],
)
async def change_form(
    caller: NamedDependency[Caller], slug: SlugInPath, data: JSONBody[FormChange], if_match: IfMatch = None
) -> Response[FormDetail]:
    """Changes what is given. A definition replaces the draft; respondents see it once it is published."""
    async with service.changing(caller, slug) as changed:
        changed += await service.change(caller.workspace, slug, data, clock.now(), if_match)
    return await _detail(caller, slug)


@delete("/api/v1/forms/{slug:str}", opt=CHANGES, operation_id="DeleteForm", summary="Delete a draft", tags=["forms"])
async def delete_form(caller: NamedDependency[Caller], slug: SlugInPath, if_match: IfMatch = None) -> None:
    """Deletes a form that was never published, for good. 409 for one that was: archive it."""
    async with service.on_behalf_of(caller, FormAction.DELETED, slug):
        await service.delete(caller.workspace, slug, if_match)


@post(
    "/api/v1/forms/{slug:str}/publish",
    opt={**WRITE, "refuses": (Conflict, Invalid)},
    operation_id="PublishForm",
    summary="Publish a form",
    tags=["forms"],
    status_code=200,
)
async def publish_form(
    caller: NamedDependency[Caller], slug: SlugInPath, if_match: IfMatch = None
) -> Response[FormDetail]:
    """Publishes the draft as the next version, which never changes again; the first time this opens the form. A
    draft that is published as it is stays the version it is. 422 names everything that keeps the draft from being
    published, 409 says that somebody else was first."""
    await service.publish_for(caller, slug, clock.now(), if_match)
    return await _detail(caller, slug)


@post(
    "/api/v1/forms/{slug:str}/preview",
    opt=READ,
    operation_id="PreviewForm",
    summary="Try answers",
    tags=["forms"],
    status_code=200,
)
async def preview_form(caller: NamedDependency[Caller], slug: SlugInPath, data: JSONBody[Trial]) -> Outcome:
    """What somebody with these answers would be asked, which of them would be kept, what would need another look, and
    why each question with a condition is asked or not. Nothing is kept. `version` 0 is the draft."""
    row = await queries.row_of(caller.workspace, slug)
    definition = await queries.definition_of(caller.workspace, row.id, data.version) if data.version else row.draft
    language = i18n.negotiate(data.language, complete_languages(definition), definition.languages[0])
    return tried(definition, data, language)


@post(
    "/api/v1/forms/{slug:str}/open",
    opt=CHANGES,
    operation_id="OpenForm",
    summary="Open a form",
    tags=["forms"],
    status_code=200,
)
async def open_form(
    caller: NamedDependency[Caller], slug: SlugInPath, if_match: IfMatch = None
) -> Response[FormDetail]:
    """Takes answers again. 409 for a form that was never published, or is archived."""
    await service.set_open_for(caller, slug, True, clock.now(), if_match)
    return await _detail(caller, slug)


@post(
    "/api/v1/forms/{slug:str}/close",
    opt=CHANGES,
    operation_id="CloseForm",
    summary="Close a form",
    tags=["forms"],
    status_code=200,
)
async def close_form(
    caller: NamedDependency[Caller], slug: SlugInPath, if_match: IfMatch = None
) -> Response[FormDetail]:
    """Takes no more answers; those that came are kept. 409 for a form that was never published."""
    await service.set_open_for(caller, slug, False, clock.now(), if_match)
    return await _detail(caller, slug)


@post(
    "/api/v1/forms/{slug:str}/archive",
    opt=CHANGES,
    operation_id="ArchiveForm",
    summary="Archive a form",
    tags=["forms"],
    status_code=200,
)
async def archive_form(
    caller: NamedDependency[Caller], slug: SlugInPath, if_match: IfMatch = None
) -> Response[FormDetail]:
    """Closes it and hides it from lists and choices; its answers and figures stay. 409 for a form that was never
    published."""
    await service.set_archived_for(caller, slug, True, clock.now(), if_match)
    return await _detail(caller, slug)


@post(
    "/api/v1/forms/{slug:str}/bring-back",
    opt=CHANGES,
    operation_id="BringBackForm",
    summary="Bring an archived form back",
    tags=["forms"],
    status_code=200,
)
async def bring_back_form(
    caller: NamedDependency[Caller], slug: SlugInPath, if_match: IfMatch = None
) -> Response[FormDetail]:
    """Shows it in lists and choices again. It stays closed until it is opened."""
    await service.set_archived_for(caller, slug, False, clock.now(), if_match)
    return await _detail(caller, slug)


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
    return await queries.version_list(caller.workspace, row.id, limit, cursor or None)


ROUTES = [
    list_forms,
    make_form,
    read_form,
    change_form,
    delete_form,
    publish_form,
    preview_form,
    open_form,
    close_form,
    archive_form,
    bring_back_form,
    list_versions,
]
