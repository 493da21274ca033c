"""The sentences a summary begins with."""

from typing import Any

from survey_service.dashboard import headline
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Section, Sheet, nothing
from survey_service.dashboard.sections.places import PLACES


def _show(facts: None, made: Summary, sheet: Sheet) -> dict[str, Any]:
    return {"headline": headline.headline(made), "subline": headline.subline(made, PLACES.of(made))}


HEADLINE = Section(name="headline", read=nothing, show=_show)
