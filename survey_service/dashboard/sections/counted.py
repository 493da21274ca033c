"""How many answers the figures are made of, and what came under the same filters and is in none."""

from collections.abc import Mapping
from typing import Any

from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import in_a_row
from survey_service.dashboard import words
from survey_service.dashboard.links import answers_url
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet
from survey_service.responses import queries as responses
from survey_service.responses.labels import uncounted


async def _read(asking: Asking) -> Mapping[str, int]:
    """By state, what is not counted."""
    return await responses.exclusions(asking.scope.answers(asking.period))


def _show(facts: Mapping[str, int], made: Summary, sheet: Sheet) -> dict[str, Any]:
    excluded = [(uncounted(state, n), answers_url(made.filters, state=state)) for state, n in facts.items()]
    return {
        "answers": words.answers(made.answers),
        "answers_url": answers_url(made.filters),
        "comment_count": words.count(made.comments),
        "comments_url": answers_url(made.filters, comment="1"),
        "excluded": excluded,
        "exclusions": _("Not counted: %(what)s.", what=in_a_row(text for text, _href in excluded)),
    }


COUNTED = Section(name="counted", read=_read, show=_show)
