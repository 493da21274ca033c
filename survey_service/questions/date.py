"""A day of the calendar. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from survey_service.conditions.check import Domain
from survey_service.core import i18n
from survey_service.core.i18n import staff
from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About, Answer, Kind, Wrong
from survey_service.questions.plain_html import control, labelled
from survey_service.questions.texts import text_in

EXAMPLE = "2026-12-31"
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""As every browser sends a day, and as files and programs have it (ISO 8601); Python reads other forms too."""


class DateQuestion(Kind, frozen=True, tag="date"):
    """A day of the calendar, as `2026-12-31`."""

    about: ClassVar[About] = About(label=N_("A date"), brief=N_("date"), key="date")
    said_by_staff: ClassVar[bool] = True
    seconds: ClassVar[int] = 8

    @property
    def domain(self) -> Domain:
        return Domain("date")

    def read(self, value: Any) -> Answer:
        if not isinstance(value, str):
            raise Wrong("wrong_type", "error_wrong_kind")
        if _day(value.strip()) is None:
            raise Wrong("malformed_date", "error_date_malformed", example=EXAMPLE)
        return value.strip()

    def missing(self) -> Wrong:
        return Wrong("required", "error_date_required")

    def say(self, answer: Any, language: str, default: str) -> str:
        """In words of the language; what was typed and is no day, as it was."""
        day = _day(str(answer))
        return i18n.day(day, i18n.chrome_language(language)) if day else str(answer)

    def say_to_staff(self, answer: Any, language: str, default: str) -> str:
        return self.say(answer, staff.language(), default)

    def plain_html(self, language: str) -> Iterator[str]:
        day = control('input type="date"', self.key, required=self.required)
        yield labelled(text_in(self.text, language, language), day)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _WRITTEN.fullmatch(text) else None
    except ValueError:
        return None
