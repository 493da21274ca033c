"""Mails as the product writes them, without a database: by its own `compose`."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from survey_service.cases import notice
from survey_service.core.i18n import LANGUAGES
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import PublishedForm
from survey_service.invitations.letter import Links, Sender, compose
from survey_service.invitations.schemas import InvitationRow
from survey_service.messaging.message import Mail
from survey_service.questions.nps import NpsQuestion

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff " * 5
QUESTION = NpsQuestion(
    key="recommend",
    text={
        "en": "How likely are you to recommend us to a friend or colleague?",
        "am": "ለጓደኛዎ ወይም ለሥራ ባልደረባዎ እኛን የመምከር ዕድልዎ ምን ያህል ነው?",
        "ar": "ما مدى احتمال أن توصي بنا صديقًا أو زميلًا؟",
    },
)


def invitation(language: str = "en", name: str = "Una", place: str = "", **sender: Any) -> Mail:
    """An invitation in this language, from a shop whose base URL is encrypted."""
    given: dict[str, Any] = {
        "id": UUID(int=7), "workspace": UUID(int=9), "form": UUID(int=8), "customer": UUID(int=6),
        "email": "una@customers.example", "name": name, "language": language, "place": None, "place_code": "",
        "employee": None, "employee_code": "",
        "question": "recommend", "state": "queued", "message_id": "", "attempts": 0, "last_error": "", "trace": (),
        "created_at": NOW, "sent_at": None, "answered_at": None, "response": None,
    }  # fmt: skip
    definition = Definition(title={"en": "Your visit"}, languages=list(LANGUAGES), questions=[QUESTION])
    published = PublishedForm(
        UUID(int=8), UUID(int=9), "Linden Flowers", "Europe/Riga", "visit", "Visit", "open", 1, True, "", definition,
        tuple(LANGUAGES),
    )  # fmt: skip
    links = Links("https://feedback.linden.example", "t" * 60, "https://feedback.linden.example/u/" + "u" * 60)
    usual = {
        "name": "Linden Flowers",
        "postal_address": "4 Harbour Street, Riga",
        "mail_from": "a@linden.example",
        "known_since": NOW.date(),
    }
    return compose(InvitationRow(**given), published, QUESTION, place, links, Sender(**{**usual, **sender}), NOW)


def waiting(name: str = "Una") -> Mail:
    """What a member of staff is told of people who wait."""
    line = notice.Line("call", "Call-back", "Harbour Street", NOW, UUID(int=1))
    told = notice.Notice("Linden Flowers", name, [line] * 3, 12, "https://feedback.linden.example/app/follow-up")
    return notice.compose(told, "una@linden.example", "<w@linden.example>", NOW)
