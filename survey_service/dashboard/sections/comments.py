"""What customers said last."""

import unicodedata
from typing import Any

from survey_service.core.i18n.staff import gettext as _
from survey_service.dashboard import queries, words
from survey_service.dashboard.links import answers_url
from survey_service.dashboard.periods import is_named, label
from survey_service.dashboard.schemas import CommentShown, Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet
from survey_service.nps.metrics.nps import NPS
from survey_service.sentiment.unread import why_unread

Comments = tuple[CommentShown, ...]


async def _read(asking: Asking) -> Comments:
    """The newest under the summary's filters."""
    return await queries.newest_comments(asking.scope, asking.period, asking.newest) if asking.newest else ()


def _show(facts: Comments, made: Summary, sheet: Sheet) -> dict[str, Any]:
    count = words.count(made.comments)
    named = _("All %(n)s of %(period)s", n=count, period=label(made.period))
    return {
        "comments": [_comment(comment, made) for comment in facts] if sheet.comments else [],
        "all": named if is_named(made.period) else _("All %(n)s", n=count),
        "count": count,
        "href": answers_url(made.filters, comment="1"),
    }


def _comment(comment: CommentShown, made: Summary) -> dict[str, Any]:
    """A comment for the comment macro."""
    return {
        "score": comment.score,
        "group": None if comment.score is None else NPS.group_of(comment.score),
        "text": comment.text,
        "direction": text_direction(comment.text),
        "language": comment.language,
        "mood": comment.sentiment,
        "reason": why_unread(comment.language),
        "told": comment.told,
        "when": words.when(comment.received_at, made.as_of, made.time_zone),
        "iso": comment.received_at.isoformat(timespec="seconds"),
        "href": f"/app/answers/{comment.id}",
    }


def text_direction(text: str) -> str:
    """`rtl` or `ltr` by the first letter that has a direction, as browsers decide `dir="auto"`."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return "rtl" if next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L" else "ltr"


COMMENTS = Section(name="comments", read=_read, show=_show)
