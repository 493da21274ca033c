"""The JSON API of employees: the people in shops whom customers meet."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from survey_service.accounts.guards import Caller
from survey_service.core import clock
from survey_service.core.database.paging import PAGE_SIZE, Cursor, Limit, Page
from survey_service.core.http import AnyRequest, IfMatch, check_match, keys_of, public_url, tagged
from survey_service.places import qr, queries, service
from survey_service.places.downloads import picture_of_employee
from survey_service.places.employee_codes import signed
from survey_service.places.schemas import EmployeeChange, EmployeeRow, EmployeeShown, NewEmployee

READ = {"scope": "places:read"}
WRITE = {"scope": "places:write"}
PATH = "/api/v1/employees"
ONE = PATH + "/{employee_id:uuid}"

At = Annotated[str, QueryParameter(pattern="^([a-z0-9-]{2,40})?$", description="Only those at the place of this code.")]


def shown(request: AnyRequest, employee: EmployeeRow) -> EmployeeShown:
    """An employee as the API tells it."""
    code = signed(keys_of(request), employee.workspace, employee.code)
    return EmployeeShown(
        id=employee.id,
        place=employee.place,
        code=employee.code,
        name=employee.name,
        left=employee.left,
        signed_code=code,
        survey_url=qr.employee_url(public_url(request), employee.place_code, code),
    )


@get(PATH, opt=READ, summary="List employees", tags=["places"])
async def list_employees(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    place: At = "",
    cursor: Cursor = "",
    limit: Limit = PAGE_SIZE,
) -> Page[EmployeeShown]:
    """Whoever works or worked at a place, or at any; who was added last first. A place that is not there has nobody."""
    at = await queries.place_by_code(place) if place else None
    if place and (at is None or at.workspace != caller.workspace):
        return Page([])
    page = await queries.page_of_employees(caller.workspace, cursor, limit, place=at.id if at else None)
    return Page([shown(request, employee) for employee in page.items], page.next)


@post(PATH, opt=WRITE, summary="Add an employee", tags=["places"])
async def add_employee(
    request: AnyRequest, caller: NamedDependency[Caller], data: JSONBody[NewEmployee]
) -> EmployeeShown:
    """Somebody who works at a place. Their code is made if none is given, and never changes."""
    return shown(request, await service.create_employee_for(caller, data, clock.now()))


@get(ONE, opt=READ, summary="Read an employee", tags=["places"])
async def read_employee(
    request: AnyRequest, caller: NamedDependency[Caller], employee_id: FromPath[UUID]
) -> Response[EmployeeShown]:
    """One employee. Its `ETag` is for `If-Match`."""
    return tagged(shown(request, await queries.employee(caller.workspace, employee_id)))


@patch(ONE, opt=WRITE, summary="Change an employee", tags=["places"])
async def change_employee(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    employee_id: FromPath[UUID],
    data: JSONBody[EmployeeChange],
    if_match: IfMatch = None,
) -> Response[EmployeeShown]:
    """Changes what is given: the name, the place, whether they have left. Their answers stay where they were given."""
    async with service.held_employee(caller.workspace, employee_id) as employee:
        check_match(if_match, shown(request, employee))
        changed = await service.change_employee_for(caller, employee_id, data, clock.now())
    return tagged(shown(request, changed))


@get(
    ONE + "/qr.svg",
    opt=READ,
    summary="Fetch an employee's QR code as SVG",
    tags=["places"],
    media_type="image/svg+xml",
)
async def read_employee_svg(
    request: AnyRequest, caller: NamedDependency[Caller], employee_id: FromPath[UUID]
) -> Response[bytes]:
    """The survey of their place, with their signed code."""
    return await _picture(request, caller, employee_id, "svg")


@get(
    ONE + "/qr.png",
    opt=READ,
    summary="Fetch an employee's QR code as PNG",
    tags=["places"],
    media_type="image/png",
)
async def read_employee_png(
    request: AnyRequest, caller: NamedDependency[Caller], employee_id: FromPath[UUID]
) -> Response[bytes]:
    """The same as a picture of at least 1000 pixels a side."""
    return await _picture(request, caller, employee_id, "png")


async def _picture(request: AnyRequest, caller: Caller, employee_id: UUID, kind: str) -> Response[bytes]:
    employee = await queries.employee(caller.workspace, employee_id)
    return picture_of_employee(employee, public_url(request), keys_of(request), kind)


ROUTES = [list_employees, add_employee, read_employee, change_employee, read_employee_svg, read_employee_png]
