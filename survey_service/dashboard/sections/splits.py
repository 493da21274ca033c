"""The main score by the values of every dimension that an answer comes with, but the place, which has a section of its
own."""

from collections.abc import Iterable, Mapping
from typing import Any

from survey_service.counts.dimensions import RECEIVED
from survey_service.dashboard.schemas import SplitRow, Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet
from survey_service.dashboard.sections.places import DIMENSION
from survey_service.dashboard.split_table import best_first, split_rows, split_table

Splits = Mapping[str, tuple[SplitRow, ...]]
"""By dimension."""


async def splits_by(asking: Asking, names: Iterable[str]) -> Splits:
    """The rows of each of these dimensions, best first; nothing where no main score is asked for."""
    hero = asking.hero
    if hero is None:
        return {}
    return {name: tuple(sorted((await split_rows(asking, hero, name)).values(), key=best_first)) for name in names}


def tables_of(facts: Splits, made: Summary, sheet: Sheet) -> list[dict[str, Any]]:
    """Those that have something to compare, as tables."""
    tables = [split_table(made, name, rows, sheet) for name, rows in facts.items()]
    return [table for table in tables if table]


async def _read(asking: Asking) -> Splits:
    return await splits_by(asking, (name for name in RECEIVED if name != DIMENSION))


def _show(facts: Splits, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    return None if made.hero is None else {"splits": tables_of(facts, made, sheet)}


SPLITS = Section(name="splits", read=_read, show=_show)
