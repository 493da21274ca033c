"""The words and links of an invitation's mail. Pure but for the templates."""

from datetime import datetime
from typing import Any

import msgspec

from survey_service.core import i18n, mail, templates
from survey_service.core.mail import Mail
from survey_service.distribution.schemas import InvitationRow
from survey_service.forms.definition import Definition, NpsQuestion
from survey_service.forms.rendering import question_view
from survey_service.forms.schemas import FormHead


class Links(msgspec.Struct, frozen=True):
    """Where the mail leads. `token` names the invitation, `unsubscribe` is a whole address."""

    base_url: str
    token: str
    unsubscribe: str


class Sender(msgspec.Struct, frozen=True):
    """Who writes: the workspace's name and postal address, and the From address of the settings."""

    name: str
    postal_address: str
    mail_from: str


def nps_question(definition: Definition, key: str = "") -> NpsQuestion | None:
    """The NPS question with this key, or the first; None if there is none."""
    found = (question for question in definition.questions if isinstance(question, NpsQuestion))
    return next((question for question in found if key in ("", question.key)), None)


def compose(
    row: InvitationRow,
    head: FormHead,
    question: NpsQuestion,
    place_name: str,
    links: Links,
    sender: Sender,
    now: datetime,
) -> Mail:
    """The mail of an invitation: the eleven numbers as links, and the headers of a list that can be left with
    one click (RFC 2369, RFC 8058)."""
    translate = i18n.translator(row.language)
    context: dict[str, Any] = {
        "t": translate,
        "language": row.language,
        "direction": i18n.direction(row.language),
        "base_url": links.base_url,
        "token": links.token,
        "question": question_view(question, row.language, head.definition.languages[0]),
        "brand": {"name": sender.name, "address": sender.postal_address},
        "name": row.name,
        "place": place_name,
        "message": "",
        "pause_days": 0,
        "unsubscribe_url": links.unsubscribe,
        "my_url": "",
    }
    return Mail(
        to_name=row.name,
        to_address=row.email,
        subject=translate("mail_subject_place", place=place_name) if place_name else translate("mail_subject"),
        text=_rendered("email/invitation.txt", context),
        html=_rendered("email/invitation.html", context),
        language=row.language,
        message_id=mail.message_id(row.id.hex, sender.mail_from),
        date=now,
        unsubscribe=links.unsubscribe,
        feedback=("personal", head.slug, "invitation", row.workspace.hex[:12]),
    )


def _rendered(template: str, context: dict[str, Any]) -> str:
    return templates.environment().get_template(template).render(context)
