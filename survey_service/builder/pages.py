"""The staff's plain builder of a form. All of it works without JavaScript.

Every button of the builder sends the whole draft and keeps it before it does its own act, so that nothing typed
is lost; what cannot be kept is shown again as it was typed, with its errors.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.builder import draft_fields, draft_parts, question_list, view
from survey_service.builder.draft_fields import TypedForm
from survey_service.builder.frame import EDIT, FORMS, VIEW, Html, form_page, local, tabs_of
from survey_service.core import clock, edits
from survey_service.core.edits import Differs, Merge, Shown
from survey_service.core.errors import FieldError, Invalid
from survey_service.core.http import DRAFT_BYTES, AnyRequest, fields_of, see
from survey_service.core.i18n.staff import N_, day_of_year, long_day
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.moments import at
from survey_service.forms import queries, service
from survey_service.forms.definition import Definition, faults
from survey_service.forms.schemas import FormChange, FormRow
from survey_service.questions import KINDS, Question

Change = Callable[[TypedForm], TypedForm]


async def _builder(
    caller: Caller,
    row: FormRow,
    *,
    typed: TypedForm | None = None,
    shown_parts: Shown | None = None,
    errors: Sequence[FieldError] = (),
    status_code: int = 200,
    opened: int = 1,
    at: str = "",
    note: str = "",
) -> Html:
    """The builder's page: of the draft, or of what was `typed`, with errors. `at` is where the focus begins."""
    kept = row.draft
    form = typed or draft_fields.typed(kept)
    definition = draft_fields.definition_of(form)[0]
    known = await queries.last_questions(caller.workspace, row.id)
    listed = view.error_list(errors, draft_fields.shown_languages(form)[0])
    by_field = {error.field: error.message for error in reversed(listed)}
    return form_page(
        caller,
        row,
        "builder",
        "Questions",
        status_code=status_code,
        frames="'self'",
        typed=form,
        shown=shown_parts or edits.shown(draft_parts.parts(draft_parts.shown(kept))),
        lacking=view.incomplete(definition or kept),
        opened=opened,
        questions=view.questions(form, definition, known, by_field, opened),
        kinds=[(key, _(kind.about.label)) for key, kind in KINDS.items()],
        error_list=listed,
        errors=by_field,
        **await _standing(caller, row, form, definition or kept),
        said=_(SAID[at], n=opened) if at else "",
        at=at,
        notes={note: True},
    )


async def _standing(caller: Caller, row: FormRow, form: TypedForm, definition: Definition) -> dict[str, Any]:
    """Since when the draft is kept and its last version live, whether they are the same, and what it lacks."""
    written = await queries.written(caller.workspace, draft_fields.shown_languages(form))
    versions = await queries.versions(caller.workspace, row.id)
    kept = local(row.updated_at, caller)
    return {
        "kept_at": at(day_of_year(kept), kept),
        "live_since": long_day(local(versions[0].published_at, caller)) if versions else "",
        "unchanged": await service.is_published_as_it_is(row),
        "languages": view.languages(form, definition, written),
        "lacks_privacy_page": await queries.lacks_privacy_page(caller.workspace, definition),
    }


SAID = {
    "added": N_("Question %(n)s was added."),
    "up": N_("Moved up: it is question %(n)s now."),
    "down": N_("Moved down: it is question %(n)s now."),
    "remove": N_("The question was removed."),
    "restore": N_("Question %(n)s has the words back that were published."),
}
"""What an act did, for those who do not see it happen."""


@get(FORMS + "/{slug:str}", opt=VIEW, include_in_schema=False)
async def builder_page(
    caller: NamedDependency[Caller],
    slug: FromPath[str],
    shown: FromQuery[int] = 1,
    done: FromQuery[str] = "",
    did: FromQuery[str] = "",
) -> Html:
    """The draft with everything in it. `shown` is the question that is open, `did` what was done to it just now."""
    row = await queries.row_of(caller.workspace, slug)
    return await _builder(caller, row, opened=shown, at=did if did in SAID else "", note=done)


async def _keep(request: AnyRequest, caller: Caller, slug: str, change: Change = lambda form: form) -> Merge | Html:
    """Keeps the draft that was sent, changed by `change`. Where it cannot be kept, the page that says why."""
    row = await queries.row_of(caller.workspace, slug)
    fields = await fields_of(request)
    form = draft_fields.read(fields)
    seen = Shown({}, fields.get(edits.SEEN, ""), [])
    try:
        form = change(form)
    except Invalid as error:
        return await _builder(caller, row, typed=form, shown_parts=seen, errors=error.errors, status_code=422)
    definition, errors = draft_fields.definition_of(form)
    if definition is None:
        return await _builder(caller, row, typed=form, shown_parts=seen, errors=errors, status_code=422, note="lost")
    try:
        return await _joined(caller, slug, fields, definition)
    except Differs as error:
        row = await queries.row_of(caller.workspace, slug)
        words = partial(draft_parts.words, draft=definition)
        again = edits.shown_again(fields, {}, error, draft_parts.label, words)
        mine = draft_parts.definition_of(again.values) or definition
        return await _builder(caller, row, typed=draft_fields.typed(mine), shown_parts=again, status_code=409)


