"""Reading places, and who works there."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from piccolo.query.methods.select import Select

from survey_service.accounts import queries as accounts
from survey_service.core import database
from survey_service.core.database.paging import Page, decode_cursor, page_of
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.places.schemas import CODE, EmployeeRow, PlaceRow
from survey_service.places.tables import Employee, Place

TOLD = {"archived": "archived_at IS NOT NULL"}
COLUMNS = database.selected(PlaceRow, **TOLD)
EMPLOYEE = (
    'SELECT e.id, e.workspace, e.place, e.code, e.name, e.left_at IS NOT NULL AS "left", e.created_at, '
    "p.code AS place_code, p.name AS place_name FROM employee e "
    "JOIN place p ON p.id = e.place AND p.workspace = e.workspace"
)


def _places(workspace: UUID) -> Select[Any]:
    """The workspace's places, as PlaceRow has them."""
    return database.select(PlaceRow, Place, **TOLD).where(Place.workspace == workspace)


async def place_by_code(code: str) -> PlaceRow | None:
    """The place with this code on its poster, in whichever workspace; an archived one too, for posters stay up."""
    if not CODE.fullmatch(code):
        return None
    return await database.read_one(PlaceRow, f"SELECT {COLUMNS} FROM place WHERE code = {{}}", code)


async def place(workspace: UUID, place_id: UUID) -> PlaceRow:
    """One place of the workspace. Raises NotFound."""
    row = await database.read_one(PlaceRow, _places(workspace).where(Place.id == place_id))
    if row is None:
        raise NotFound(_("There is no such place."))
    return row


async def places_of(workspace: UUID, *, archived: bool = False) -> list[PlaceRow]:
    """Every place of the workspace by name; archived ones only if asked for."""
    every = _places(workspace).order_by(Place.name, Place.id)
    return await database.read(PlaceRow, every if archived else every.where(Place.archived_at.is_null()))


async def page_of_places(workspace: UUID, cursor: str, limit: int) -> Page[PlaceRow]:
    """A page of all places, archived ones too, newest first."""
    after, values = "", []
    if cursor:
        after, values = " AND (created_at, id) < ({}, {})", list(decode_cursor(cursor))
    rows = await database.fetch(
        f"SELECT {COLUMNS}, created_at FROM place WHERE workspace = {{}}{after} "
        "ORDER BY created_at DESC, id DESC LIMIT {}",
        workspace, *values, limit + 1,
    )  # fmt: skip
    return page_of(PlaceRow, rows, limit, "created_at")


async def children(workspace: UUID, place_id: UUID) -> list[PlaceRow]:
    """What stands right below a place, archived ones too."""
    return await database.read(PlaceRow, _places(workspace).where(Place.parent == place_id))


async def hold(workspace: UUID) -> None:
    """Keeps the workspace's places from others until the transaction ends."""
    theirs = Place.select(Place.id).where(Place.workspace == workspace).order_by(Place.id)
    await database.fetch(database.kept(theirs))


