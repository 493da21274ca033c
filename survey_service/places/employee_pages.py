"""Who works at a place, and the form that changes an employee. Their own page is with their QR code, in the builder."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from survey_service.accounts.guards import Caller
from survey_service.core import clock, edits
from survey_service.core.addresses import older, with_query
from survey_service.core.database.paging import PAGE_SIZE
from survey_service.core.edits import Differs, Shown
from survey_service.core.errors import Invalid, ServiceError
from survey_service.core.http import AnyRequest, errors_of, fields_of, keys_of, public_url, see
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import id_in
from survey_service.core.templates import staff_page
from survey_service.places import queries, service
from survey_service.places.downloads import picture_of_employee
from survey_service.places.schemas import EmployeeChange, EmployeeRow, NewEmployee, PlaceRow
from survey_service.places.tree import full_name, outline

VIEW = {"role": "viewer"}
MANAGE = {"role": "manager"}
AT = "/app/places/{place_id:uuid}/employees"
ONE = "/app/employees/{employee_id:uuid}"


@get(AT, opt=VIEW, include_in_schema=False)
async def employees_page(
    caller: NamedDependency[Caller],
    place_id: FromPath[UUID],
    left: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    gone: FromQuery[str] = "",
) -> Response[bytes]:
    """Who works at a place, and the form that adds somebody."""
    return await _list(caller, place_id, {}, left=left == "1", cursor=cursor, gone=gone)


async def _list(
    caller: Caller,
    place_id: UUID,
    typed: dict[str, str],
    *,
    left: bool = False,
    cursor: str = "",
    gone: str = "",
    error: ServiceError | None = None,
) -> Response[bytes]:
    place = await queries.place(caller.workspace, place_id)
    page = await queries.page_of_employees(caller.workspace, cursor, PAGE_SIZE, place=place.id, left=left)
    path = with_query(f"/app/places/{place.id}/employees", left="1" if left else "")
    return staff_page(
        caller,
        "places/employees.html",
        current="places",
        status_code=error.status if error else 200,
        place=place,
        rows=page.items,
        left=left,
        typed=typed,
        errors=errors_of(error) if error else {},
        said=await _said_of(caller, gone) if gone else "",
        newer=path if cursor else "",
        older=older(path, page.next),
    )


async def _said_of(caller: Caller, gone: str) -> str:
    """What has just become of whoever left; empty if it is not so."""
    everybody = await queries.employees_of(caller.workspace, left=True)
    name = next((row.name for row in everybody if str(row.id) == gone and row.left), "")
    if not name:
        return ""
    return _("%(name)s no longer works here. Their figures stay, and their QR code goes on working.", name=name)


@post(AT, opt=MANAGE, include_in_schema=False)
async def add_employee(
    request: AnyRequest, caller: NamedDependency[Caller], place_id: FromPath[UUID]
) -> Response[bytes]:
    """Adds somebody and shows their QR code, or shows the form again with what was typed."""
    typed = await fields_of(request)
    new = NewEmployee(typed.get("name", ""), place_id, typed.get("code", "").strip())
    try:
        employee = await service.create_employee_for(caller, new, clock.now())
    except Invalid as error:
        return await _list(caller, place_id, typed, error=error)
    return see(f"/app/employees/{employee.id}?done=added")


def _label(name: str) -> str:
    return _(LABELS[name])


LABELS = {"name": N_("Name"), "place": N_("Works at")}
"""What can be changed of an employee, as the page calls it. A code never changes."""


def _standing(employee: EmployeeRow) -> dict[str, str]:
    return {name: str(getattr(employee, name)) for name in LABELS}


@get(ONE + "/edit", opt=MANAGE, include_in_schema=False)
async def edit_employee_page(caller: NamedDependency[Caller], employee_id: FromPath[UUID]) -> Response[bytes]:
    """The form that changes an employee."""
    employee = await queries.employee(caller.workspace, employee_id)
    return await _form(caller, employee, edits.shown(_standing(employee)))


async def _form(
    caller: Caller, employee: EmployeeRow, shown: Shown, error: ServiceError | None = None
) -> Response[bytes]:
    return staff_page(
        caller,
        "places/employee_form.html",
        current="places",
        status_code=error.status if error else 200,
        employee=employee,
        typed=shown.values,
        places=await _workplaces(caller, employee),
        errors=errors_of(error) if error else {},
        shown=shown,
    )


async def _workplaces(caller: Caller, employee: EmployeeRow) -> list[tuple[str, str]]:
    """(id, name) of where somebody may work, and of where they do, though that is archived."""
    known: dict[UUID, PlaceRow] = {row.id: row for row in await queries.places_of(caller.workspace, archived=True)}
    offered = [row for row in known.values() if not row.archived or row.id == employee.place]
    return [(str(row.id), full_name(row, known)) for _depth, row in outline(offered)]


@post(ONE + "/edit", opt={**MANAGE, "edits": True}, include_in_schema=False)
async def edit_employee(
    request: AnyRequest, caller: NamedDependency[Caller], employee_id: FromPath[UUID]
) -> Response[bytes]:
    """Changes the name, or moves to another place; or shows the form again with what was typed."""
    fields = await fields_of(request)
    typed = {name: fields.get(name, "") for name in LABELS}
    try:
        async with service.held_employee(caller.workspace, employee_id) as employee:
            wanted = edits.reconciled(fields, typed, _standing(employee))
            change = EmployeeChange(**{name: MEANT.get(name, str)(text) for name, text in wanted.items()})
            changed = await service.change_employee_for(caller, employee_id, change, clock.now())
    except (Invalid, Differs) as error:
        employee = await queries.employee(caller.workspace, employee_id)
        names = {str(row.id): row.name for row in await queries.places_of(caller.workspace, archived=True)}
        shown = edits.shown_again(fields, typed, error, _label, lambda name, value: names.get(value, value))
        return await _form(caller, employee, shown, error)
    return see(f"/app/employees/{employee_id}?done={'changed' if changed.place == employee.place else 'moved'}")


@post(ONE + "/left", opt=MANAGE, include_in_schema=False)
async def leave(request: AnyRequest, caller: NamedDependency[Caller], employee_id: FromPath[UUID]) -> Response[bytes]:
    """Hides somebody from lists and choices, or brings them back (`left=0`). Their figures stay."""
    left = (await fields_of(request)).get("left", "1") != "0"
    try:
        employee = await service.change_employee_for(caller, employee_id, EmployeeChange(left=left), clock.now())
    except Invalid as error:
        employee = await queries.employee(caller.workspace, employee_id)
        return await _form(caller, employee, edits.shown(_standing(employee)), error)
    at = f"/app/places/{employee.place}/employees?gone={employee_id}"
    return see(at if left else f"/app/employees/{employee_id}?done=back")


@get(ONE + "/qr.svg", opt=VIEW, include_in_schema=False)
async def employee_svg(
    request: AnyRequest, caller: NamedDependency[Caller], employee_id: FromPath[UUID]
) -> Response[bytes]:
    """The QR code as SVG."""
    employee = await queries.employee(caller.workspace, employee_id)
    return picture_of_employee(employee, public_url(request), keys_of(request), "svg")


@get(ONE + "/qr.png", opt=VIEW, include_in_schema=False)
async def employee_png(
    request: AnyRequest, caller: NamedDependency[Caller], employee_id: FromPath[UUID]
) -> Response[bytes]:
    """The QR code as PNG."""
    employee = await queries.employee(caller.workspace, employee_id)
    return picture_of_employee(employee, public_url(request), keys_of(request), "png")


def _place(text: str) -> UUID:
    if (place := id_in(text)) is None:
        raise Invalid.field("place", "unknown", _("There is no such place to work at."))
    return place


MEANT: dict[str, Callable[[str], Any]] = {"place": _place}
"""Fields whose text stands for something else."""

ROUTES = [
    employees_page, add_employee, edit_employee_page, edit_employee, leave, employee_svg, employee_png,
]  # fmt: skip
