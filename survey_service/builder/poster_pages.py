"""A place with its QR code, the form that this opens, and the poster to print."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.builder.frame import EDIT, VIEW, Html
from survey_service.builder.opened import opened
from survey_service.core import clock, edits, i18n
from survey_service.core.edits import Differs, Shown
from survey_service.core.errors import Invalid, ServiceError
from survey_service.core.http import AnyRequest, errors_of, fields_of, public_url, see
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.templates import staff_page
from survey_service.core.text import by_name
from survey_service.forms import posters
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.forms.time_taken import time_taken
from survey_service.places import qr
from survey_service.places import queries as places
from survey_service.places import service as places_service
from survey_service.places.schemas import PlaceRow
from survey_service.survey.pages import place_name

FEW = 6
"""So many employees a place's page names."""


@get("/app/places/{place_id:uuid}", opt=VIEW, include_in_schema=False)
async def place_page(
    request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID], done: FromQuery[str] = ""
) -> Html:
    """A place, its QR code, and which form that opens."""
    return await _place_page(request, caller, place_id, done=done)


PLACE_DONE = {
    "added": N_("%(name)s is added. Its poster is below."),
    "changed": N_("%(name)s is changed."),
    "back": N_("%(name)s is back in lists and choices."),
    "form": N_("Its code opens the chosen form from now on."),
}


async def _place_page(
    request: AnyRequest,
    caller: Caller,
    place_id: UUID,
    error: ServiceError | None = None,
    shown: Shown | None = None,
    done: str = "",
) -> Html:
    place = await places.place(caller.workspace, place_id)
    every = await places.places_of(caller.workspace, archived=True)
    parent = next((row for row in every if row.id == place.parent), None)
    opens = await opened(place)
    choice = opens.choice
    own = choice.form if choice and choice.place == place.id else None
    shown = shown or edits.shown({"form": own.slug if own else ""})
    words = PLACE_DONE.get("" if place.archived else done, "")
    url = qr.survey_url(public_url(request), place.code)
    return staff_page(
        caller,
        "builder/place.html",
        current="places",
        status_code=error.status if error else 200,
        place=place,
        said=_(words, name=place.name) if words else "",
        parent=parent,
        employees=(await places.page_of_employees(caller.workspace, "", FEW, place=place.id, left=False)).items,
        below=[row for row in every if row.parent == place.id and not row.archived],
        opened=opens,
        shown=shown,
        own=shown.values["form"],
        forms=[
            *await _without_choice(place, parent, choice, shown.values["form"]),
            *await _choices(caller.workspace, own),
        ],
        chosen_at=next((row for row in every if choice and row.id == choice.place), None),
        url=url,
        svg=qr.svg(url, _("QR code of %(place)s", place=place.name)),
        errors=errors_of(error) if error else {},
        loopback=qr.is_loopback(url),
    )


async def _choices(workspace: UUID, own: PublishedForm | None) -> list[tuple[str, str]]:
    """The forms that can be chosen, and the one that is, though it is archived."""
    every = {published.slug: published.name for published in await forms.published_forms_of(workspace)}
    return by_name((every if own is None else every | {own.slug: own.name}).items())


async def _without_choice(
    place: PlaceRow, above: PlaceRow | None, choice: posters.Choice | None, own: str
) -> list[tuple[str, str]]:
    """What stands first in the list of forms: the choice of the place above if there is one, else the question."""
    if above and choice and choice.place == place.id:
        choice = await posters.chosen(above)
    if above and choice:
        return [("", _("As for %(place)s: %(form)s", place=above.name, form=choice.form.name))]
    return [] if own else [("", _("Choose a form"))]


def _label(name: str) -> str:
    return _("Form")


@post("/app/places/{place_id:uuid}/form", opt=EDIT, include_in_schema=False)
async def choose_form(request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID]) -> Html:
    """Sets which form the QR code opens."""
    fields = await fields_of(request)
    typed = {"form": fields.get("form", "")}
    try:
        async with places_service.held(caller.workspace, place_id) as place:
            standing = {"form": await posters.own_form(caller.workspace, place_id)}
            wanted = standing | edits.reconciled(fields, typed, standing)
            await posters.choose_for(caller, place_id, wanted["form"], clock.now())
            if (await opened(place)).undecided:
                raise Invalid.field("form", "missing", _("Choose the form that the code opens."))
    except (Invalid, Differs) as error:
        names = {
            published.slug: published.name
            for published in await forms.published_forms_of(caller.workspace, archived=True)
        }
        shown = edits.shown_again(fields, typed, error, _label, lambda name, slug: names.get(slug, slug))
        return await _place_page(request, caller, place_id, error, shown)
    return see(f"/app/places/{place_id}?done=form")


@get("/app/places/{place_id:uuid}/poster", opt=VIEW, include_in_schema=False)
async def poster_page(
    request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID], lang: FromQuery[str] = ""
) -> Html:
    """The poster, ready to print, in one of the form's languages."""
    place = await places.place(caller.workspace, place_id)
    opens = await opened(place)
    form = opens.form
    offered = form.languages if form else ("en",)
    language = i18n.negotiate(lang, offered, offered[0])
    url = qr.survey_url(public_url(request), place.code)
    return staff_page(
        caller,
        "builder/poster.html",
        current="places",
        place=place,
        place_name=place_name(place, language),
        t=i18n.translator(language, form.written if form else ()),
        language=language,
        direction=i18n.direction(language),
        languages=[(tag, i18n.own_name(tag)) for tag in offered],
        takes=time_taken(form.definition.questions) if form else None,
        url=url,
        svg=qr.svg(url, _("QR code of %(place)s", place=place.name)),
        opened=opens,
        loopback=qr.is_loopback(url),
    )


ROUTES = [place_page, choose_form, poster_page]
