"""The main score by the values of every dimension but the place, which has a section of its own."""

from collections.abc import Mapping
from typing import Any

from survey_service.counts.dimensions import DIMENSIONS, RECEIVED
from survey_service.dashboard.schemas import SplitRow, Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet
from survey_service.dashboard.sections.places import DIMENSION
from survey_service.dashboard.split_table import best_first, split_rows, split_table

Splits = Mapping[str, tuple[SplitRow, ...]]
"""By dimension; a late one is missing where there are filters, for it is counted by day alone."""


async def _read(asking: Asking) -> Splits:
    hero, wanted = asking.hero, RECEIVED if asking.scope.filtered else DIMENSIONS
    if hero is None:
        return {}
    return {
        name: tuple(sorted((await split_rows(asking, hero, name)).values(), key=best_first))
        for name in wanted
        if name != DIMENSION
    }


def _show(facts: Splits, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    if made.hero is None:
        return None
    tables = [split_table(made, name, rows, sheet) for name, rows in facts.items()]
    return {
        "splits": [table for table in tables if table],
        "without_late": bool(made.hero.score.n) and any(name not in facts for name in DIMENSIONS if name != DIMENSION),
    }


SPLITS = Section(name="splits", read=_read, show=_show)
