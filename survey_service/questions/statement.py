"""Words to read. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from survey_service.questions.base import Answer, Kind, Wrong


class StatementQuestion(Kind, frozen=True, tag="statement"):
    """Words to read, nothing to answer."""

    answerable: ClassVar[bool] = False
    seconds: ClassVar[int] = 0

    def from_fields(self, fields: Mapping[str, Sequence[str]]) -> Any:
        return None

    def answer(self, value: Any) -> Answer | None:
        return None

    def read(self, value: Any) -> Answer:
        raise self.missing()

    def missing(self) -> Wrong:
        return Wrong("unknown_question", "error_question_unknown")
