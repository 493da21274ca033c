"""The scores for which there is no room beside the main one on paper."""

from typing import Any

from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.score_card import score_card
from survey_service.dashboard.sections.base import Section, Sheet, nothing

BESIDE = 3
"""So many stand beside the main score."""
MOST = 7


def _show(facts: None, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    more = made.others[BESIDE:MOST]
    return {"scores": [score_card(made, figure) for figure in more]} if more else None


MORE_SCORES = Section(name="more_scores", read=nothing, show=_show)
