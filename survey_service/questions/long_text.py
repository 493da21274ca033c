"""A comment. Pure."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from survey_service.questions.base import Answer, Kind, Wrong
from survey_service.questions.writing import calls, read_text


class LongTextQuestion(Kind, frozen=True, tag="long_text", kw_only=True):
    """A comment; its language and mood are read."""

    max_length: Annotated[int, Meta(ge=1, le=20000)] = 5000

    becomes: ClassVar[Literal["", "comment", "email"]] = "comment"
    seconds: ClassVar[int] = 10

    def read(self, value: Any) -> Answer:
        return read_text(value, self.max_length)

    def missing(self) -> Wrong:
        return Wrong("required", "error_text_required")

    def reach(self, answer: Any) -> str:
        return calls(str(answer))
