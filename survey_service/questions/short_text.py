"""One line. Pure."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from survey_service.conditions.check import Domain
from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About, Answer, Kind, Wrong
from survey_service.questions.plain_html import control, labelled
from survey_service.questions.texts import text_in
from survey_service.questions.writing import calls, read_text


class ShortTextQuestion(Kind, frozen=True, tag="short_text", kw_only=True):
    """One line."""

    max_length: Annotated[int, Meta(ge=1, le=1000)] = 200

    about: ClassVar[About] = About(
        label=N_("A line of text"), brief=N_("text"), key="text", numbers={"max_length": N_("Characters at most")}
    )
    seconds: ClassVar[int] = 8

    @property
    def domain(self) -> Domain:
        return Domain("text")

    def read(self, value: Any) -> Answer:
        return read_text(value, self.max_length)

    def missing(self) -> Wrong:
        return Wrong("required", "error_short_text_required")

    def reach(self, answer: Any) -> str:
        return calls(str(answer))

    def plain_html(self, language: str) -> Iterator[str]:
        line = control('input type="text"', self.key, required=self.required)
        yield labelled(text_in(self.text, language, language), line)
