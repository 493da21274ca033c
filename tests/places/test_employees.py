"""Who works at a place: added, renamed, moved, gone; never another workspace's."""

from datetime import datetime, timedelta
from urllib.parse import unquote
from uuid import UUID

import pytest

from survey_service.core import clock, database
from survey_service.core.errors import Conflict, Invalid, NotFound
from survey_service.core.ids import new_id
from survey_service.core.keyring import Keyring
from survey_service.places import employee_codes, queries, service
from survey_service.places.downloads import picture, picture_of_employee
from survey_service.places.schemas import (
    CODE,
    EmployeeChange,
    EmployeeRow,
    NewEmployee,
    NewPlace,
    PlaceChange,
    PlaceRow,
)

pytestmark = pytest.mark.usefixtures("database")
KEYS = Keyring("employees-" * 4)


@pytest.fixture
def workspace() -> UUID:
    return new_id()


@pytest.fixture
async def shop(workspace: UUID) -> PlaceRow:
    return await service.create_place(workspace, NewPlace("Harbour Street"), clock.now())


async def add(place: PlaceRow, name: str = "Ilze", code: str = "") -> EmployeeRow:
    return await service.create_employee(place.workspace, NewEmployee(name, place.id, code), clock.now())


def wrong(caught: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in caught.value.errors]


async def test_somebody_is_added_with_a_code(shop: PlaceRow) -> None:
    made, chosen = await add(shop, " Ilze  Kalniņa "), await add(shop, "Ben", "ben-2")
    assert (made.name, made.place, made.place_code, made.left) == ("Ilze Kalniņa", shop.id, shop.code, False)
    assert CODE.fullmatch(made.code)
    assert len(made.code) == service.GENERATED_CODE_LENGTH
    assert await queries.employee_by_code(shop.workspace, "ben-2") == chosen
    assert await queries.employee_by_code(shop.workspace, "ben\x00") is None


async def test_a_file_is_called_after_the_person_and_their_place(shop: PlaceRow) -> None:
    made = await add(shop, "ዳዊት")
    for kind in ("svg", "png"):
        said = picture_of_employee(made, "https://survey.example", KEYS, kind).headers["Content-Disposition"]
        assert unquote(said).endswith(f"filename*=UTF-8''QR ዳዊት, Harbour Street.{kind}")
    said = picture(shop, "https://survey.example", "svg").headers["Content-Disposition"]
    assert 'filename="QR-Harbour-Street.svg"' in said


