"""Adding, changing and archiving places; who works there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from piccolo.columns import Column

from survey_service.accounts import audit
from survey_service.accounts import queries as accounts
from survey_service.accounts.schemas import Caller
from survey_service.core import database, text
from survey_service.core.errors import Conflict, Invalid, NotFound
from survey_service.core.i18n.staff import N_, ngettext, number
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import new_id, random_code
from survey_service.places import queries
from survey_service.places.actions import PlaceAction
from survey_service.places.schemas import (
    CODE,
    EmployeeChange,
    EmployeeRow,
    NewEmployee,
    NewPlace,
    PlaceChange,
    PlaceRow,
)
from survey_service.places.tables import Employee, Place
from survey_service.places.tree import PARENT_KINDS, may_stand_under

GENERATED_CODE_LENGTH = 8


async def create_place(workspace: UUID, new: NewPlace, now: datetime) -> PlaceRow:
    """Adds a place; Invalid names the field that cannot be so."""
    name, own_name = _checked_name(new.name), text.checked_line("own_name", new.own_name)
    _check_kind(new.kind)
    _check_code(new.code)
    identity = new_id()
    async with database.transaction():
        await _lock(workspace)
        above = await _check_parent(workspace, identity, new.kind, new.parent)
        if above and above.archived:
            _refuse_archived(above, returning=False)
        await _check_responsible(workspace, new.responsible)
        code = await _insert(workspace, identity, new, name, own_name, now)
    return PlaceRow(identity, workspace, code, name, own_name, new.parent, new.kind, False, new.responsible)


async def create_place_for(caller: Caller, new: NewPlace, now: datetime) -> PlaceRow:
    """`create_place`, with its line in the audit trail."""
    async with database.transaction():
        place = await create_place(caller.workspace, new, now)
        await audit.record(caller, PlaceAction.ADDED, place.name)
    return place


async def _insert(workspace: UUID, identity: UUID, new: NewPlace, name: str, own_name: str, now: datetime) -> str:
    """Writes the row and gives its code; a made code that is taken is made again."""
    while True:
        code = new.code or random_code(GENERATED_CODE_LENGTH)
        row = Place(
            id=identity, workspace=workspace, parent=new.parent, kind=new.kind, code=code, name=name,
            own_name=own_name, created_at=now, responsible=new.responsible,
        )  # fmt: skip
        if await database.execute(Place.insert(row).on_conflict(Place.code, "DO NOTHING").returning(Place.id)):
            return code
        if new.code:
            raise Invalid.field(
                "code", "taken", _("Another poster’s address ends like this already. Choose another end.")
            )


async def change_place(workspace: UUID, place_id: UUID, change: PlaceChange, now: datetime) -> PlaceRow:
    """Changes what is given. NotFound, Invalid with the field, or Conflict when places still belong to it."""
    async with database.transaction():
        await _lock(workspace)
        old = await queries.place(workspace, place_id)
        name = old.name if change.name is UNSET else _checked_name(change.name)
        own_name = old.own_name if change.own_name is UNSET else text.checked_line("own_name", change.own_name)
        kind = old.kind if change.kind is UNSET else change.kind
        parent = old.parent if change.parent is UNSET else change.parent
        archived = old.archived if change.archived is UNSET else change.archived
        responsible = old.responsible if change.responsible is UNSET else change.responsible
        _check_kind(kind)
        above = await _check_parent(workspace, place_id, kind, parent)
        if above and above.archived and not archived and (old.archived or parent != old.parent):
            _refuse_archived(above, returning=old.archived)
        await _check_children(workspace, place_id, kind, archived=archived)
        if archived and not old.archived:
            await _check_empty(workspace, place_id)
        if responsible != old.responsible:
            await _check_responsible(workspace, responsible)
        values: dict[Column | str, Any] = {
            Place.name: name, Place.own_name: own_name, Place.kind: kind, Place.parent: parent,
            Place.responsible: responsible,
        }  # fmt: skip
        if archived != old.archived:
            values[Place.archived_at] = now if archived else None
        await database.execute(Place.update(values).where(Place.workspace == workspace, Place.id == place_id))
    return PlaceRow(place_id, workspace, old.code, name, own_name, parent, kind, archived, responsible)


async def change_place_for(caller: Caller, place_id: UUID, change: PlaceChange, now: datetime) -> PlaceRow:
    """`change_place`, with its line in the audit trail for what became other."""
    async with held(caller.workspace, place_id) as old:
        place = await change_place(caller.workspace, place_id, change, now)
        if place.archived != old.archived:
            await audit.record(caller, PlaceAction.ARCHIVED if place.archived else PlaceAction.BROUGHT_BACK, place.name)
        if msgspec.structs.replace(place, archived=old.archived) != old:
            await audit.record(caller, PlaceAction.CHANGED, _now_called(old.name, place.name))
    return place


def _now_called(before: str, name: str) -> str:
    return name if name == before else f"{before} → {name}"


@asynccontextmanager
async def held(workspace: UUID, place_id: UUID) -> AsyncIterator[PlaceRow]:
    """A transaction in which the place stands as it is given: nobody else changes it before the end."""
    async with database.transaction():
        await _lock(workspace)
        yield await queries.place(workspace, place_id)


async def _lock(workspace: UUID) -> None:
    """Two moves at once could close a circle that neither of them sees, so the workspace's tree is theirs in turn."""
    await queries.hold(workspace)


