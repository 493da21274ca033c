"""The staff's pages of one form beside its draft: settings, opening and closing, what was published."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.builder.frame import EDIT, FORMS, MANAGE, VIEW, Html, form_page, when
from survey_service.core import clock, edits, misfits
from survey_service.core.addresses import older
from survey_service.core.database.paging import PAGE_SIZE
from survey_service.core.edits import Differs, Shown
from survey_service.core.errors import Invalid, ServiceError
from survey_service.core.http import DRAFT_BYTES, AnyRequest, errors_of, fields_of, public_url, see
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.forms import queries, service
from survey_service.forms.actions import FormAction
from survey_service.forms.labels import SETTINGS_LABELS as LABELS
from survey_service.forms.schemas import FormChange, FormRow


@get(FORMS + "/{slug:str}/settings", opt=VIEW, include_in_schema=False)
async def settings_page(
    request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str], done: FromQuery[str] = ""
) -> Html:
    """The form's name, whether it takes answers, and from where."""
    row = await queries.row_of(caller.workspace, slug)
    return _settings(request, caller, row, edits.shown(_standing(row)), done=done)


def _standing(row: FormRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LABELS}


def _settings(
    request: AnyRequest, caller: Caller, row: FormRow, shown: Shown, error: ServiceError | None = None, done: str = ""
) -> Html:
    return form_page(
        caller,
        row,
        "settings",
        "Settings",
        status_code=error.status if error else 200,
        errors=errors_of(error) if error else {},
        typed=shown.values,
        shown=shown,
        base=public_url(request),
        promises=[(value, _(name)) for value, name in PROMISES],
        done=done,
    )


@post(FORMS + "/{slug:str}/settings", opt=EDIT, include_in_schema=False, request_max_body_size=DRAFT_BYTES)
async def save_settings(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Changes the settings; they hold at once, without another version."""
    fields = await fields_of(request)
    typed = {
        "name": fields.get("name", ""),
        "accepts_json": "accepts_json" in fields,
        "allowed_origins": " ".join(fields.get("allowed_origins", "").split()),
        "promise": fields.get("promise", ""),
    }

    def wanted(row: FormRow) -> FormChange:
        return _settings_of(edits.reconciled(fields, typed, _standing(row)))

    try:
        _settings_of(typed)
        async with service.changing(caller, slug) as changed:
            changed += await service.edit(caller.workspace, slug, wanted, clock.now())
    except (Invalid, Differs) as error:
        row = await queries.row_of(caller.workspace, slug)
        return _settings(request, caller, row, edits.shown_again(fields, typed, error, _label, _words), error)
    return see(f"{FORMS}/{slug}/settings?done=saved")


def _words(name: str, value: Any) -> str:
    if name == "accepts_json":
        return _("yes") if value else _("no")
    return _(dict(PROMISES).get(value, "")) if name == "promise" else str(value)


def _label(name: str) -> str:
    return _(LABELS[name])


PROMISES = (("", N_("Nothing")), ("reply", N_("A reply")), ("call", N_("A call")))
SETTINGS_SENTENCES = {
    "name": N_("Give the form a name, 200 characters at most."),
    "allowed_origins": N_("Write * for every site, or addresses such as https://www.example.com, separated by spaces."),
    "promise": N_("Choose nothing, a reply or a call."),
}


def _settings_of(typed: Mapping[str, Any]) -> FormChange:
    try:
        return msgspec.convert(dict(typed), FormChange)
    except msgspec.ValidationError as error:
        field, message = misfits.parted(str(error))
        words = _(SETTINGS_SENTENCES[field]) if field in SETTINGS_SENTENCES else misfits.said(message)
        raise Invalid.field(field, "malformed", words) from error


@post(FORMS + "/{slug:str}/open", opt=MANAGE, include_in_schema=False)
async def open_form(caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Takes answers again."""
    return await _set_open(caller, slug, True)


@post(FORMS + "/{slug:str}/close", opt=MANAGE, include_in_schema=False)
async def close_form(caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Takes no more answers."""
    return await _set_open(caller, slug, False)


@post(FORMS + "/{slug:str}/archive", opt=MANAGE, include_in_schema=False)
async def archive_form(caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Closes a published form and hides it; its answers stay."""
    return await _set_archived(caller, slug, True)


@post(FORMS + "/{slug:str}/bring-back", opt=MANAGE, include_in_schema=False)
async def bring_back_form(caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Shows an archived form again, still closed."""
    return await _set_archived(caller, slug, False)


async def _set_archived(caller: Caller, slug: str, archived: bool) -> Html:
    await service.set_archived_for(caller, slug, archived, clock.now())
    return see(f"{FORMS}/{slug}/settings?done={'archived' if archived else 'back'}")


@post(FORMS + "/{slug:str}/delete", opt=MANAGE, include_in_schema=False)
async def delete_form(caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Deletes a draft that was never published."""
    async with service.on_behalf_of(caller, FormAction.DELETED, slug):
        await service.delete(caller.workspace, slug)
    return see(f"{FORMS}?done=deleted")


async def _set_open(caller: Caller, slug: str, opened: bool) -> Html:
    await service.set_open_for(caller, slug, opened, clock.now())
    return see(f"{FORMS}/{slug}/settings?done={'opened' if opened else 'closed'}")


@get(FORMS + "/{slug:str}/versions", opt=VIEW, include_in_schema=False)
async def versions_page(
    caller: NamedDependency[Caller], slug: FromPath[str], cursor: FromQuery[str | None] = None
) -> Html:
    """What was published when, the newest first."""
    row = await queries.row_of(caller.workspace, slug)
    page = await queries.version_list(caller.workspace, row.id, PAGE_SIZE, cursor)
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


ROUTES = [
    settings_page,
    save_settings,
    open_form,
    close_form,
    archive_form,
    bring_back_form,
    delete_form,
    versions_page,
]