async def test_a_code_is_one_persons_in_a_workspace(shop: PlaceRow) -> None:
    await add(shop, code="ilze")
    with pytest.raises(Invalid) as taken:
        await add(shop, "Another", "ilze")
    assert wrong(taken) == [("code", "taken")]
    elsewhere = await service.create_place(new_id(), NewPlace("Elsewhere"), clock.now())
    assert (await add(elsewhere, "Ilze", "ilze")).workspace != shop.workspace


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [(" ", "", "name"), ("A" * 201, "", "name"), ("Ilze\u202e", "", "name"), ("Ilze", "I", "code")],
)
async def test_the_field_is_named_that_cannot_be_so(shop: PlaceRow, name: str, code: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        await add(shop, name, code)
    assert [field for field, _ in wrong(caught)] == [said]
    assert (await queries.page_of_employees(shop.workspace, "", 10)).items == []


async def test_nobody_works_at_another_workspaces_place_or_an_archived_one(shop: PlaceRow) -> None:
    with pytest.raises(Invalid) as caught:
        await service.create_employee(new_id(), NewEmployee("Eve", shop.id), clock.now())
    assert wrong(caught) == [("place", "unknown")]
    ilze = await add(shop)
    closed = await service.create_place(shop.workspace, NewPlace("Closed"), clock.now())
    await service.change_place(shop.workspace, closed.id, PlaceChange(archived=True), clock.now())
    with pytest.raises(Invalid) as caught:
        await service.change_employee(shop.workspace, ilze.id, EmployeeChange(place=closed.id), clock.now())
    assert wrong(caught) == [("place", "archived")]


async def test_somebody_is_renamed_moved_and_leaves(shop: PlaceRow) -> None:
    ilze = await add(shop)
    other = await service.create_place(shop.workspace, NewPlace("Station"), clock.now())
    change = EmployeeChange(name="Ilze K.", place=other.id, left=True)
    gone = await service.change_employee(shop.workspace, ilze.id, change, clock.now())
    assert (gone.name, gone.place_name, gone.left, gone.code) == ("Ilze K.", "Station", True, ilze.code)
    assert await queries.employees_of(shop.workspace) == []
    assert await queries.employees_of(shop.workspace, left=True) == [gone]
    assert await queries.employee_by_code(shop.workspace, ilze.code) == gone
    back = await service.change_employee(shop.workspace, ilze.id, EmployeeChange(left=False), clock.now())
    assert await queries.employees_of(shop.workspace) == [back]


async def test_whoever_has_left_stays_gone_since_when_they_left(shop: PlaceRow) -> None:
    ilze, at = await add(shop), clock.now()
    for change, later in ((EmployeeChange(left=True), 0), (EmployeeChange(left=True, name="Ilze K."), 1)):
        await service.change_employee(shop.workspace, ilze.id, change, at + timedelta(days=later))
    assert await left_at(ilze) == at
    await service.change_employee(shop.workspace, ilze.id, EmployeeChange(left=False), at)
    assert await left_at(ilze) is None


async def left_at(employee: EmployeeRow) -> datetime | None:
    row = await database.fetch_one("SELECT left_at FROM employee WHERE id = {}", employee.id)
    return row["left_at"] if row else None


async def test_a_place_is_archived_when_nobody_works_there_any_more(shop: PlaceRow) -> None:
    """Whoever left stays there, can be renamed, and is not brought back to where nobody works."""
    ilze = await add(shop)
    with pytest.raises(Conflict, match="1 person works here"):
        await service.change_place(shop.workspace, shop.id, PlaceChange(archived=True), clock.now())
    await service.change_employee(shop.workspace, ilze.id, EmployeeChange(left=True), clock.now())
    await service.change_place(shop.workspace, shop.id, PlaceChange(archived=True), clock.now())
    renamed = await service.change_employee(shop.workspace, ilze.id, EmployeeChange(name="I."), clock.now())
    assert renamed.name == "I."
    with pytest.raises(Invalid) as caught:
        await service.change_employee(shop.workspace, ilze.id, EmployeeChange(left=False), clock.now())
    assert wrong(caught) == [("place", "archived")]
    other = await service.create_place(shop.workspace, NewPlace("Station"), clock.now())
    back = EmployeeChange(left=False, place=other.id)
    assert not (await service.change_employee(shop.workspace, ilze.id, back, clock.now())).left


async def test_strangers_see_and_change_nobody(shop: PlaceRow) -> None:
    ilze, stranger = await add(shop, code="ilze"), new_id()
    assert await queries.employees_of(stranger, left=True) == []
    assert (await queries.page_of_employees(stranger, "", 10, place=shop.id)).items == []
    assert await queries.employee_by_code(stranger, "ilze") is None
    with pytest.raises(NotFound):
        await queries.employee(stranger, ilze.id)
    with pytest.raises(NotFound):
        await service.change_employee(stranger, ilze.id, EmployeeChange(name="Mine"), clock.now())


async def test_pages_hold_each_once(shop: PlaceRow) -> None:
    now, other = clock.now(), await service.create_place(shop.workspace, NewPlace("Station"), clock.now())
    for number in range(5):
        new = NewEmployee(f"Person {number}", shop.id)
        await service.create_employee(shop.workspace, new, now + timedelta(seconds=number // 2))
    await add(other)
    seen, cursor = [], ""
    while True:
        page = await queries.page_of_employees(shop.workspace, cursor, 2, place=shop.id)
        seen += [row.name for row in page.items]
        if not page.next:
            break
        cursor = page.next
    assert sorted(seen) == [f"Person {number}" for number in range(5)]
    assert seen[0] == "Person 4"
    assert len((await queries.page_of_employees(shop.workspace, "", 10)).items) == 6


def test_a_signed_code_holds_in_its_workspace_alone() -> None:
    here, there = new_id(), new_id()
    text = employee_codes.signed(KEYS, here, "ilze")
    assert len(text) <= employee_codes.MAX_LENGTH
    assert employee_codes.read(KEYS, here, text) == ("ilze", True)
    assert employee_codes.read(Keyring("newer-" * 6, *KEYS.keys), here, text) == ("ilze", True)
    assert employee_codes.read(KEYS, there, text) == ("ilze", False)
    assert employee_codes.read(Keyring("another" * 5), here, text) == ("ilze", False)
    assert employee_codes.read(KEYS, here, "ben" + text[4:]) == ("ben", False)
    for unsigned in ("ilze", "ilze.", text[:-1], text + "0"):
        assert employee_codes.read(KEYS, here, unsigned) == ("ilze", False)
