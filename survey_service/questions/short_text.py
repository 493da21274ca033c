"""One line. Pure."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from survey_service.questions.base import Answer, Kind, Wrong
from survey_service.questions.writing import calls, read_text


class ShortTextQuestion(Kind, frozen=True, tag="short_text", kw_only=True):
    """One line."""

    max_length: Annotated[int, Meta(ge=1, le=1000)] = 200

    seconds: ClassVar[int] = 8

    def read(self, value: Any) -> Answer:
        return read_text(value, self.max_length)

    def missing(self) -> Wrong:
        return Wrong("required", "error_short_text_required")

    def reach(self, answer: Any) -> str:
        return calls(str(answer))
