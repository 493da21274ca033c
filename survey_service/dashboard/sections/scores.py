"""The main question's score, large, with its groups, and the other scores beside it."""

from typing import Any

from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.dashboard import words
from survey_service.dashboard.charts.shares import SHARES_CHART
from survey_service.dashboard.links import answers_url, score_filter
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.score_card import score_card
from survey_service.dashboard.sections.base import Section, Sheet, nothing
from survey_service.nps.histogram import DETRACTORS, PASSIVES, PROMOTERS

GROUPS = (
    ("promoter", N_("promoters"), PROMOTERS),
    ("passive", N_("passives"), PASSIVES),
    ("detractor", N_("detractors"), DETRACTORS),
)

NOUNS = {"promoter": N_("promoter"), "passive": N_("passive"), "detractor": N_("detractor")}


def groups(made: Summary) -> list[dict[str, str]]:
    """Promoters, passives and detractors of an NPS with their shares and links."""
    hero = made.hero
    if hero is None or hero.score.metric != "nps" or not hero.score.n:
        return []
    counts = [hero.score.histogram.count(*ends) for _kind, _name, ends in GROUPS]
    return [
        {
            "kind": kind,
            "name": _(name),
            "noun": _(NOUNS[kind]) if n == 1 else _(name),
            "share": share,
            "count": words.count(n),
            "href": answers_url(made.filters, score=score_filter(hero, *ends)),
        }
        for (kind, name, ends), n, share in zip(GROUPS, counts, words.shares(counts), strict=True)
    ]


def _show(facts: None, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    hero = made.hero
    if hero is None:
        return None
    return {
        "hero": score_card(made, hero),
        "groups": groups(made),
        "bar": sheet.draw(SHARES_CHART.svg(hero.score, "wide")),
        "others": [score_card(made, figure) for figure in made.others],
    }


SCORES = Section(name="scores", read=nothing, show=_show)
