"""The staff's pages of forms: the list, a new form, and the plain builder. All of it works without JavaScript.

Every button of the builder sends the whole draft and keeps it before it does its own deed, so that nothing typed
is lost; what cannot be kept is shown again as it was typed, with its errors.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.accounts.schemas import ROLES
from survey_service.core import clock, i18n, templates
from survey_service.core.errors import FieldError, Invalid, NotFound, ServiceError
from survey_service.core.paging import PAGE_SIZE
from survey_service.core.templates import staff_page
from survey_service.forms import draft_fields, draft_view, queries, rendering, service
from survey_service.forms.definition import LANGUAGE_PATTERN, Definition, Question
from survey_service.forms.draft_fields import KINDS, TypedForm
from survey_service.forms.rendering import Setting
from survey_service.forms.schemas import SLUG_PATTERN, FormChange, FormHead, NewForm
from survey_service.forms.starters import STARTERS
from survey_service.forms.starters import definition_of as starting_definition
from survey_service.places.handling import AnyRequest, errors_of, fields_of, public_url, see

VIEW: dict[str, Any] = {"role": "viewer"}
MANAGE: dict[str, Any] = {"role": "manager"}
FORMS = "/app/forms"
WITH_PREVIEW = templates.STRICT_POLICY + "; frame-src 'self'"
STATE_WORDS = {"draft": "Draft", "open": "Open", "closed": "Closed"}

Html = Response[bytes]
Row = Mapping[str, Any]
Change = Callable[[TypedForm], TypedForm]


def _may_write(caller: Caller) -> bool:
    order = list(ROLES)
    return order.index(caller.role) <= order.index(MANAGE["role"])


def _when(moment: datetime, caller: Caller, pattern: str = "%-d %B %Y, %H:%M") -> str:
    return moment.astimezone(ZoneInfo(caller.time_zone)).strftime(pattern)


def _older(path: str, following: str | None) -> str:
    return f"{path}?{urlencode({'cursor': following})}" if following else ""


# The list, and a new form -----------------------------------------------------------------------------------------


@get(FORMS, opt=VIEW, include_in_schema=False)
async def list_page(request: AnyRequest, caller: NamedDependency[Caller], cursor: FromQuery[str | None] = None) -> Html:
    """The workspace's forms, the newest first."""
    page = await queries.form_list(caller.workspace, PAGE_SIZE, cursor)
    return staff_page(
        caller,
        "forms/list.html",
        current="forms",
        forms=[(form, _when(form.updated_at, caller)) for form in page.items],
        base=public_url(request),
        state_words=STATE_WORDS,
        may_write=_may_write(caller),
        newer=FORMS if cursor else "",
        older=_older(FORMS, page.next),
    )


NEW_FIELDS = {"name": "", "slug": "", "starter": "visit", "language": "en", "others": ""}


@get(f"{FORMS}/new", opt=MANAGE, include_in_schema=False)
async def new_page(caller: NamedDependency[Caller]) -> Html:
    """What to begin a form with."""
    return _new_page(caller, NEW_FIELDS, set(i18n.LANGUAGES))


def _new_page(caller: Caller, typed: Mapping[str, str], also: set[str], error: ServiceError | None = None) -> Html:
    return staff_page(
        caller,
        "forms/new.html",
        current="forms",
        status_code=error.status if error else 200,
        errors=errors_of(error) if error else {},
        typed=typed,
        also=also,
        starters=STARTERS,
        languages=i18n.LANGUAGES.values(),
    )


@post(FORMS, opt=MANAGE, include_in_schema=False)
async def make_form(request: AnyRequest, caller: NamedDependency[Caller]) -> Html:
    """Makes the form and opens its builder, or shows the page again with what was typed."""
    typed = NEW_FIELDS | await fields_of(request)
    also = {tag for tag in (await request.form()).getall("also", []) if isinstance(tag, str)}
    try:
        new = _new_form(typed, also)
        async with service.on_behalf_of(caller, "form_made", new.slug):
            await service.create(caller.workspace, new, clock.now())
    except ServiceError as error:
        return _new_page(caller, typed, also, error)
    return see(f"{FORMS}/{new.slug}")


def _new_form(typed: Mapping[str, str], also: set[str]) -> NewForm:
    """The form that the fields ask for; Invalid names each field that is wrong."""
    name, slug = service.clean_name(typed["name"]), typed["slug"].strip() or slug_from(typed["name"])
    tags = [typed["language"], *(tag for tag in i18n.LANGUAGES if tag in also), *draft_fields.tags_of(typed["others"])]
    wrong = [
        FieldError("slug", "malformed", "3 to 64 of a–z, 0–9 and hyphens, such as after-visit.")
        if not re.fullmatch(SLUG_PATTERN, slug)
        else None,
        FieldError("starter", "unknown", "Choose what to begin with.") if typed["starter"] not in STARTERS else None,
        FieldError("others", "malformed", draft_fields.SENTENCES["languages"])
        if not all(re.fullmatch(LANGUAGE_PATTERN, tag) for tag in tags)
        else None,
        FieldError("name", "too_long", "200 characters fit here.") if len(name) > 200 else None,
    ]
    if errors := [error for error in wrong if error]:
        raise Invalid("The form was not made yet.", errors=errors)
    definition = starting_definition(STARTERS[typed["starter"]], list(dict.fromkeys(tags)), name)
    return NewForm(slug, name, definition)


