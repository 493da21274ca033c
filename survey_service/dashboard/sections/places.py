"""The main score of each place, as the tree of places."""

from typing import Any

from survey_service.dashboard.schemas import SplitRow, Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet
from survey_service.dashboard.split_table import best_first, split_rows, split_table
from survey_service.dashboard.tree import as_tree

DIMENSION = "place"


async def _read(asking: Asking) -> tuple[SplitRow, ...]:
    if asking.hero is None:
        return ()
    rows = await split_rows(asking, asking.hero, DIMENSION)
    return tuple(as_tree(rows, asking.scope.tree, best_first))


def _show(facts: tuple[SplitRow, ...], made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    table = split_table(made, DIMENSION, facts, sheet)
    return {"split": table} if table else None


PLACES = Section(name="places", read=_read, show=_show)
