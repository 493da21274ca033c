"""The main question's score, large, with its groups, and the other scores beside it."""

from typing import Any

from survey_service.core.i18n.staff import gettext as _
from survey_service.dashboard import words
from survey_service.dashboard.charts.shares import SHARES_CHART
from survey_service.dashboard.links import answers_url, score_filter
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.score_card import score_card
from survey_service.dashboard.sections.base import Section, Sheet, nothing
from survey_service.nps.metrics import METRICS


def groups(made: Summary) -> list[dict[str, str]]:
    """The groups of the main score with their shares and links, the best first: promoters, passives, detractors."""
    hero = made.hero
    if hero is None or not hero.score.n:
        return []
    found = METRICS[hero.score.metric].groups[::-1]
    counts = [hero.score.histogram.count(*group.ends) for group in found]
    return [
        {
            "kind": group.kind,
            "name": _(group.many),
            "noun": _(group.one if n == 1 else group.many),
            "share": share,
            "count": words.count(n),
            "href": answers_url(made.filters, score=score_filter(hero, *group.ends)),
        }
        for group, n, share in zip(found, counts, words.shares(counts), strict=True)
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
