from datetime import datetime, timedelta
from uuid import UUID

import pytest

from survey_service.core import clock, database
from survey_service.core.errors import Conflict, Invalid, NotFound
from survey_service.core.ids import new_id
from survey_service.places import queries, service
from survey_service.places.schemas import CODE, NewPlace, PlaceChange, PlaceRow

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def workspace() -> UUID:
    return new_id()


async def add(workspace: UUID, name: str, kind: str = "store", parent: UUID | None = None, code: str = "") -> PlaceRow:
    return await service.create_place(workspace, NewPlace(name, kind, code, parent=parent), clock.now())


async def test_a_tree_is_read_from_both_ends(workspace: UUID) -> None:
    region = await add(workspace, "Tbilisi", "region")
    store = await add(workspace, "Rustaveli", "store", region.id)
    counter = await add(workspace, "Counter 2", "counter", store.id)
    other = await add(workspace, "Riga", "region")
    assert set(await queries.subtree(workspace, region.id)) == {region.id, store.id, counter.id}
    assert await queries.subtree(workspace, other.id) == [other.id]
    assert await queries.ancestors(workspace, counter.id) == [counter.id, store.id, region.id]


async def test_another_workspace_sees_nothing(workspace: UUID) -> None:
    region = await add(workspace, "Tbilisi", "region")
    stranger = new_id()
    assert await queries.subtree(stranger, region.id) == []
    assert await queries.ancestors(stranger, region.id) == []
    assert await queries.places_of(stranger) == []
    with pytest.raises(NotFound):
        await queries.place(stranger, region.id)
    with pytest.raises(NotFound):
        await service.change_place(stranger, region.id, PlaceChange(name="Mine"), clock.now())
    with pytest.raises(Invalid) as caught:
        await add(stranger, "Mine", "store", region.id)
    assert caught.value.errors[0].field == "parent"


async def test_codes_are_made_or_checked(workspace: UUID) -> None:
    made = await add(workspace, "Piassa")
    assert CODE.fullmatch(made.code)
    assert len(made.code) == service.GENERATED_CODE_LENGTH
    chosen = await add(workspace, "Bole", code="bole-1")
    assert await queries.place_by_code("bole-1") == chosen
    with pytest.raises(Invalid) as caught:
        await add(new_id(), "Elsewhere", code="bole-1")
    assert caught.value.errors[0].code == "taken"
    assert await queries.place_by_code("bole\x00") is None
    with pytest.raises(Invalid):
        await add(workspace, "Shouted", code="BOLE")


