"""How often each answer of the main question was given."""

from typing import Any

from survey_service.core.i18n.staff import gettext as _
from survey_service.dashboard import words
from survey_service.dashboard.charts.histogram import HISTOGRAM_CHART, histogram_figure
from survey_service.dashboard.links import answer_url, answers_url, explore_url, score_filter
from survey_service.dashboard.periods import is_named, label
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Section, Sheet, nothing


def _show(facts: None, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    """As a drawing and as a table."""
    hero = made.hero
    if hero is None or not hero.score.n:
        return None
    score = hero.score
    low, high = score.scale
    shares = words.shares(score.histogram.counts[low : high + 1]) if score.state == "ok" else None
    return {
        "title": _("Scores in %(period)s", period=label(made.period)) if is_named(made.period) else _("Scores"),
        "answers": words.answers(score.n),
        "href": answers_url(made.filters, score=score_filter(hero)),
        "few": "" if shares else words.too_few(score, made.min_n),
        "narrow": sheet.draw(HISTOGRAM_CHART.svg(score, "narrow")),
        "wide": sheet.draw(HISTOGRAM_CHART.svg(score, "wide")),
        "explore": explore_url(made.filters, "histogram"),
        "rows": [
            {
                "score": answer,
                "count": words.count(score.histogram.counts[answer]),
                "share": shares[answer - low] if shares else "",
                "href": answer_url(made.filters, hero, answer),
            }
            for answer in range(low, high + 1)
        ],
    }


def _explore(facts: None, made: Summary) -> bytes | None:
    hero = made.hero
    if hero is None or not hero.score.n:
        return None
    return histogram_figure(hero.score, lambda answer: answer_url(made.filters, hero, answer))


HISTOGRAM = Section(name="histogram", read=nothing, show=_show, explore=_explore)
