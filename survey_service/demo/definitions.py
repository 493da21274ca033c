"""The demo's forms as definitions, from the words of `demo_texts`. Pure."""

from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from survey_service.core.i18n import starter_text
from survey_service.demo_texts import LANGUAGES
from survey_service.demo_texts.forms import FORMS, Translated
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

VISIT, CONTACT, CALLBACK = "visit", "contact", "callback"
NAMES: Mapping[str, str] = {VISIT: "After-visit survey", CONTACT: "Contact form", CALLBACK: "Call-back request"}
"""What staff call the forms."""
PROMISES: Mapping[str, Literal["", "reply", "call"]] = {VISIT: "", CONTACT: "reply", CALLBACK: "call"}
"""What whoever answers them may wait for."""

EARLIER_SATISFACTION: Translated = {
    "en": "How satisfied were you with your visit?",
    "am": "በጉብኝትዎ ምን ያህል ረክተዋል?",
    "ka": "რამდენად კმაყოფილი დარჩით თქვენი სტუმრობით?",
    "ml": "നിങ്ങളുടെ സന്ദർശനത്തിൽ നിങ്ങൾ എത്രത്തോളം സംതൃപ്തരാണ്?",
    "si": "ඔබේ පැමිණීම ගැන ඔබ කොපමණ සෑහීමකට පත් වූවාද?",
    "ar": "ما مدى رضاك عن زيارتك؟",
}
"""How the first version of `visit` asked: the figures of both wordings are not comparable."""


def visit() -> Definition:
    """The survey after a visit, as it is asked today."""
    words = FORMS[VISIT].questions
    return _form(
        VISIT,
        [
            NpsQuestion(key="recommend", text=dict(words["recommend"]), required=True),
            CsatQuestion(key="satisfaction", text=dict(words["satisfaction"])),
            CesQuestion(key="effort", text=dict(words["effort"])),
            LongTextQuestion(key="comment", text=dict(words["comment"])),
            EmailQuestion(key="email", text=dict(words["email"])),
        ],
        mail_subject={tag: starter_text("visit_subject")[tag] for tag in LANGUAGES},
    )


def earlier_visit() -> Definition:
    """The survey's first version: satisfaction was asked in other words."""
    now = visit()
    questions = [
        replace(question, text=dict(EARLIER_SATISFACTION)) if question.key == "satisfaction" else question
        for question in now.questions
    ]
    return replace(now, questions=questions)


def contact() -> Definition:
    """The contact form of any page."""
    words = FORMS[CONTACT].questions
    return _form(
        CONTACT,
        [
            ShortTextQuestion(key="name", text=dict(words["name"])),
            EmailQuestion(key="email", text=dict(words["email"]), required=True),
            ShortTextQuestion(key="phone", text=dict(words["phone"])),
            LongTextQuestion(key="message", text=dict(words["message"]), required=True),
        ],
    )


def callback() -> Definition:
    """The form in which a visitor leaves a number and a time."""
    words, choices = FORMS[CALLBACK].questions, FORMS[CALLBACK].choices["time"]
    times = [Choice(key=key, text=dict(text)) for key, text in choices.items()]
    return _form(
        CALLBACK,
        [
            ShortTextQuestion(key="name", text=dict(words["name"]), required=True),
            ShortTextQuestion(key="phone", text=dict(words["phone"]), required=True),
            SingleChoiceQuestion(key="time", text=dict(words["time"]), choices=times, required=True),
            ShortTextQuestion(key="topic", text=dict(words["topic"])),
        ],
    )


def _form(slug: str, questions: list[Question], mail_subject: Text | None = None) -> Definition:
    words = FORMS[slug]
    return Definition(
        title=dict(words.title),
        languages=list(LANGUAGES),
        questions=questions,
        thanks=dict(words.thanks),
        mail_subject=mail_subject or {},
    )
