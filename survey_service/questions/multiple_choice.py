"""Any of several. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from survey_service.conditions.check import Domain
from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About, Answer, Wrong
from survey_service.questions.choice import ChoiceQuestion
from survey_service.questions.plain_html import listed
from survey_service.questions.texts import text_in


class MultipleChoiceQuestion(ChoiceQuestion, frozen=True, tag="multiple_choice"):
    """Any of several, in the order of the form."""

    about: ClassVar[About] = About(label=N_("Any of several"), brief=N_("any of %(n)s"), key="choices")
    seconds: ClassVar[int] = 10

    def from_fields(self, fields: Mapping[str, Sequence[str]]) -> Any:
        return self.filled(fields) or None

    @property
    def domain(self) -> Domain:
        return Domain("several", self.keys)

    def read(self, value: Any) -> Answer:
        if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
            raise Wrong("wrong_type", "error_wrong_kind")
        known = [choice.key for choice in self.choices]
        if set(value) - set(known):
            raise Wrong("unknown_choice", "error_choice_unknown")
        return [key for key in known if key in value]

    def missing(self) -> Wrong:
        return Wrong("required", "error_choices_required")

    def plain_html(self, language: str) -> Iterator[str]:
        """A browser would ask for each of several boxes if they were required."""
        words, rows = text_in(self.text, language, language), self.offered(language, language)
        return listed(self.key, words, rows, kind="checkbox", required=False)