def slug_from(name: str) -> str:
    """A public name made of the Latin letters and digits of a form's name; empty if there are none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")


# The builder ------------------------------------------------------------------------------------------------------


def _tabs(slug: str, current: str) -> list[tuple[str, str, None, bool]]:
    rows = (("Questions", ""), ("Settings", "/settings"), ("Versions", "/versions"))
    return [(label, f"{FORMS}/{slug}{tail}", None, label == current) for label, tail in rows]


def _form_page(caller: Caller, row: Row, name: str, tab: str, **context: Any) -> Html:
    """One of the pages of a form, with its heading and tabs."""
    return staff_page(
        caller,
        f"forms/{name}.html",
        current="forms",
        form=row,
        state_word=STATE_WORDS[row["state"]],
        may_write=_may_write(caller),
        tabs=_tabs(row["slug"], tab),
        **context,
    )


async def _builder(
    caller: Caller,
    row: Row,
    *,
    typed: TypedForm | None = None,
    errors: Sequence[FieldError] = (),
    status_code: int = 200,
    shown: int = 1,
    **notes: bool,
) -> Html:
    """The builder's page: of the draft, or of what was `typed`, with errors."""
    kept = queries.decode(row["draft"])
    form = typed or draft_fields.typed(kept)
    definition = draft_fields.definition_of(form)[0]
    known = await queries.last_questions(caller.workspace, row["id"])
    listed = draft_view.error_list(errors, draft_fields.shown_languages(form)[0])
    by_field = {error.field: error.message for error in reversed(listed)}
    published = await queries.versions(caller.workspace, row["id"])
    return _form_page(
        caller,
        row,
        "builder",
        "Questions",
        status_code=status_code,
        headers={"Content-Security-Policy": WITH_PREVIEW},
        typed=form,
        languages=draft_view.languages(form, definition or kept),
        questions=draft_view.questions(form, definition, known, by_field, shown),
        kinds=[(key, kind.label) for key, kind in KINDS.items()],
        error_list=listed,
        errors=by_field,
        kept_at=_when(row["updated_at"], caller, "%-d %b, %H:%M"),
        live_since=_when(published[0].published_at, caller, "%-d %B %Y") if published else "",
        notes=notes,
    )


@get(FORMS + "/{slug:str}", opt=VIEW, include_in_schema=False)
async def builder_page(
    caller: NamedDependency[Caller], slug: FromPath[str], shown: FromQuery[int] = 1, done: FromQuery[str] = ""
) -> Html:
    """The draft with everything in it. `shown` is the question that is open."""
    row = await queries.row_of(caller.workspace, slug)
    return await _builder(caller, row, shown=shown, published=done == "published", saved=done == "saved")


async def _keep(request: AnyRequest, caller: Caller, slug: str, change: Change = lambda form: form) -> Html | None:
    """Keeps the draft that was sent, changed by `change`. Where it cannot be kept, the page that says why."""
    row = await queries.row_of(caller.workspace, slug)
    fields = await fields_of(request)
    form = draft_fields.read(fields)
    try:
        form = change(form)
    except Invalid as error:
        return await _builder(caller, row, typed=form, errors=error.errors, status_code=422)
    definition, errors = draft_fields.definition_of(form)
    if definition is None:
        return await _builder(caller, row, typed=form, errors=errors, status_code=422, lost=True)
    if fields.get("_seen") != row["updated_at"].isoformat():
        return await _builder(caller, row, typed=form, status_code=409, stale=True)
    await service.change(caller.workspace, slug, FormChange(definition=definition), clock.now())
    return None


