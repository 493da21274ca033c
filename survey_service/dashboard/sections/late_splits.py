"""The main score by what is found out about an answer later, such as the mood of its comment."""

from typing import Any

from survey_service.counts.dimensions import LATE
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet
from survey_service.dashboard.sections.splits import Splits, splits_by, tables_of


async def _read(asking: Asking) -> Splits:
    """Nothing under filters: a late dimension is counted by day alone."""
    return {} if asking.scope.filtered else await splits_by(asking, LATE)


def _show(facts: Splits, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    if made.hero is None:
        return None
    return {"splits": tables_of(facts, made, sheet), "is_left_out": bool(LATE and made.hero.score.n and not facts)}


LATE_SPLITS = Section(name="late_splits", read=_read, show=_show)
