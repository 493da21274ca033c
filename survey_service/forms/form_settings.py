"""The staff's pages of one form beside its draft: settings, opening and closing, what was published."""

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.errors import Invalid, ServiceError
from survey_service.core.paging import PAGE_SIZE
from survey_service.forms import queries, service
from survey_service.forms.schemas import FormChange
from survey_service.forms.staff_frame import FORMS, MANAGE, VIEW, Html, Row, form_page, older, when
from survey_service.places.handling import AnyRequest, errors_of, fields_of, public_url, see


@get(FORMS + "/{slug:str}/settings", opt=VIEW, include_in_schema=False)
async def settings_page(
    request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str], done: FromQuery[str] = ""
) -> Html:
    """The form's name, whether it takes answers, and from where."""
    row = await queries.row_of(caller.workspace, slug)
    return _settings(request, caller, row, row, done=done == "saved")


def _settings(
    request: AnyRequest, caller: Caller, row: Row, typed: Row, error: ServiceError | None = None, done: bool = False
) -> Html:
    return form_page(
        caller,
        row,
        "settings",
        "Settings",
        status_code=error.status if error else 200,
        errors=errors_of(error) if error else {},
        typed=typed,
        base=public_url(request),
        promises=PROMISES,
        done=done,
    )


@post(FORMS + "/{slug:str}/settings", opt=MANAGE, include_in_schema=False)
async def save_settings(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Changes the settings; they hold at once, without another version."""
    fields = await fields_of(request)
    typed = {
        "name": fields.get("name", ""),
        "accepts_json": "accepts_json" in fields,
        "allowed_origins": " ".join(fields.get("allowed_origins", "").split()),
        "promise": fields.get("promise", ""),
    }
    try:
        wanted = _settings_of(typed)
        async with service.on_behalf_of(caller, "form_changed", slug):
            await service.change(caller.workspace, slug, wanted, clock.now())
    except Invalid as error:
        return _settings(request, caller, await queries.row_of(caller.workspace, slug), typed, error)
    return see(f"{FORMS}/{slug}/settings?done=saved")


PROMISES = (("", "Nothing"), ("reply", "A reply"), ("call", "A call"))
SETTINGS_SENTENCES = {
    "name": "Give the form a name, 200 characters at most.",
    "allowed_origins": "Write * for every site, or addresses such as https://www.example.com, separated by spaces.",
    "promise": "Choose nothing, a reply or a call.",
}


def _settings_of(typed: Row) -> FormChange:
    try:
        return msgspec.convert(dict(typed), FormChange)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("`$.")[2].rstrip("`")
        raise Invalid.field(field, "malformed", SETTINGS_SENTENCES.get(field, str(error))) from error


@post(FORMS + "/{slug:str}/open", opt=MANAGE, include_in_schema=False)
async def open_form(caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Takes answers again."""
    return await _set_open(caller, slug, True)


@post(FORMS + "/{slug:str}/close", opt=MANAGE, include_in_schema=False)
async def close_form(caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Takes no more answers."""
    return await _set_open(caller, slug, False)


async def _set_open(caller: Caller, slug: str, opened: bool) -> Html:
    async with service.on_behalf_of(caller, "form_opened" if opened else "form_closed", slug):
        await service.set_open(caller.workspace, slug, opened, clock.now())
    return see(f"{FORMS}/{slug}/settings")


@get(FORMS + "/{slug:str}/versions", opt=VIEW, include_in_schema=False)
async def versions_page(
    caller: NamedDependency[Caller], slug: FromPath[str], cursor: FromQuery[str | None] = None
) -> Html:
    """What was published when, the newest first."""
    row = await queries.row_of(caller.workspace, slug)
    page = await queries.version_list(caller.workspace, row["id"], PAGE_SIZE, cursor)
    path = f"{FORMS}/{slug}/versions"
    return form_page(
        caller,
        row,
        "versions",
        "Versions",
        versions=[(version.number, when(version.published_at, caller)) for version in page.items],
        newer=path if cursor else "",
        older=older(path, page.next),
    )


ROUTES = [settings_page, save_settings, open_form, close_form, versions_page]
