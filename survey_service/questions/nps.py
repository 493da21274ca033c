"""Likelihood to recommend. Pure."""

from typing import ClassVar

from survey_service.questions.scale import ScaleQuestion


class NpsQuestion(ScaleQuestion, frozen=True, tag="nps"):
    """Likelihood to recommend, 0 to 10. Only its author makes a question NPS."""

    metric: ClassVar[str | None] = "nps"

    @property
    def low(self) -> int:
        return 0

    @property
    def high(self) -> int:
        return 10
