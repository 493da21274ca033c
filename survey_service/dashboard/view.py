"""What frames a summary on its page and in its PDF, around the sections. Pure."""

from typing import Any

from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import in_a_row
from survey_service.dashboard import words
from survey_service.dashboard.links import answers_url
from survey_service.dashboard.periods import label
from survey_service.dashboard.schemas import Summary


def frame(summary: Summary) -> dict[str, Any]:
    """What a template of a summary needs beside its sections."""
    return {
        "period": label(summary.period),
        "as_of": words.clock(summary.as_of, summary.time_zone),
        "answers": words.answers(summary.answers),
        "answers_url": answers_url(summary.filters),
        "unscored": bool(summary.answers) and (summary.hero is None or not summary.hero.score.n),
        "asks_for_score": summary.hero is not None,
    }


def nothing(summary: Summary, *, is_open: bool) -> tuple[str, str]:
    """What is said where the figures would be, and what to do then. Filter may be why there is nothing; else the form
    is asked about, which nobody can answer while it is closed."""
    narrowed = " ".join(filter(None, summary.within))
    if narrowed:
        title = _("No answers %(narrowed)s in this period", narrowed=narrowed)
        return title, _("Take a filter out, or choose another period.")
    if not is_open:
        closed = _("The form is closed, so nobody can answer it now. Choose another period.")
        return _("No answers in this period"), closed
    live = _(
        "The form is live. Answers appear here within a second. Share its link or print a poster, or choose another "
        "period."
    )
    return _("No answers in this period"), live


def filter_words(summary: Summary) -> str:
    """What the figures are limited to, in words; empty without filters."""
    return in_a_row(filter(None, summary.limits.values()))
