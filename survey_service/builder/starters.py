"""What a new form may begin with: whole definitions in every language of `core.i18n`, or nothing. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from survey_service.core.i18n import starter_text
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.tags import lookup
from survey_service.forms.definition import Definition
from survey_service.questions import Question
from survey_service.questions.ces import CesQuestion
from survey_service.questions.choice import Choice
from survey_service.questions.csat import CsatQuestion
from survey_service.questions.email import EmailQuestion
from survey_service.questions.long_text import LongTextQuestion
from survey_service.questions.nps import NpsQuestion
from survey_service.questions.short_text import ShortTextQuestion
from survey_service.questions.single_choice import SingleChoiceQuestion
from survey_service.questions.texts import Text

Words = Callable[[str], Text]


class Starter(msgspec.Struct, frozen=True):
    """A beginning: what it is called and is for among staff, and what it makes of the languages chosen. Texts are the
    keys of words (`core/i18n/starters`), or nothing."""

    name: str
    purpose: str
    title: str = ""
    thanks: str = ""
    questions: Callable[[Words], list[Question]] = lambda words: []
    promise: Literal["", "reply", "call"] = ""
    mail_subject: str = ""


def _visit(words: Words) -> list[Question]:
    return [
        NpsQuestion(key="recommend", text=words("recommend"), required=True),
        CsatQuestion(key="satisfaction", text=words("satisfaction")),
        CesQuestion(key="effort", text=words("effort")),
        LongTextQuestion(key="comment", text=words("comment")),
        EmailQuestion(key="email", text=words("email_for_reply")),
    ]


def _contact(words: Words) -> list[Question]:
    return [
        ShortTextQuestion(key="name", text=words("name")),
        EmailQuestion(key="email", text=words("email"), required=True),
        ShortTextQuestion(key="phone", text=words("phone"), max_length=40),
        LongTextQuestion(key="message", text=words("message"), required=True),
    ]


def _callback(words: Words) -> list[Question]:
    times = [Choice(key=key, text=words(key)) for key in ("morning", "afternoon", "evening")]
    return [
        ShortTextQuestion(key="name", text=words("name")),
        ShortTextQuestion(key="phone", text=words("phone"), required=True, max_length=40),
        SingleChoiceQuestion(key="time", text=words("time"), choices=times),
        LongTextQuestion(key="topic", text=words("topic")),
    ]


STARTERS: Mapping[str, Starter] = {
    "visit": Starter(
        N_("After a visit"),
        N_("Would they recommend you, how was it, how easy, and why: five questions, half a minute."),
        "visit_title",
        questions=_visit,
        mail_subject="visit_subject",
    ),
    "contact": Starter(
        N_("Contact"),
        N_("A name, an e-mail address and a message."),
        "contact_title",
        "contact_thanks",
        _contact,
        "reply",
    ),
    "callback": Starter(
        N_("Call-back"),
        N_("A phone number and a time that suits."),
        "callback_title",
        "callback_thanks",
        _callback,
        "call",
    ),
    "empty": Starter(N_("Empty"), N_("No questions yet.")),
}


def definition_of(starter: Starter, languages: Sequence[str], name: str) -> Definition:
    """The starter's definition in `languages` (BCP 47, the first is the form's own; at least one). Words that it has
    for `am` serve `am-ET` too; a language that it does not know stays without words, which the author fills in.
    Where the first language has no title, `name` is it.
    """

    def words(key: str) -> Text:
        text = starter_text(key) if key else {}
        found = {tag: text.get(lookup(tag, tuple(text)), "") for tag in languages}
        return {tag: said for tag, said in found.items() if said}

    title = words(starter.title)
    return Definition(
        title={languages[0]: name, **title},
        languages=list(languages),
        questions=starter.questions(words),
        thanks=words(starter.thanks),
        mail_subject=words(starter.mail_subject),
    )
