"""The tree of places, and the form that adds or changes one. A place's own page is with its poster, in the builder."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts import queries as accounts
from survey_service.accounts.guards import Caller
from survey_service.core import clock, edits
from survey_service.core.edits import Shown
from survey_service.core.errors import Conflict, Invalid, ServiceError
from survey_service.core.http import AnyRequest, errors_of, fields_of, public_url, see
from survey_service.core.i18n.staff import N_, NP_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import id_in
from survey_service.core.rail import RailSection
from survey_service.core.templates import staff_page
from survey_service.core.text import by_name
from survey_service.places import qr, queries, service
from survey_service.places.downloads import picture
from survey_service.places.schemas import NewPlace, PlaceChange, PlaceForm, PlaceRow
from survey_service.places.tree import full_name, outline

KINDS = (("store", N_("Store")), ("region", N_("Region")), ("counter", N_("Counter")))
VIEW = {"role": "viewer"}
MANAGE = {"role": "manager"}
RAIL_SECTION = RailSection(key="places", label=N_("Places"), href="/app/places", icon="places", position=60)


@get("/app/places", opt=VIEW, include_in_schema=False)
async def places_page(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    archived: FromQuery[str] = "",
    archived_now: FromQuery[str] = "",
) -> Response[bytes]:
    """Every place under what it belongs to."""
    rows = await queries.places_of(caller.workspace, archived=archived == "1")
    hidden = await queries.places_of(caller.workspace, archived=True) if archived_now else []
    gone = next((row.name for row in hidden if str(row.id) == archived_now and row.archived), "")
    return staff_page(
        caller,
        "places/list.html",
        current="places",
        rows=outline(rows),
        kinds=dict(KINDS),
        archived=archived == "1",
        said=_("%(name)s is archived. Its answers are kept, and its poster goes on working.", name=gone)
        if gone
        else "",
        loopback=qr.is_loopback(public_url(request)),
    )


async def _form_page(
    caller: Caller,
    typed: PlaceForm,
    place: PlaceRow | None,
    error: ServiceError | None = None,
    shown: Shown | None = None,
) -> Response[bytes]:
    return staff_page(
        caller,
        "places/form.html",
        current="places",
        status_code=error.status if error else 200,
        place=place,
        typed=typed,
        kinds=[(kind, _(name)) for kind, name in KINDS],
        parents=[("", _("Nothing: it stands alone")), *await _parents(caller, place, typed.parent)],
        staff=[
            ("", _("As for the place above") if typed.parent else _("Nobody yet")),
            *await _staff(caller, typed.responsible),
        ],
        errors=errors_of(error) if error else {},
        shown=shown,
    )


async def _parents(caller: Caller, place: PlaceRow | None, chosen: str) -> list[tuple[str, str]]:
    """(id, name) of what a place may belong to, and of what it does, though that is archived."""
    known = {row.id: row for row in await queries.places_of(caller.workspace, archived=True)}
    offered = [row for row in known.values() if not row.archived or str(row.id) == chosen]
    below = set(await queries.subtree(caller.workspace, place.id)) if place else set()
    return [
        (str(row.id), _("%(name)s (archived)", name=full_name(row, known)) if row.archived else full_name(row, known))
        for _depth, row in outline(offered)
        if row.id not in below
    ]


async def _staff(caller: Caller, chosen: str = "") -> list[tuple[str, str]]:
    """(id, name) of everybody who may be responsible, and of who is, though they may not sign in any more."""
    active = list((await accounts.active_staff(caller.workspace)).values())
    options = by_name((str(one.id), one.name or one.email) for one in active)
    if chosen not in ["", *dict(options)] and (former := await accounts.staff_if_known(caller.workspace, chosen)):
        options.append((chosen, _("%(name)s (may not sign in any more)", name=former.name or former.email)))
    return options


@get("/app/places/new", opt=MANAGE, include_in_schema=False)
async def new_place_page(caller: NamedDependency[Caller], parent: FromQuery[str] = "") -> Response[bytes]:
    """The form for a new place."""
    return await _form_page(caller, PlaceForm(parent=parent), None)


@post("/app/places", opt=MANAGE, include_in_schema=False)
async def add_place(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[bytes]:
    """Adds it and shows its poster, or shows the form again with what was typed."""
    typed = _typed(await fields_of(request))
    try:
        parent, responsible = _parent(typed.parent), _staff_id(typed.responsible)
        new = NewPlace(typed.name, typed.kind, typed.code.strip(), typed.own_name, parent, responsible)
        place = await service.create_place_for(caller, new, clock.now())
    except (Invalid, Conflict) as error:
        return await _form_page(caller, typed, None, error)
    return see(f"/app/places/{place.id}?done=added")


def _label(name: str) -> str:
    return _(LABELS[name])


LABELS = {
    "name": NP_("of a shop, place or form", "Name"),
    "own_name": N_("Name in its own script"),
    "kind": N_("Kind"),
    "parent": N_("Belongs to"),
    "responsible": N_("Responsible"),
}
"""What can be changed of a place, as its page calls it. A code never changes."""


def _standing(place: PlaceRow) -> dict[str, str]:
    return {name: str(getattr(place, name) or "") for name in LABELS}


@get("/app/places/{place_id:uuid}/edit", opt=MANAGE, include_in_schema=False)
async def edit_place_page(caller: NamedDependency[Caller], place_id: FromPath[UUID]) -> Response[bytes]:
    """The form that changes a place."""
    place = await queries.place(caller.workspace, place_id)
    shown = edits.shown(_standing(place))
    return await _form_page(caller, PlaceForm(**shown.values), place, shown=shown)


@post("/app/places/{place_id:uuid}/edit", opt={**MANAGE, "edits": True}, include_in_schema=False)
async def edit_place(request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID]) -> Response[bytes]:
    """Changes it, or shows the form again with what was typed."""
    fields = await fields_of(request)
    typed = {name: fields.get(name, "") for name in LABELS}
    try:
        async with service.held(caller.workspace, place_id) as place:
            wanted = edits.reconciled(fields, typed, _standing(place))
            change = PlaceChange(**{name: MEANT.get(name, str)(text) for name, text in wanted.items()})
            await service.change_place_for(caller, place_id, change, clock.now())
    except (Invalid, Conflict) as error:
        place = await queries.place(caller.workspace, place_id)
        names = {str(row.id): row.name for row in await queries.places_of(caller.workspace, archived=True)}
        names |= dict([*((kind, _(name)) for kind, name in KINDS), *await _staff(caller, str(place.responsible or ""))])
        shown = edits.shown_again(fields, typed, error, _label, lambda name, value: names.get(value, value))
        return await _form_page(caller, PlaceForm(**shown.values), place, error, shown)
    return see(f"/app/places/{place.id}?done=changed")


@post("/app/places/{place_id:uuid}/archive", opt=MANAGE, include_in_schema=False)
async def archive_place(
    request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID]
) -> Response[bytes]:
    """Hides the place from lists and choices, or brings it back (`archived=0`). Its poster goes on working."""
    archived = (await fields_of(request)).get("archived", "1") != "0"
    try:
        await service.change_place_for(caller, place_id, PlaceChange(archived=archived), clock.now())
    except Conflict as error:
        place = await queries.place(caller.workspace, place_id)
        shown = edits.shown(_standing(place))
        return await _form_page(caller, PlaceForm(**shown.values), place, error, shown)
    return see(f"/app/places?archived_now={place_id}" if archived else f"/app/places/{place_id}?done=back")


@get("/app/places/{place_id:uuid}/qr.svg", opt=VIEW, include_in_schema=False)
async def qr_svg(request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID]) -> Response[bytes]:
    """The QR code as SVG."""
    return picture(await queries.place(caller.workspace, place_id), public_url(request), "svg")


@get("/app/places/{place_id:uuid}/qr.png", opt=VIEW, include_in_schema=False)
async def qr_png(request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID]) -> Response[bytes]:
    """The QR code as PNG."""
    return picture(await queries.place(caller.workspace, place_id), public_url(request), "png")


def _typed(fields: dict[str, str]) -> PlaceForm:
    return PlaceForm(**{name: fields.get(name, "") for name in PlaceForm.__struct_fields__})


def _parent(text: str) -> UUID | None:
    if text and not id_in(text):
        raise Invalid.field("parent", "unknown", _("There is no such place to belong to."))
    return id_in(text)


def _staff_id(text: str) -> UUID | None:
    if text and not id_in(text):
        raise Invalid.field("responsible", "unknown", _("Choose somebody from the list."))
    return id_in(text)


MEANT: dict[str, Callable[[str], Any]] = {"parent": _parent, "responsible": _staff_id}
"""Fields whose text stands for something else."""

ROUTES = [
    places_page, new_place_page, add_place, edit_place_page, edit_place, archive_place, qr_svg, qr_png,
]  # fmt: skip
