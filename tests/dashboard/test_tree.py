"""What a place includes in figures, and the order in which rows of places stand."""

from collections.abc import Iterator
from uuid import UUID

from survey_service.dashboard.schemas import SplitRow
from survey_service.dashboard.tree import Tree, as_tree, below, lineage, place_tree, with_below
from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics import score
from survey_service.nps.scores import Change
from survey_service.places.schemas import PlaceRow

NORTH, HARBOUR, TILL, DESK, SOUTH = (UUID(int=number) for number in range(1, 6))


def place(identity: UUID, name: str, parent: UUID | None = None) -> PlaceRow:
    return PlaceRow(identity, UUID(int=9), name.lower(), name, "", parent, "store")


ROWS = [
    place(NORTH, "North"), place(HARBOUR, "Harbour", NORTH), place(TILL, "Till", HARBOUR),
    place(DESK, "Desk", HARBOUR), place(SOUTH, "South"),
]  # fmt: skip
TREE: Tree = {str(choice.id): choice for choice in place_tree(ROWS)}


def counts(*given: tuple[UUID | None, int]) -> list[tuple[str, int, Histogram]]:
    return [(str(identity or ""), 1, Histogram.from_scores([9] * n)) for identity, n in given]


def totals(found: list[tuple[str, int, Histogram]]) -> dict[str, int]:
    return {TREE[key].name if key else "": histogram.n for key, _, histogram in found}


def test_a_place_has_its_own_and_all_below() -> None:
    found = with_below(counts((HARBOUR, 54), (TILL, 20), (DESK, 3), (SOUTH, 5), (None, 7)), TREE, None)
    assert totals(found) == {"": 7, "North": 77, "Harbour": 77, "Till": 20, "Desk": 3, "South": 5}


def test_wordings_stay_apart() -> None:
    first, second = Histogram.from_scores([9]), Histogram.from_scores([1, 1])
    found = with_below([(str(TILL), 1, first), (str(DESK), 2, second), (str(DESK), 1, first)], TREE, None)
    of_harbour = {revision: histogram.n for key, revision, histogram in found if key == str(HARBOUR)}
    assert of_harbour == {1: 2, 2: 2}


def test_what_lies_above_a_filter_has_no_row() -> None:
    meant = below(HARBOUR, TREE)
    assert set(meant) == {HARBOUR, TILL, DESK}
    assert totals(with_below(counts((HARBOUR, 1), (TILL, 2)), TREE, meant)) == {"Harbour": 3, "Till": 2}
    assert totals(with_below(counts((None, 4)), TREE, [None])) == {"": 4}


def test_a_place_that_is_gone_keeps_its_answers() -> None:
    unknown = UUID(int=77)
    assert [(key, found.n) for key, _, found in with_below(counts((unknown, 3)), TREE, None)] == [(str(unknown), 3)]
    assert list(lineage(str(unknown), TREE)) == [str(unknown)]


def rows(**n: int) -> dict[str, SplitRow]:
    ids = {choice.name: key for key, choice in TREE.items()} | {"none": ""}
    return {
        ids[name]: SplitRow(name.lower(), name, "", "above", score("nps", Histogram.from_scores([9] * size)), Change())
        for name, size in n.items()
    }


def shown(found: dict[str, SplitRow]) -> Iterator[tuple[str, int, str]]:
    return ((row.label, row.depth, row.under) for row in as_tree(found, TREE, lambda row: -row.score.n))


def test_rows_follow_what_they_belong_to_and_neighbours_their_rank() -> None:
    found = rows(North=77, Harbour=77, Till=20, Desk=30, South=90, none=1)
    assert list(shown(found)) == [
        ("South", 0, "above"),
        ("North", 0, "above"),
        ("Harbour", 1, ""),
        ("Desk", 2, ""),
        ("Till", 2, ""),
        ("none", 0, "above"),
    ]


def test_a_row_whose_parent_has_none_stands_at_the_top() -> None:
    assert list(shown(rows(Till=20, Desk=30))) == [("Desk", 0, "above"), ("Till", 0, "above")]
