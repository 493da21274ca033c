"""Likelihood to recommend. Pure."""

from collections.abc import Mapping
from typing import ClassVar

from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About
from survey_service.questions.scale import ENDS, ScaleQuestion


class NpsQuestion(ScaleQuestion, frozen=True, tag="nps"):
    """Likelihood to recommend, 0 to 10. Only its author makes a question NPS."""

    about: ClassVar[About] = About(
        label=N_("Recommendation, 0 to 10 (NPS)"), brief=N_("recommendation (NPS)"), key="recommend", words=ENDS
    )
    end_messages: ClassVar[tuple[str, str]] = ("nps_low", "nps_high")
    metric: ClassVar[str | None] = "nps"

    @classmethod
    def typed_ends(cls, numbers: Mapping[str, str]) -> tuple[str, str]:
        return "0", "10"

    @property
    def low(self) -> int:
        return 0

    @property
    def high(self) -> int:
        return 10
