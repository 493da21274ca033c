"""Why a comment was not read, in the words of whoever looks at it. Pure."""

from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import name_of
from survey_service.sentiment.language import UNKNOWN, UNKNOWN_LATIN, base


def why_unread(language: str) -> str:
    """Of a comment in this BCP 47 language, which nobody reads; empty without one."""
    if language == UNKNOWN_LATIN:
        return _("written in Latin letters, in a language that was not recognised")
    if base(language) == UNKNOWN:
        return _("the language was not recognised")
    return _("no reader for %(language)s yet", language=name_of(language)) if language else ""