async def subtree(workspace: UUID, place_id: UUID) -> list[UUID]:
    """The place and all that belongs to it, archived ones too: a region's figure includes its stores' past."""
    rows = await database.fetch(
        "WITH RECURSIVE below(id) AS ("
        "SELECT id FROM place WHERE workspace = {} AND id = {} "
        "UNION SELECT p.id FROM place p JOIN below b ON p.parent = b.id WHERE p.workspace = {}"
        ") SELECT place.id AS id FROM place JOIN below ON below.id = place.id ORDER BY place.id",
        workspace, place_id, workspace,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def ancestors(workspace: UUID, place_id: UUID) -> list[UUID]:
    """The place and what it belongs to, nearest first."""
    rows = await database.fetch(
        "WITH RECURSIVE above(id, parent, depth) AS ("
        "SELECT id, parent, 0 FROM place WHERE workspace = {} AND id = {} "
        "UNION SELECT p.id, p.parent, a.depth + 1 FROM place p JOIN above a ON p.id = a.parent "
        "WHERE p.workspace = {} AND a.depth < 100"
        ") SELECT place.id AS id FROM place JOIN above ON above.id = place.id ORDER BY above.depth",
        workspace, place_id, workspace,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def responsible_staff(workspace: UUID, places: Iterable[UUID | None]) -> dict[UUID | None, list[UUID]]:
    """The members of staff whom it concerns when somebody waits at a place: the one it names, else the one of the
    nearest place above that names one, else the owners. Whoever may not sign in any more is passed over."""
    active = await accounts.active_staff(workspace)
    owners = [staff.id for staff in active.values() if staff.role == "owner"]
    known = {row.id: row for row in await places_of(workspace, archived=True)}

    def named(place: UUID | None) -> list[UUID]:
        while place and (row := known.get(place)):
            if (staff := row.responsible) and staff in active:
                return [staff]
            place = row.parent
        return owners

    return {place: named(place) for place in places}


# Who works there -------------------------------------------------------------------------------------------------


async def employee(workspace: UUID, employee_id: UUID) -> EmployeeRow:
    """One employee of the workspace. Raises NotFound."""
    row = await database.read_one(
        EmployeeRow, f"{EMPLOYEE} WHERE e.workspace = {{}} AND e.id = {{}}", workspace, employee_id
    )
    if row is None:
        raise NotFound(_("There is no such employee."))
    return row


async def employees(workspace: UUID, wanted: Collection[UUID]) -> dict[UUID, EmployeeRow]:
    """Those of the workspace among these, by id."""
    ids = sorted(wanted)
    if not ids:
        return {}
    where = f"WHERE e.workspace = {{}} AND e.id IN ({database.in_list(ids)})"
    return {row.id: row for row in await database.read(EmployeeRow, f"{EMPLOYEE} {where}", workspace, *ids)}


async def employee_by_code(workspace: UUID, code: str) -> EmployeeRow | None:
    """The employee with this code; one who has left too, for cards stay about."""
    if not CODE.fullmatch(code):
        return None
    where = "WHERE e.workspace = {} AND e.code = {}"
    return await database.read_one(EmployeeRow, f"{EMPLOYEE} {where}", workspace, code)


async def employees_of(workspace: UUID, *, left: bool = False) -> list[EmployeeRow]:
    """Every employee of the workspace by name; those who have left only if asked for."""
    hidden = "" if left else " AND e.left_at IS NULL"
    where = f"WHERE e.workspace = {{}}{hidden} ORDER BY e.name, e.id"
    return await database.read(EmployeeRow, f"{EMPLOYEE} {where}", workspace)


async def page_of_employees(
    workspace: UUID, cursor: str, limit: int, *, place: UUID | None = None, left: bool = True
) -> Page[EmployeeRow]:
    """A page of employees, those of one place or all, who was added last first."""
    where = "e.workspace = {}"
    values: list[Any] = [workspace]
    if place:
        where += " AND e.place = {}"
        values.append(place)
    if not left:
        where += " AND e.left_at IS NULL"
    if cursor:
        where += " AND (e.created_at, e.id) < ({}, {})"
        values += decode_cursor(cursor)
    rows = await database.fetch(
        f"{EMPLOYEE} WHERE {where} ORDER BY e.created_at DESC, e.id DESC LIMIT {{}}", *values, limit + 1
    )
    return page_of(EmployeeRow, rows, limit, "created_at")


async def count_employees(workspace: UUID, place: UUID) -> int:
    """How many work at a place now."""
    sql = "SELECT count(*) AS n FROM employee WHERE workspace = {} AND place = {} AND left_at IS NULL"
    (row,) = await database.fetch(sql, workspace, place)
    return int(row["n"])


async def hold_employee(workspace: UUID, employee_id: UUID) -> EmployeeRow:
    """One employee, kept from others with the workspace's places until the transaction ends. Raises NotFound."""
    await hold(workspace)
    row = Employee.select(Employee.id).where(Employee.workspace == workspace, Employee.id == employee_id)
    await database.fetch(database.kept(row))
    return await employee(workspace, employee_id)
