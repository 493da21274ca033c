"""One of several. Pure."""

from collections.abc import Iterator
from typing import Any, ClassVar

from survey_service.conditions.check import Domain
from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About, Answer, Wrong
from survey_service.questions.choice import ChoiceQuestion
from survey_service.questions.plain_html import listed
from survey_service.questions.texts import text_in


class SingleChoiceQuestion(ChoiceQuestion, frozen=True, tag="single_choice"):
    """One of several."""

    about: ClassVar[About] = About(label=N_("One of several"), brief=N_("one of %(n)s"), key="choice")
    seconds: ClassVar[int] = 7

    @property
    def domain(self) -> Domain:
        return Domain("one", self.keys)

    def read(self, value: Any) -> Answer:
        if not isinstance(value, str):
            raise Wrong("wrong_type", "error_wrong_kind")
        if value not in {choice.key for choice in self.choices}:
            raise Wrong("unknown_choice", "error_choice_unknown")
        return value

    def missing(self) -> Wrong:
        return Wrong("required", "error_choice_required")

    def plain_html(self, language: str) -> Iterator[str]:
        words, rows = text_in(self.text, language, language), self.offered(language, language)
        return listed(self.key, words, rows, kind="radio", required=self.required)
