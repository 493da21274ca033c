"""An e-mail address. Pure."""

from typing import Any, ClassVar, Literal
from urllib.parse import quote

from survey_service.core import email_address
from survey_service.core.email_address import MAX_EMAIL
from survey_service.questions.base import Answer, Kind, Wrong
from survey_service.questions.writing import read_text


class EmailQuestion(Kind, frozen=True, tag="email"):
    """An e-mail address; a claim of who the respondent is, never a proof."""

    becomes: ClassVar[Literal["", "comment", "email"]] = "email"
    seconds: ClassVar[int] = 8

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
