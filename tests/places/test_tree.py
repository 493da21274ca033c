from uuid import UUID

from survey_service.core.ids import new_id
from survey_service.places.schemas import PlaceRow
from survey_service.places.tree import choices, full_name, outline

WORKSPACE = new_id()


def place(name: str, parent: UUID | None = None) -> PlaceRow:
    return PlaceRow(new_id(), WORKSPACE, name.lower(), name, "", parent, "region")


def test_each_place_is_followed_by_what_belongs_to_it() -> None:
    b = place("B")
    a, b2, b1 = place("A"), place("b2", b.id), place("B1", b.id)
    assert [(depth, row.name) for depth, row in outline([b2, a, b1, b])] == [(0, "A"), (0, "B"), (1, "B1"), (1, "b2")]


def test_a_list_offers_places_set_in_as_they_stand() -> None:
    b = place("B")
    assert choices([place("b1", b.id), b]) == [("b", "B"), ("b1", "\u2003b1")]


def test_a_place_whose_parent_is_not_shown_is_still_shown() -> None:
    orphan = place("Orphan", new_id())
    assert outline([orphan]) == [(0, orphan)]


def test_full_names_begin_with_the_region() -> None:
    region = place("Tbilisi")
    store = place("Rustaveli", region.id)
    assert full_name(store, {region.id: region, store.id: store}) == "Tbilisi, Rustaveli"
    assert full_name(store, {store.id: store}) == "Rustaveli"