def _check_code(code: str) -> None:
    if code and not CODE.fullmatch(code):
        raise Invalid.field("code", "malformed", _("Use 2 to 40 small letters a–z, digits and hyphens."))


def _checked_name(name: str) -> str:
    return text.checked_line("name", name, N_("Write the name that customers know."))


CANNOT_BELONG = {
    ("region", "store"): N_("A region cannot belong to a store."),
    ("region", "counter"): N_("A region cannot belong to a counter."),
    ("store", "store"): N_("A store cannot belong to a store."),
    ("store", "counter"): N_("A store cannot belong to a counter."),
    ("counter", "counter"): N_("A counter cannot belong to a counter."),
}
CANNOT_HAVE = {
    ("store", "region"): N_("A store cannot have a region, and this place has one."),
    ("counter", "region"): N_("A counter cannot have a region, and this place has one."),
    ("store", "store"): N_("A store cannot have a store, and this place has one."),
    ("counter", "store"): N_("A counter cannot have a store, and this place has one."),
    ("counter", "counter"): N_("A counter cannot have a counter, and this place has one."),
}
"""(Kind, the other's) → why the two do not go together, for those that do not."""


def _check_kind(kind: str) -> None:
    if kind not in PARENT_KINDS:
        raise Invalid.field("kind", "unknown", _("A place is a region, a store or a counter."))


async def _check_parent(workspace: UUID, place_id: UUID, kind: str, parent: UUID | None) -> PlaceRow | None:
    """What the place would belong to."""
    if parent is None:
        return None
    try:
        above = await queries.place(workspace, parent)
    except NotFound as error:
        raise Invalid.field("parent", "unknown", _("There is no such place to belong to.")) from error
    if place_id in await queries.ancestors(workspace, parent):
        raise Invalid.field("parent", "circle", _("A place cannot belong to itself or to what belongs to it."))
    if not may_stand_under(kind, above.kind):
        raise Invalid.field("parent", "kind", _(CANNOT_BELONG[kind, above.kind]))
    return above


def _refuse_archived(above: PlaceRow, *, returning: bool) -> None:
    """An active place under an archived one would be in no list beside it."""
    if returning:
        words = _(
            "It belongs to %(name)s, which is archived. Bring that back first, or move this one.", name=above.name
        )
        raise Conflict(words)
    words = _("%(name)s is archived. Bring it back first, or choose another.", name=above.name)
    raise Invalid.field("parent", "archived", words)


async def _check_responsible(workspace: UUID, staff: UUID | None) -> None:
    if staff is not None and staff not in await accounts.active_staff(workspace):
        raise Invalid.field("responsible", "unknown", _("Choose somebody who may sign in here."))


async def _check_children(workspace: UUID, place_id: UUID, kind: str, *, archived: bool) -> None:
    children = await queries.children(workspace, place_id)
    wrong = {child.kind for child in children if not may_stand_under(child.kind, kind)}
    if wrong:
        raise Invalid.field("kind", "children", _(CANNOT_HAVE[kind, sorted(wrong)[0]]))
    active = sum(not child.archived for child in children)
    if archived and active:
        words = ngettext(
            "%(n)s active place belongs to this one. Move or archive it first.",
            "%(n)s active places belong to this one. Move or archive them first.",
            active,
            n=active,
        )
        raise Conflict(words)


