"""What a new form may begin with: whole definitions in the languages of the chrome, or nothing. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from survey_service.core.i18n.tags import lookup
from survey_service.demo_texts.forms import CALLBACK, CONTACT, VISIT, Translated
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

Words = Callable[[Translated], Text]

_VISIT_TITLE: Translated = {
    "en": "Your visit",
    "am": "ጉብኝትዎ",
    "ka": "თქვენი სტუმრობა",
    "ml": "നിങ്ങളുടെ സന്ദർശനം",
    "si": "ඔබේ පැමිණීම",
    "ar": "زيارتك",
}
_RECOMMEND: Translated = {
    "en": "How likely are you to recommend us to a friend or colleague?",
    "am": "እኛን ለወዳጅዎ ወይም ለሥራ ባልደረባዎ የመጠቆም ዕድልዎ ምን ያህል ነው?",
    "ka": "რამდენად სავარაუდოა, რომ გვირჩევთ მეგობარს ან კოლეგას?",
    "ml": "ഞങ്ങളെ ഒരു സുഹൃത്തിനോടോ സഹപ്രവർത്തകനോടോ ശുപാർശ ചെയ്യാൻ എത്ര സാധ്യതയുണ്ട്?",
    "si": "ඔබ අපව මිතුරෙකුට හෝ සගයෙකුට නිර්දේශ කිරීමට කොපමණ ඉඩ තිබේද?",
    "ar": "ما مدى احتمال أن توصي بنا صديقًا أو زميلًا؟",
}
VISIT_SUBJECT: Translated = {
    "en": "How was your visit?",
    "am": "ጉብኝትዎ እንዴት ነበር?",
    "ka": "როგორი იყო თქვენი სტუმრობა?",
    "ml": "നിങ്ങളുടെ സന്ദർശനം എങ്ങനെയുണ്ടായിരുന്നു?",
    "si": "ඔබේ පැමිණීම කෙසේ වූවාද?",
    "ar": "كيف كانت زيارتك؟",
}
_CONTACT_TITLE: Translated = {
    "en": "Write to us",
    "am": "ይጻፉልን",
    "ka": "მოგვწერეთ",
    "ml": "ഞങ്ങൾക്ക് എഴുതുക",
    "si": "අපට ලියන්න",
    "ar": "اكتب إلينا",
}
_NOTHING: Translated = {}


class Starter(msgspec.Struct, frozen=True):
    """A beginning: what it is called and is for among staff, and what it makes of the languages chosen."""

    name: str
    purpose: str
    title: Translated = _NOTHING
    thanks: Translated = _NOTHING
    questions: Callable[[Words], list[Question]] = lambda words: []
    promise: Literal["", "reply", "call"] = ""
    mail_subject: Translated = _NOTHING


def _visit(words: Words) -> list[Question]:
    asked = VISIT.questions
    return [
        NpsQuestion(key="recommend", text=words(_RECOMMEND), required=True),
        CsatQuestion(key="satisfaction", text=words(asked["satisfaction"])),
        CesQuestion(key="effort", text=words(asked["effort"])),
        LongTextQuestion(key="comment", text=words(asked["comment"])),
        EmailQuestion(key="email", text=words(asked["email"])),
    ]


def _contact(words: Words) -> list[Question]:
    asked = CONTACT.questions
    return [
        ShortTextQuestion(key="name", text=words(asked["name"])),
        EmailQuestion(key="email", text=words(asked["email"]), required=True),
        ShortTextQuestion(key="phone", text=words(asked["phone"]), max_length=40),
        LongTextQuestion(key="message", text=words(asked["message"]), required=True),
    ]


def _callback(words: Words) -> list[Question]:
    asked = CALLBACK.questions
    times = [Choice(key=key, text=words(text)) for key, text in CALLBACK.choices["time"].items()]
    return [
        ShortTextQuestion(key="name", text=words(asked["name"])),
        ShortTextQuestion(key="phone", text=words(asked["phone"]), required=True, max_length=40),
        SingleChoiceQuestion(key="time", text=words(asked["time"]), choices=times),
        LongTextQuestion(key="topic", text=words(asked["topic"])),
    ]


STARTERS: Mapping[str, Starter] = {
    "visit": Starter(
        "After a visit",
        "Would they recommend you, how was it, how easy, and why: five questions, half a minute.",
        _VISIT_TITLE,
        questions=_visit,
        mail_subject=VISIT_SUBJECT,
    ),
    "contact": Starter(
        "Contact", "A name, an e-mail address and a message.", _CONTACT_TITLE, CONTACT.thanks, _contact, "reply"
    ),
    "callback": Starter(
        "Call-back", "A phone number and a time that suits.", CALLBACK.title, CALLBACK.thanks, _callback, "call"
    ),
    "empty": Starter("Empty", "No questions yet."),
}


def definition_of(starter: Starter, languages: Sequence[str], name: str) -> Definition:
    """The starter's definition in `languages` (BCP 47, the first is the form's own; at least one). Words that it has
    for `am` serve `am-ET` too; a language that it does not know stays without words, which the author fills in.
    Where the first language has no title, `name` is it.
    """

    def words(text: Translated) -> Text:
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
