"""A row of numbers with words at both ends, the same for every kind that is one. Pure."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

import msgspec

from survey_service.conditions.check import Domain
from survey_service.core import i18n
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.text import fold
from survey_service.questions.base import Answer, Bucket, Kind, Wrong
from survey_service.questions.plain_html import listed
from survey_service.questions.texts import Fault, Text, same_words, text_in

TURNED_ROUND = N_(
    "These words belong to the other end: the highest number is the best, in every figure. Ask it the other way round."
)
ENDS: Mapping[str, str] = {
    "low_label": N_("words at the lowest number"),
    "high_label": N_("words at the highest number"),
}
"""What the words of a scale are called, for `About.words`."""


class ScaleQuestion(Kind, frozen=True, kw_only=True):
    """A row of numbers with words at both ends."""

    low_label: Text = msgspec.field(default_factory=dict)
    high_label: Text = msgspec.field(default_factory=dict)

    opens: ClassVar[bool] = True
    said_by_staff: ClassVar[bool] = True
    end_messages: ClassVar[tuple[str, str]]
    """The respondents' words for both ends for which an author has none."""

    @property
    def low(self) -> int:
        """The smallest number of the scale."""
        return 1

    @property
    @abstractmethod
    def high(self) -> int:
        """The largest number of the scale."""

    @property
    def counted_boxes(self) -> int | None:
        """How many of the highest numbers count in its score; None where the score says so itself."""
        return None

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield from super().texts()
        yield f"{self.key}.low", self.low_label
        yield f"{self.key}.high", self.high_label

    def faults(self, path: str, default: str) -> list[Fault]:
        return [*super().faults(path, default), *self._turned_round(path)]

    def _turned_round(self, path: str) -> Iterator[Fault]:
        """Words that say of one end what we say of the other, in whatever language: every figure takes the highest
        number for the best."""
        ends = (
            ("low_label", self.low_label, *self.end_messages),
            ("high_label", self.high_label, *self.end_messages[::-1]),
        )
        for name, label, own, other in ends:
            for language, words in label.items():
                if fold(words.strip()) in _said(other) - _said(own):
                    yield f"{path}.{name}.{language}", "turned_round", _(TURNED_ROUND)

    def asks_the_same(self, before: Kind) -> bool:
        return (
            isinstance(before, ScaleQuestion)
            and super().asks_the_same(before)
            and (self.low, self.high) == (before.low, before.high)
            and same_words(self.low_label, before.low_label)
            and same_words(self.high_label, before.high_label)
        )

    @property
    def domain(self) -> Domain:
        return Domain("number", low=self.low, high=self.high, whole=True)

    def view(self, language: str, default: str) -> dict[str, Any]:
        return super().view(language, default) | {
            "low": self.low,
            "high": self.high,
            "low_label": text_in(self.low_label, language, default),
            "high_label": text_in(self.high_label, language, default),
        }

    @classmethod
    def typed_ends(cls, numbers: Mapping[str, str]) -> tuple[str, str]:
        return "1", numbers.get("scale", "")

    @classmethod
    def default_ends(cls, high: str, language: str) -> tuple[str, str]:
        low, high_words = (i18n.text(message, language) for message in cls.end_messages)
        return low, high_words

    def plain_html(self, language: str) -> Iterator[str]:
        words = text_in(self.text, language, language)
        return listed(self.key, words, self._numbers(language), kind="radio", required=self.required)

    def _numbers(self, language: str) -> Iterator[tuple[str, str]]:
        """Every number, the first and the last with their words."""
        own = (text_in(label, language, language) for label in (self.low_label, self.high_label))
        low, high = (label or i18n.text(ours, language) for label, ours in zip(own, self.end_messages, strict=True))
        ends = {self.low: low, self.high: high}
        for number in range(self.low, self.high + 1):
            yield str(number), f"{number} = {ends[number]}" if number in ends else str(number)

    def one_click(self) -> Sequence[str]:
        return [str(number) for number in range(self.low, self.high + 1)]

    def from_fields(self, fields: Mapping[str, Sequence[str]]) -> Any:
        values = self.filled(fields)
        return _number(values[0].strip()) if values else None

    def read(self, value: Any) -> Answer:
        if type(value) is not int:  # a bool is an int too
            raise Wrong("not_a_number", "error_number_malformed")
        if not self.low <= value <= self.high:
            raise Wrong("out_of_range", "error_number_range", low=self.low, high=self.high)
        return value

    def missing(self) -> Wrong:
        return Wrong("required", "error_scale_required", low=self.low, high=self.high)

    def buckets(self, answer: Answer) -> Sequence[Bucket]:
        assert isinstance(answer, int)
        return (("", answer),)

    def say_to_staff(self, answer: Any, language: str, default: str) -> str:
        return _("%(number)s of %(highest)s", number=answer, highest=self.high)


@cache
def _said(message: str) -> frozenset[str]:
    """What a message says in every language, for comparing."""
    return frozenset(fold(i18n.text(message, code)) for code in i18n.LANGUAGES)


def _number(text: str) -> int | str:
    """The integer that `text` writes in ASCII digits, or the text itself, which will then be refused."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else text