async def _check_empty(workspace: UUID, place_id: UUID) -> None:
    """Somebody at an archived place would be found from no list of places."""
    here = await queries.count_employees(workspace, place_id)
    if here:
        words = ngettext(
            "%(n)s person works here. Move them, or note that they left, first.",
            "%(n)s people work here. Move them, or note that they left, first.",
            here,
            n=number(here),
        )
        raise Conflict(words)


# Who works there -------------------------------------------------------------------------------------------------


async def create_employee(workspace: UUID, new: NewEmployee, now: datetime) -> EmployeeRow:
    """Adds somebody at a place; Invalid names the field that cannot be so."""
    name = _checked_employee(new.name)
    _check_code(new.code)
    identity = new_id()
    async with database.transaction():
        await _lock(workspace)
        await _check_workplace(workspace, new.place)
        await _insert_employee(workspace, identity, new, name, now)
        return await queries.employee(workspace, identity)


async def create_employee_for(caller: Caller, new: NewEmployee, now: datetime) -> EmployeeRow:
    """`create_employee`, with its line in the audit trail."""
    async with database.transaction():
        employee = await create_employee(caller.workspace, new, now)
        await audit.record(caller, PlaceAction.EMPLOYEE_ADDED, f"{employee.name}, {employee.place_name}")
    return employee


async def _insert_employee(workspace: UUID, identity: UUID, new: NewEmployee, name: str, now: datetime) -> None:
    """Writes the row; a made code that is taken is made again."""
    while True:
        row = Employee(
            id=identity, workspace=workspace, place=new.place, code=new.code or random_code(GENERATED_CODE_LENGTH),
            name=name, created_at=now,
        )  # fmt: skip
        key = (Employee.workspace, Employee.code)
        if await database.execute(Employee.insert(row).on_conflict(key, "DO NOTHING").returning(Employee.id)):
            return
        if new.code:
            raise Invalid.field(
                "code", "taken", _("Somebody else’s address ends like this already. Choose another end.")
            )


async def change_employee(workspace: UUID, employee_id: UUID, change: EmployeeChange, now: datetime) -> EmployeeRow:
    """Changes what is given. NotFound, or Invalid with the field."""
    async with held_employee(workspace, employee_id) as old:
        name = old.name if change.name is UNSET else _checked_employee(change.name)
        place = old.place if change.place is UNSET else change.place
        left = old.left if change.left is UNSET else change.left
        if place != old.place or (old.left and not left):
            await _check_workplace(workspace, place)
        values: dict[Column | str, Any] = {Employee.name: name, Employee.place: place}
        if left != old.left:
            values[Employee.left_at] = now if left else None
        theirs = (Employee.workspace == workspace, Employee.id == employee_id)
        await database.execute(Employee.update(values).where(*theirs))
        return await queries.employee(workspace, employee_id)


async def change_employee_for(caller: Caller, employee_id: UUID, change: EmployeeChange, now: datetime) -> EmployeeRow:
    """`change_employee`, with its line in the audit trail for what became other."""
    async with held_employee(caller.workspace, employee_id) as old:
        employee = await change_employee(caller.workspace, employee_id, change, now)
        if employee.left != old.left:
            action = PlaceAction.EMPLOYEE_LEFT if employee.left else PlaceAction.EMPLOYEE_BACK
            await audit.record(caller, action, f"{employee.name}, {employee.place_name}")
        if (employee.name, employee.place) != (old.name, old.place):
            moved = _now_called(f"{old.name}, {old.place_name}", f"{employee.name}, {employee.place_name}")
            await audit.record(caller, PlaceAction.EMPLOYEE_CHANGED, moved)
    return employee


@asynccontextmanager
async def held_employee(workspace: UUID, employee_id: UUID) -> AsyncIterator[EmployeeRow]:
    """A transaction in which an employee stands as given, and so does every place: nobody else changes them before the
    end."""
    async with database.transaction():
        yield await queries.hold_employee(workspace, employee_id)


def _checked_employee(name: str) -> str:
    return text.checked_line("name", name, N_("Write the name that colleagues know."))


async def _check_workplace(workspace: UUID, place_id: UUID) -> None:
    try:
        place = await queries.place(workspace, place_id)
    except NotFound as error:
        raise Invalid.field("place", "unknown", _("There is no such place to work at.")) from error
    if place.archived:
        words = _("%(name)s is archived. Bring it back first, or choose another.", name=place.name)
        raise Invalid.field("place", "archived", words)