async def _joined(caller: Caller, slug: str, fields: Mapping[str, str], typed: Definition) -> Merge:
    """Writes what this person changed of the draft onto the one that stands now. Raises Differs."""
    found: list[Merge] = []

    def wanted(row: FormRow) -> FormChange:
        merged = draft_parts.merged(fields, typed, draft_parts.shown(row.draft))
        whole = draft_parts.definition_of(merged.values)
        if merged.clashes or whole is None:
            raise Differs(merged)
        found.append(merged)
        return FormChange(definition=whole if merged.changed else None)

    async with service.changing(caller, slug) as changed:
        changed.extend(await service.edit(caller.workspace, slug, wanted, clock.now()))
    return found[0]


@post(FORMS + "/{slug:str}/save", opt=EDIT, include_in_schema=False, request_max_body_size=DRAFT_BYTES)
async def save(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Keeps the draft, then leads to another page of the form if that was pressed."""
    kept = await _keep(request, caller, slug)
    if not isinstance(kept, Merge):
        return kept
    following = (await fields_of(request)).get("_then", "")
    tabs = {href.rpartition("/")[2]: href for _, href, _, _ in tabs_of(slug, "")}
    return see(tabs.get(following, f"{FORMS}/{slug}?done=saved"))


@post(FORMS + "/{slug:str}/try", opt=EDIT, include_in_schema=False, request_max_body_size=DRAFT_BYTES)
async def keep_and_try(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Keeps the draft and shows it as respondents would see it."""
    kept = await _keep(request, caller, slug)
    return see(f"{FORMS}/{slug}/preview") if isinstance(kept, Merge) else kept


@post(FORMS + "/{slug:str}/questions", opt=EDIT, include_in_schema=False, request_max_body_size=DRAFT_BYTES)
async def add_question(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Adds a question of the kind chosen at the end."""
    kind, last = (await fields_of(request)).get("_kind", ""), 0

    def added(form: TypedForm) -> TypedForm:
        nonlocal last
        longer = question_list.add(form, kind)
        last = len(longer.questions)
        return longer

    kept = await _keep(request, caller, slug, added)
    return _at_question(slug, last, "added") if isinstance(kept, Merge) else kept


def _at_question(slug: str, place: int, did: str) -> Html:
    """Back to the builder where it was left. No fragment: with one, browsers leave the focus nowhere."""
    return see(f"{FORMS}/{slug}?shown={place}&did={did}")


QUESTION_ACTS: Mapping[str, tuple[Callable[[TypedForm, int, Mapping[str, Question]], TypedForm], int]] = {
    "up": (lambda form, number, known: question_list.move(form, number, -1), -1),
    "down": (lambda form, number, known: question_list.move(form, number, 1), 1),
    "remove": (lambda form, number, known: question_list.remove(form, number), -1),
    "restore": (question_list.restore, 0),
}
"""What can be done to one question, and where the page opens afterwards."""


@post(
    [FORMS + "/{slug:str}/questions/{number:int}/" + act for act in QUESTION_ACTS],
    opt=EDIT,
    include_in_schema=False,
    request_max_body_size=DRAFT_BYTES,
)
async def change_question(
    request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str], number: FromPath[int]
) -> Html:
    """Moves the question with a number (from 1), removes it, or gives it back the words that were published."""
    act = request.url.path.rpartition("/")[2]
    change, step = QUESTION_ACTS[act]
    row = await queries.row_of(caller.workspace, slug)
    known = await queries.last_questions(caller.workspace, row.id)
    became: list[bool] = []

    def done(form: TypedForm) -> TypedForm:
        changed = change(form, number - 1, known)
        became.append(changed != form)
        return changed

    kept = await _keep(request, caller, slug, done)
    if not isinstance(kept, Merge):
        return kept
    return _at_question(slug, max(number + step, 1), act) if any(became) else see(f"{FORMS}/{slug}?done=saved")


@post(FORMS + "/{slug:str}/publish", opt=EDIT, include_in_schema=False, request_max_body_size=DRAFT_BYTES)
async def publish(request: AnyRequest, caller: NamedDependency[Caller], slug: FromPath[str]) -> Html:
    """Keeps the draft and publishes it, or shows what is still missing at its fields, and asks before a language
    that is not complete is left out, or before what somebody else wrote meanwhile goes out with it."""
    kept = await _keep(request, caller, slug)
    if not isinstance(kept, Merge):
        return kept
    row = await queries.row_of(caller.workspace, slug)
    if kept.theirs:
        return await _builder(caller, row, status_code=409, note="joined")
    draft = row.draft
    lacking = view.incomplete(draft) if not faults(draft) else []
    if lacking and (await fields_of(request)).get("_without") != " ".join(lacking):
        return await _builder(caller, row, status_code=422, note="lacking")
    try:
        number = await service.publish_for(caller, slug, clock.now())
    except Invalid as error:
        return await _builder(caller, row, errors=error.errors, status_code=422, opened=0, note="unfinished")
    return see(f"{FORMS}/{slug}?done={'published' if number > row.version else 'unchanged'}")


ROUTES = [
    builder_page,
    save,
    keep_and_try,
    add_question,
    change_question,
    publish,
]
