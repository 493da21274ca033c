"""Ease. Pure."""

from typing import Annotated, ClassVar

from msgspec import Meta

from survey_service.core.i18n.staff import N_
from survey_service.questions.base import About
from survey_service.questions.scale import ENDS, ScaleQuestion


class CesQuestion(ScaleQuestion, frozen=True, tag="ces", kw_only=True):
    """Ease, 1 (very hard) to `scale` (very easy); the score is the mean."""

    scale: Annotated[int, Meta(ge=5, le=7)] = 7

    about: ClassVar[About] = About(
        label=N_("Ease (CES)"),
        brief=N_("ease (CES)"),
        key="effort",
        numbers={"scale": N_("Highest number")},
        words=ENDS,
    )
    end_messages: ClassVar[tuple[str, str]] = ("ces_low", "ces_high")
    metric: ClassVar[str | None] = "ces"

    @property
    def high(self) -> int:
        return self.scale
