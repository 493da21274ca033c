"""Words to read. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, ClassVar

from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About, Answer, Kind, Wrong
from survey_service.questions.texts import text_in


class StatementQuestion(Kind, frozen=True, tag="statement"):
    """Words to read, nothing to answer."""

    about: ClassVar[About] = About(label=N_("Words to read"), brief=N_("words to read"), key="note")
    answerable: ClassVar[bool] = False
    seconds: ClassVar[int] = 0

    @property
    def domain(self) -> None:
        return None

    def from_fields(self, fields: Mapping[str, Sequence[str]]) -> Any:
        return None

    def answer(self, value: Any) -> Answer | None:
        return None

    def read(self, value: Any) -> Answer:
        raise self.missing()

    def missing(self) -> Wrong:
        return Wrong("unknown_question", "error_question_unknown")

    def plain_html(self, language: str) -> Iterator[str]:
        yield f"<p>{escape(text_in(self.text, language, language))}</p>"
