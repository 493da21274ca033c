"""Satisfaction. Pure."""

from typing import Annotated, ClassVar

from msgspec import Meta

from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.questions.base import About
from survey_service.questions.scale import ENDS, ScaleQuestion
from survey_service.questions.texts import Fault


class CsatQuestion(ScaleQuestion, frozen=True, tag="csat", kw_only=True):
    """Satisfaction, 1 to `scale`; the `top_boxes` highest numbers count as satisfied."""

    scale: Annotated[int, Meta(ge=3, le=10)] = 5
    top_boxes: Annotated[int, Meta(ge=1, le=5)] = 2

    about: ClassVar[About] = About(
        label=N_("Satisfaction (CSAT)"),
        brief=N_("satisfaction (CSAT)"),
        key="satisfaction",
        numbers={
            "scale": N_("Highest number"),
            "top_boxes": N_("How many of the highest numbers count as satisfied"),
        },
        words=ENDS,
    )
    end_messages: ClassVar[tuple[str, str]] = ("csat_1", "csat_5")
    metric: ClassVar[str | None] = "csat"

    @classmethod
    def default_ends(cls, high: str, language: str) -> tuple[str, str]:
        """A scale of five is drawn as faces, each with words of ours; any other as numbers alone."""
        return super().default_ends(high, language) if high == "5" else ("", "")

    @property
    def high(self) -> int:
        return self.scale

    @property
    def counted_boxes(self) -> int | None:
        return self.top_boxes

    def faults(self, path: str, default: str) -> list[Fault]:
        found = super().faults(path, default)
        if self.top_boxes >= self.scale:
            found.append((f"{path}.top_boxes", "top_boxes", _("Not every number of the scale can count as satisfied.")))
        return found
