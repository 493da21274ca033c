"""Languages, and what is said in them.

`respondents` has the words around a form, `staff` what staff read, `languages` the names and directions of languages,
`tags` finds the language for a reader, `names` the tag for a name,
`starter_words` has the words of questions to begin with, and
`writing` says what may be written for a language that has no words here.
"""

from survey_service.core.i18n.languages import (
    LANGUAGES,
    Language,
    direction,
    language_name,
    names_in_words,
    own_name,
)
from survey_service.core.i18n.respondents import (
    Message,
    Messages,
    Said,
    Translate,
    Written,
    chrome_language,
    day,
    decoded,
    messages,
    spoken,
    text,
    translator,
)
from survey_service.core.i18n.starter_words import starter_text
from survey_service.core.i18n.tags import negotiate

__all__ = [
    "LANGUAGES",
    "Language",
    "Message",
    "Messages",
    "Said",
    "Translate",
    "Written",
    "chrome_language",
    "day",
    "decoded",
    "direction",
    "language_name",
    "messages",
    "names_in_words",
    "negotiate",
    "own_name",
    "spoken",
    "starter_text",
    "text",
    "translator",
]
