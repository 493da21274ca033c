"""A score with its range and its change, as pages and PDF show it. Pure."""

from typing import Any

from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import ngettext
from survey_service.dashboard import headline, words
from survey_service.dashboard.links import answers_url, score_filter
from survey_service.dashboard.schemas import Figure, Summary
from survey_service.nps.metrics import METRICS


def score_card(summary: Summary, figure: Figure) -> dict[str, Any]:
    """A figure for the score macro."""
    score = figure.score
    return {
        "name": _(METRICS[score.metric].words.name),
        "question": figure.question.text,
        "state": score.state,
        "value": words.value(score),
        "unit": words.unit(score),
        "range": words.interval(score),
        "answers": words.answers(score.n),
        "href": answers_url(summary.filters, score=score_filter(figure)),
        "change": _change(summary, figure),
        "hint": words.too_few(score, summary.min_n) if score.state == "too_few" else _left_out(figure),
    }


def _change(summary: Summary, figure: Figure) -> dict[str, str] | None:
    text = headline.change_text(summary, figure)
    if not text:
        return None
    chance = headline.chance_text(summary, figure)
    said = _("%(change)s. %(chance)s", change=text, chance=chance) if chance else text
    hue = words.hue(figure.change, figure.score.metric)
    return {
        "direction": figure.change.direction,
        "hue": hue,
        "by": words.by(figure.change, figure.score.metric),
        "text": said,
    }


def _left_out(figure: Figure) -> str:
    if not figure.left_out:
        return ""
    return ngettext(
        "%(n)s answer on an earlier scale not included",
        "%(n)s answers on an earlier scale not included",
        figure.left_out,
        n=words.count(figure.left_out),
    )
