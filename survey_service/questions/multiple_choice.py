"""Any of several. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from survey_service.questions.base import Answer, Wrong
from survey_service.questions.choice import ChoiceQuestion


class MultipleChoiceQuestion(ChoiceQuestion, frozen=True, tag="multiple_choice"):
    """Any of several, in the order of the form."""

    seconds: ClassVar[int] = 10

    def from_fields(self, fields: Mapping[str, Sequence[str]]) -> Any:
        return self.filled(fields) or None

    def read(self, value: Any) -> Answer:
        if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
            raise Wrong("wrong_type", "error_wrong_kind")
        known = [choice.key for choice in self.choices]
        if set(value) - set(known):
            raise Wrong("unknown_choice", "error_choice_unknown")
        return [key for key in known if key in value]

    def missing(self) -> Wrong:
        return Wrong("required", "error_choices_required")
