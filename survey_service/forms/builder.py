"""The staff's plain builder of a form. All of it works without JavaScript.

Every button of the builder sends the whole draft and keeps it before it does its own deed, so that nothing typed
is lost; what cannot be kept is shown again as it was typed, with its errors.
"""

from collections.abc import Callable, Mapping, Sequence

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.core import clock, templates
from survey_service.core.errors import FieldError, Invalid
from survey_service.forms import draft_fields, draft_view, form_settings, making, queries, service, trying
from survey_service.forms.definition import Question
from survey_service.forms.draft_fields import KINDS, TypedForm
from survey_service.forms.schemas import FormChange
from survey_service.forms.staff_frame import FORMS, MANAGE, VIEW, Html, Row, form_page, when
from survey_service.places.handling import AnyRequest, fields_of, see

WITH_PREVIEW = templates.STRICT_POLICY + "; frame-src 'self'"

Change = Callable[[TypedForm], TypedForm]


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
    return form_page(
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
        kept_at=when(row["updated_at"], caller, "%-d %b, %H:%M"),
        live_since=when(published[0].published_at, caller, "%-d %B %Y") if published else "",
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


ROUTES = [
    *making.ROUTES,
    builder_page,
    save,
    keep_and_try,
    add_question,
    change_question,
    publish,
    *form_settings.ROUTES,
    *trying.ROUTES,
]
"""Every page of forms for staff: this one stands for all of them."""
