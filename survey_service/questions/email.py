"""An e-mail address. Pure."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from survey_service.conditions.check import Domain
from survey_service.core import email_address
from survey_service.core.email_address import MAX_EMAIL
from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About, Answer, Kind, Wrong
from survey_service.questions.plain_html import control, labelled
from survey_service.questions.texts import text_in
from survey_service.questions.writing import read_text


class EmailQuestion(Kind, frozen=True, tag="email"):
    """An e-mail address; a claim of who the respondent is, never a proof."""

    about: ClassVar[About] = About(label=N_("E-mail address"), brief=N_("e-mail"), key="email")
    becomes: ClassVar[Literal["", "comment", "email"]] = "email"
    seconds: ClassVar[int] = 8

    @property
    def domain(self) -> Domain:
        return Domain("text")

    def read(self, value: Any) -> Answer:
        text = read_text(value, MAX_EMAIL)
        try:
            return email_address.read(text)
        except email_address.NotAnAddress as error:
            raise Wrong("malformed_email", "error_email_malformed", email=text) from error

    def missing(self) -> Wrong:
        return Wrong("required", "error_email_required")

    def reach(self, answer: Any) -> str:
        return f"mailto:{quote(str(answer), safe='@')}"

    def plain_html(self, language: str) -> Iterator[str]:
        """A browser's own check of addresses knows no letters but a–z before the @."""
        keyboard = ' inputmode="email" autocomplete="email"'
        line = control('input type="text"', self.key, more=keyboard, required=self.required)
        yield labelled(text_in(self.text, language, language), line)