@post(FORMS + "/{slug:str}/save", opt=MANAGE, include_in_schema=False)
async def save(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Keeps the draft."""
    return await _keep(request, caller, slug) or see(f"{FORMS}/{slug}?done=saved")


@post(FORMS + "/{slug:str}/try", opt=MANAGE, include_in_schema=False)
async def keep_and_try(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Keeps the draft and shows it as respondents would see it."""
    return await _keep(request, caller, slug) or see(f"{FORMS}/{slug}/preview")


@post(FORMS + "/{slug:str}/questions", opt=MANAGE, include_in_schema=False)
async def add_question(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Adds a question of the kind chosen at the end."""
    kind, last = (await fields_of(request)).get("_kind", ""), 0

    def added(form: TypedForm) -> TypedForm:
        nonlocal last
        longer = draft_fields.add(form, kind)
        last = len(longer.questions)
        return longer

    return await _keep(request, caller, slug, added) or _at_question(slug, last)


def _at_question(slug: str, place: int) -> Html:
    return see(f"{FORMS}/{slug}?shown={place}#question-{place}")


DEEDS: Mapping[str, tuple[Callable[[TypedForm, int, Mapping[str, Question]], TypedForm], int]] = {
    "up": (lambda form, number, known: draft_fields.move(form, number, -1), -1),
    "down": (lambda form, number, known: draft_fields.move(form, number, 1), 1),
    "remove": (lambda form, number, known: draft_fields.remove(form, number), -1),
    "restore": (draft_fields.restore, 0),
}
"""What can be done to one question, and where the page opens afterwards."""


@post([FORMS + "/{slug:str}/questions/{number:int}/" + deed for deed in DEEDS], opt=MANAGE, include_in_schema=False)
async def change_question(
    request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str], number: FromPath[int]
) -> Html:
    """Moves the question with a number (from 1), removes it, or gives it back the words that were published."""
    change, step = DEEDS[request.url.path.rpartition("/")[2]]
    row = await queries.row_of(caller.workspace, slug)
    known = await queries.last_questions(caller.workspace, row["id"])
    refused = await _keep(request, caller, slug, lambda form: change(form, number - 1, known))
    return refused or _at_question(slug, max(number + step, 1))


@post(FORMS + "/{slug:str}/publish", opt=MANAGE, include_in_schema=False)
async def publish(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Keeps the draft and publishes it, or shows what is still missing at its fields."""
    if refused := await _keep(request, caller, slug):
        return refused
    try:
        async with service.on_behalf_of(caller, "form_published", slug):
            await service.publish(caller.workspace, slug, caller.actor, clock.now())
    except Invalid as error:
        row = await queries.row_of(caller.workspace, slug)
        return await _builder(caller, row, errors=error.errors, status_code=422, shown=0, unfinished=True)
    return see(f"{FORMS}/{slug}?done=published")


# Settings, opening and closing, versions --------------------------------------------------------------------------


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
    return _form_page(
        caller,
        row,
        "settings",
        "Settings",
        status_code=error.status if error else 200,
        errors=errors_of(error) if error else {},
        typed=typed,
        base=public_url(request),
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
    }
    try:
        wanted = _settings_of(typed)
        async with service.on_behalf_of(caller, "form_changed", slug):
            await service.change(caller.workspace, slug, wanted, clock.now())
    except Invalid as error:
        return _settings(request, caller, await queries.row_of(caller.workspace, slug), typed, error)
    return see(f"{FORMS}/{slug}/settings?done=saved")


SETTINGS_SENTENCES = {
    "name": "Give the form a name, 200 characters at most.",
    "allowed_origins": "Write * for every site, or origins such as https://www.example.com, parted by blanks.",
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
    return _form_page(
        caller,
        row,
        "versions",
        "Versions",
        versions=[(version.number, _when(version.published_at, caller)) for version in page.items],
        newer=path if cursor else "",
        older=_older(path, page.next),
    )


# Trying it --------------------------------------------------------------------------------------------------------


@get(FORMS + "/{slug:str}/preview", opt=VIEW, include_in_schema=False)
async def preview_page(caller: NamedDependency[Caller], slug: FromPath[str], lang: FromQuery[str] = "") -> Html:
    """The draft as respondents would see it; it can be filled in, and is sent nowhere."""
    row = await queries.row_of(caller.workspace, slug)
    return _preview(caller, row, queries.decode(row["draft"]), lang)


@get(FORMS + "/{slug:str}/versions/{number:int}", opt=VIEW, include_in_schema=False)
async def version_page(
    caller: NamedDependency[Caller], slug: FromPath[str], number: FromPath[int], lang: FromQuery[str] = ""
) -> Html:
    """A published version as respondents saw it; it is sent nowhere."""
    row = await queries.row_of(caller.workspace, slug)
    if number > row["version"]:
        raise NotFound("There is no such version of the form.")
    return _preview(caller, row, await queries.definition_of(caller.workspace, row["id"], number), lang)


def _preview(caller: Caller, row: Row, definition: Definition, lang: str) -> Html:
    """A page that stands alone: it loads nothing, and its policy keeps it from sending anything."""
    names = {name: row[name] for name in ("id", "workspace", "slug", "name", "state", "version", "allowed_origins")}
    head = FormHead(
        **names,
        workspace_name=caller.workspace_name,
        time_zone=caller.time_zone,
        accepts_json=False,
        definition=definition,
        languages=tuple(dict.fromkeys(definition.languages)),
    )
    setting = Setting(i18n.negotiate(lang, head.languages, head.languages[0]), action="")
    pieces = rendering.survey(head, setting, template="forms/preview.html", back=f"{FORMS}/{head.slug}")
    policy = rendering.policy("'self'")
    for directive in ("form-action", "connect-src"):
        policy = policy.replace(f"{directive} 'self'", f"{directive} 'none'")
    return templates.html(pieces.page("", ""), policy=policy)


ROUTES = [
    list_page,
    new_page,
    make_form,
    builder_page,
    save,
    keep_and_try,
    add_question,
    change_question,
    publish,
    settings_page,
    save_settings,
    open_form,
    close_form,
    versions_page,
    preview_page,
    version_page,
]
