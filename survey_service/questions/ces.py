"""Ease. Pure."""

from typing import Annotated, ClassVar

from msgspec import Meta

from survey_service.questions.scale import ScaleQuestion


class CesQuestion(ScaleQuestion, frozen=True, tag="ces", kw_only=True):
    """Ease, 1 (very hard) to `scale` (very easy); the score is the mean."""

    scale: Annotated[int, Meta(ge=5, le=7)] = 7

    metric: ClassVar[str | None] = "ces"

    @property
    def high(self) -> int:
        return self.scale