async def test_a_made_code_that_is_taken_is_made_again(workspace: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    await add(workspace, "Bole", code="bole-1")
    codes = iter(["bole-1", "bole-1", "fresh-01"])
    monkeypatch.setattr(service, "random_code", lambda length: next(codes))
    assert (await add(workspace, "Second")).code == "fresh-01"


@pytest.mark.parametrize(
    ("kind", "parent_kind"), [("region", "store"), ("store", "store"), ("counter", "counter"), ("store", "counter")]
)
async def test_what_cannot_stand_under_what(workspace: UUID, kind: str, parent_kind: str) -> None:
    parent = await add(workspace, "Above", parent_kind)
    with pytest.raises(Invalid) as caught:
        await add(workspace, "Below", kind, parent.id)
    assert caught.value.errors[0].field == "parent"


async def test_no_circles(workspace: UUID) -> None:
    upper = await add(workspace, "Upper", "region")
    lower = await add(workspace, "Lower", "region", upper.id)
    for parent in (lower.id, upper.id):
        with pytest.raises(Invalid) as caught:
            await service.change_place(workspace, upper.id, PlaceChange(parent=parent), clock.now())
        assert caught.value.errors[0].code == "circle"


async def test_a_kind_that_its_children_forbid(workspace: UUID) -> None:
    region = await add(workspace, "Riga", "region")
    await add(workspace, "Centre", "store", region.id)
    with pytest.raises(Invalid) as caught:
        await service.change_place(workspace, region.id, PlaceChange(kind="store"), clock.now())
    assert caught.value.errors[0].code == "children"


async def test_changes_and_archiving(workspace: UUID) -> None:
    region = await add(workspace, "Riga", "region")
    store = await add(workspace, "Centre", "store", region.id)
    with pytest.raises(Conflict):
        await service.change_place(workspace, region.id, PlaceChange(archived=True), clock.now())
    changed = await service.change_place(
        workspace,
        store.id,
        PlaceChange(name="  Old   town ", own_name="Vecrīga", parent=None, archived=True),
        clock.now(),
    )
    assert (changed.name, changed.own_name, changed.parent, changed.archived) == ("Old town", "Vecrīga", None, True)
    assert await queries.place(workspace, store.id) == changed
    assert [place.name for place in await queries.places_of(workspace)] == ["Riga"]
    assert len(await queries.places_of(workspace, archived=True)) == 2
    assert await queries.place_by_code(store.code) == changed
    await service.change_place(workspace, store.id, PlaceChange(archived=False), clock.now())
    assert len(await queries.places_of(workspace)) == 2


async def test_nothing_active_stands_under_what_is_archived(workspace: UUID) -> None:
    region, other = await add(workspace, "Riga", "region"), await add(workspace, "Tbilisi", "region")
    store = await add(workspace, "Centre", "store", region.id)
    lone = await add(workspace, "Lone", "store", other.id)
    for place in (store, region):
        await service.change_place(workspace, place.id, PlaceChange(archived=True), clock.now())
    with pytest.raises(Conflict, match="Riga, which is archived"):
        await service.change_place(workspace, store.id, PlaceChange(archived=False), clock.now())
    with pytest.raises(Invalid) as caught:
        await service.change_place(workspace, lone.id, PlaceChange(parent=region.id), clock.now())
    assert (caught.value.errors[0].field, caught.value.errors[0].code) == ("parent", "archived")
    with pytest.raises(Invalid) as caught:
        await add(workspace, "New", "store", region.id)
    assert (caught.value.errors[0].field, caught.value.errors[0].code) == ("parent", "archived")
    assert {row.name for row in await queries.places_of(workspace)} == {"Tbilisi", "Lone"}
    moved = await service.change_place(workspace, store.id, PlaceChange(archived=False, parent=other.id), clock.now())
    assert (moved.archived, moved.parent) == (False, other.id)


async def test_what_stands_under_an_archived_place_from_before_can_still_be_named(workspace: UUID) -> None:
    region = await add(workspace, "Riga", "region")
    store = await add(workspace, "Centre", "store", region.id)
    await database.execute("UPDATE place SET archived_at = {} WHERE id = {}", clock.now(), region.id)
    assert (
        await service.change_place(workspace, store.id, PlaceChange(name="Old town"), clock.now())
    ).name == "Old town"


async def test_a_place_stays_archived_since_when_it_was(workspace: UUID) -> None:
    store, at = await add(workspace, "Centre"), clock.now()
    for change, later in ((PlaceChange(archived=True), 0), (PlaceChange(archived=True, name="Old town"), 1)):
        await service.change_place(workspace, store.id, change, at + timedelta(days=later))
    assert await archived_at(store) == at
    await service.change_place(workspace, store.id, PlaceChange(archived=False), at)
    assert await archived_at(store) is None


async def archived_at(place: PlaceRow) -> datetime | None:
    row = await database.fetch_one("SELECT archived_at FROM place WHERE id = {}", place.id)
    return row["archived_at"] if row else None


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b", "a\u202eb"])
async def test_names_that_cannot_be(workspace: UUID, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        await add(workspace, name)
    assert caught.value.errors[0].field == "name"


async def test_pages_of_places_hold_each_once(workspace: UUID) -> None:
    made = {(await add(workspace, f"Place {n}")).id for n in range(5)}
    seen: list[UUID] = []
    cursor = ""
    while True:
        page = await queries.page_of_places(workspace, cursor, 2)
        seen += [place.id for place in page.items]
        if page.next is None:
            break
        cursor = page.next
    assert len(seen) == 5
    assert set(seen) == made
