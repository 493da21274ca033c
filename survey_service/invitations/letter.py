"""The words and links of an invitation's mail. Pure but for the templates."""

import re
from datetime import date, datetime
from typing import Any

import msgspec

from survey_service.core import i18n, templates
from survey_service.core.mailbox import one_line
from survey_service.core.text import fold
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import PublishedForm
from survey_service.invitations.schemas import InvitationRow
from survey_service.messaging import message
from survey_service.messaging.message import Mail
from survey_service.questions.nps import NpsQuestion
from survey_service.questions.texts import text_in

BETWEEN = re.compile(r"[\n,،፣、，]")
"""Parts the lines of an address from each other, as the scripts of the senders do."""


class Links(msgspec.Struct, frozen=True):
    """Where the mail leads. `token` names the invitation, `unsubscribe` is a whole address."""

    base_url: str
    token: str
    unsubscribe: str


class Sender(msgspec.Struct, frozen=True):
    """Who writes: the workspace's name and postal address, the From address of the settings, the day since which they
    have the reader's address, and where answers go, empty for the sender."""

    name: str
    postal_address: str
    mail_from: str
    known_since: date
    reply_to: str = ""


def nps_question(definition: Definition, key: str = "") -> NpsQuestion | None:
    """The NPS question with this key, or the first; None if there is none."""
    found = (question for question in definition.questions if isinstance(question, NpsQuestion))
    return next((question for question in found if key in ("", question.key)), None)


class Letter(msgspec.Struct, frozen=True):
    """What the templates of the mail say; a name that is not here is an error in them. `name` may be
    empty; `unsubscribe_url` is a whole address, `imprint` says who writes and from where, in lines."""

    t: i18n.Translate
    language: str
    direction: str
    subject: str
    name: str
    question: dict[str, Any]
    base_url: str
    token: str
    unsubscribe_url: str
    brand: str
    known_since: str
    imprint: tuple[str, ...]


def imprint(name: str, postal_address: str) -> tuple[str, ...]:
    """Who writes, and the postal address if there is one; a name with which that begins is not said twice."""
    named = fold(BETWEEN.split(postal_address)[0]) == fold(name)
    return tuple(line for line in ("" if named else name, postal_address) if line)


def subject(definition: Definition, language: str, place_name: str) -> str:
    """The form's own subject, else its title, and the place where the person was."""
    words = definition.mail_subject.get(language) or text_in(definition.title, language, definition.languages[0])
    return f"{words} · {place_name}" if place_name else words


def compose(
    row: InvitationRow,
    published: PublishedForm,
    question: NpsQuestion,
    place_name: str,
    links: Links,
    sender: Sender,
    now: datetime,
) -> Mail:
    """The mail of an invitation: the eleven numbers as links, and the headers of a list that can be left with
    one click (RFC 2369, RFC 8058)."""
    translate = i18n.translator(row.language, published.written)
    letter = Letter(
        t=translate,
        language=row.language,
        direction=i18n.direction(row.language),
        subject=subject(published.definition, row.language, place_name),
        name=one_line(row.name),
        question=question.view(row.language, published.definition.languages[0]),
        base_url=links.base_url,
        token=links.token,
        unsubscribe_url=links.unsubscribe,
        brand=sender.name,
        known_since=i18n.day(sender.known_since, row.language),
        imprint=imprint(sender.name, sender.postal_address),
    )
    return Mail(
        to_name=row.name,
        to_address=row.email,
        subject=letter.subject,
        text=templates.render("email/invitation.txt", letter=letter),
        html=templates.render("email/invitation.html", letter=letter),
        language=row.language,
        message_id=message.message_id(row.id.hex, sender.mail_from),
        date=now,
        reply_to=sender.reply_to,
        unsubscribe=links.unsubscribe,
        feedback=("personal", published.slug, "invitation", row.workspace.hex[:12]),
    )
