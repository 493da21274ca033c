"""The tree of places, and what may stand under what. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from survey_service.core.text import fold
from survey_service.places.schemas import PlaceRow

PARENT_KINDS: Mapping[str, frozenset[str]] = {
    "region": frozenset({"region"}),
    "store": frozenset({"region"}),
    "counter": frozenset({"region", "store"}),
}
"""The kinds of place that each kind may belong to; every kind may also stand alone."""


def may_stand_under(kind: str, parent_kind: str) -> bool:
    """Whether a place of `kind` may belong to one of `parent_kind`."""
    return parent_kind in PARENT_KINDS[kind]


def outline(places: Iterable[PlaceRow]) -> list[tuple[int, PlaceRow]]:
    """(depth, place) in reading order: by name, each followed by what belongs to it.

    A place whose parent is not among `places` stands at depth 0, so that nothing is lost from view.
    """
    rows = sorted(places, key=lambda place: (fold(place.name), place.code))
    known = {place.id for place in rows}
    children: dict[UUID | None, list[PlaceRow]] = {}
    for place in rows:
        children.setdefault(place.parent if place.parent in known else None, []).append(place)
    return list(_walk(children, None, 0))


def choices(places: Iterable[PlaceRow]) -> list[tuple[str, str]]:
    """(code, name) in reading order as a list offers them, each name set in as deep as its place stands."""
    return [(row.code, "\u2003" * depth + row.name) for depth, row in outline(places)]


def _walk(
    children: Mapping[UUID | None, Sequence[PlaceRow]], parent: UUID | None, depth: int
) -> Iterable[tuple[int, PlaceRow]]:
    for place in children.get(parent, ()):
        yield depth, place
        yield from _walk(children, place.id, depth + 1)


def full_name(place: PlaceRow, places: Mapping[UUID, PlaceRow]) -> str:
    """The place's name after those of what it belongs to: “Tbilisi, Rustaveli, Counter 2”."""
    names = [place.name]
    while place.parent is not None and place.parent in places and len(names) <= len(places):
        place = places[place.parent]
        names.append(place.name)
    return ", ".join(reversed(names))
