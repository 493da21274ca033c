"""The mail that tells a member of staff who waits. Pure but for the template.

It holds nothing that a customer wrote: mail is read on many machines, the answers are in the product.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.core import templates
from survey_service.core.i18n.staff import N_, day_of_year, isolated, language, ngettext
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.moments import at
from survey_service.messaging.message import Mail

ONE = {"reply": N_("Somebody waits for a reply"), "call": N_("Somebody waits for a call")}
KINDS = {"reply": N_("A reply"), "call": N_("A call")}


class Line(msgspec.Struct, frozen=True):
    """Somebody who waits: for what, after which form, where, and since when (local time)."""

    kind: str
    form: str
    place: str
    since: datetime
    response: UUID


class Notice(msgspec.Struct, frozen=True):
    """What one person is told; `count` may be more than the lines."""

    workspace: str
    name: str
    lines: Sequence[Line]
    count: int
    url: str


def subject(notice: Notice) -> str:
    """“Somebody waits for a call”, “3 people wait for you”."""
    if notice.count == 1:
        return _(ONE[notice.lines[0].kind])
    return ngettext("%(n)s person waits for you", "%(n)s people wait for you", notice.count, n=notice.count)


def words(line: Line) -> str:
    """“A call · Call-back · Harbour Street · since 5 Oct, 09:05”."""
    what = _(KINDS[line.kind])
    since = _("since %(when)s", when=at(day_of_year(line.since), line.since))
    named = [isolated(name) for name in (line.form, line.place) if name]
    return " · ".join((what, *named, since))


def compose(notice: Notice, address: str, message_id: str, now: datetime) -> Mail:
    """The mail, as text and as HTML, in the language that is spoken."""
    context = {
        "notice": notice,
        "subject": subject(notice),
        "lines": [words(line) for line in notice.lines],
        "more": notice.count - len(notice.lines),
    }
    return Mail(
        to_name=notice.name,
        to_address=address,
        subject=subject(notice),
        text=templates.render("email/waiting.txt", **context),
        html=templates.render("email/waiting.html", **context),
        language=language(),
        message_id=message_id,
        date=now,
    )
