"""A comment. Pure."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from survey_service.conditions.check import Domain
from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About, Answer, Kind, Wrong
from survey_service.questions.plain_html import control, labelled
from survey_service.questions.texts import text_in
from survey_service.questions.writing import calls, read_text


class LongTextQuestion(Kind, frozen=True, tag="long_text", kw_only=True):
    """A comment; its language and mood are read."""

    max_length: Annotated[int, Meta(ge=1, le=20000)] = 5000

    about: ClassVar[About] = About(
        label=N_("A comment"), brief=N_("comment"), key="comment", numbers={"max_length": N_("Characters at most")}
    )
    becomes: ClassVar[Literal["", "comment", "email"]] = "comment"
    seconds: ClassVar[int] = 10

    @property
    def domain(self) -> Domain:
        return Domain("text")

    def read(self, value: Any) -> Answer:
        return read_text(value, self.max_length)

    def missing(self) -> Wrong:
        return Wrong("required", "error_text_required")

    def reach(self, answer: Any) -> str:
        return calls(str(answer))

    def plain_html(self, language: str) -> Iterator[str]:
        area = control("textarea", self.key, more=' rows="4"', required=self.required)
        yield labelled(text_in(self.text, language, language), f"{area}</textarea>")
