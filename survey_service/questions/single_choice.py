"""One of several. Pure."""

from typing import Any, ClassVar

from survey_service.questions.base import Answer, Wrong
from survey_service.questions.choice import ChoiceQuestion


class SingleChoiceQuestion(ChoiceQuestion, frozen=True, tag="single_choice"):
    """One of several."""

    seconds: ClassVar[int] = 7

    def read(self, value: Any) -> Answer:
        if not isinstance(value, str):
            raise Wrong("wrong_type", "error_wrong_kind")
        if value not in {choice.key for choice in self.choices}:
            raise Wrong("unknown_choice", "error_choice_unknown")
        return value

    def missing(self) -> Wrong:
        return Wrong("required", "error_choice_required")
