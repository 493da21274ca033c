"""What lies in the spam box when a period seems empty."""

from typing import Any

from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Section, Sheet, nothing
from survey_service.dashboard.sections.counted import COUNTED
from survey_service.responses.filters import query
from survey_service.responses.labels import taken_for_machines


def _show(facts: None, made: Summary, sheet: Sheet) -> dict[str, Any]:
    """(words, address) of what lies in the spam box under the filters of a period without answers; no words if
    nothing does."""
    said = taken_for_machines(0 if made.answers else COUNTED.of(made).get("spam", 0))
    return {"taken": (said, f"/app/spam?{query(made.filters)}")}


SUSPECTS = Section(name="suspects", read=nothing, show=_show)
