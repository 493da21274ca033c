"""Places as a tree in figures: what a place includes, and in which order rows stand. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from survey_service.dashboard.schemas import PlaceChoice, SplitRow
from survey_service.nps.histogram import Histogram
from survey_service.places.schemas import PlaceRow

Tree = Mapping[str, PlaceChoice]
"""Every place by its id as text, in reading order: each before what belongs to it."""
Counted = tuple[str, int, Histogram]
"""A place's key, the revision of the question, and its counts."""


def place_tree(rows: Iterable[PlaceRow]) -> tuple[PlaceChoice, ...]:
    """Places in the order of their tree, each with its depth and the name of its parent."""
    by_id = {row.id: row for row in rows}
    below: dict[UUID | None, list[PlaceRow]] = {}
    for row in by_id.values():
        below.setdefault(row.parent if row.parent in by_id else None, []).append(row)
    ordered: list[PlaceChoice] = []

    def walk(parent: UUID | None, depth: int) -> None:
        for row in sorted(below.get(parent, ()), key=lambda place: (place.name, place.code)):
            region = by_id[parent].name if parent else ""
            ordered.append(PlaceChoice(row.id, row.code, row.name, row.own_name, region, depth, parent))
            walk(row.id, depth + 1)

    walk(None, 0)
    return tuple(ordered)


def lineage(key: str, tree: Tree) -> Iterator[str]:
    """A place and what it belongs to, nearest first; the key alone if it is no place's."""
    yield key
    place = tree.get(key)
    while place is not None and place.parent is not None:
        yield str(place.parent)
        place = tree.get(str(place.parent))


def below(top: UUID, tree: Tree) -> tuple[UUID, ...]:
    """A place and everything that belongs to it."""
    return tuple(place.id for key, place in tree.items() if str(top) in lineage(key, tree))


def with_below(counts: Iterable[Counted], tree: Tree, within: Sequence[UUID | None] | None) -> list[Counted]:
    """Counts of single places added up, so that each place has its own and those of all below it.

    `within`: the places that a filter left; what they belong to has more than these, and so no row.
    """
    kept = None if within is None else {str(place or "") for place in within}
    parts: defaultdict[tuple[str, int], list[Histogram]] = defaultdict(list)
    for key, revision, histogram in counts:
        for place in lineage(key, tree):
            if kept is None or place in kept:
                parts[place, revision].append(histogram)
    return [(*key, Histogram.merge(found)) for key, found in sorted(parts.items())]


def as_tree(rows: Mapping[str, SplitRow], tree: Tree, rank: Callable[[SplitRow], Any]) -> list[SplitRow]:
    """Rows by the keys of their places, each followed by those below it; neighbours by `rank`."""
    children: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(rows, key=lambda key: rank(rows[key])):
        above = next((place for place in lineage(key, tree) if place != key and place in rows), "")
        children[above].append(key)
    return list(_walk(rows, children, "", 0))


def _walk(
    rows: Mapping[str, SplitRow], children: Mapping[str, Sequence[str]], parent: str, depth: int
) -> Iterator[SplitRow]:
    for key in children.get(parent, ()):
        row = rows[key]
        yield row.at(depth)
        if key:
            yield from _walk(rows, children, key, depth + 1)
