"""What every kind of question says of itself: the contract of this room. Pure.

A question of a form is a struct of its kind. Its fields are what an author can set, its methods all in which kinds
differ. Whoever handles questions asks these and never which kind it is. What is abstract here has no answer that would
do for a new kind; what is not has one that does for most.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Literal, Self

import msgspec

from survey_service.conditions.check import Domain
from survey_service.conditions.syntax import Condition
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import name_of
from survey_service.core.text import is_blank
from survey_service.questions.texts import Fault, Key, Text, cleaned, same_words, text_in

Answer = int | str | list[str]
"""A normalised answer, as it is stored, exported and told to programs."""
PERSONAL_KEYS = ("name", "phone")
"""Keys of short texts that the starters use for personal details."""
Bucket = tuple[str, int]
"""The part of a question that an answer counts in, empty where it has none; and the bin, 0 to 10."""


class Wrong(Exception):
    """An answer that does not fit: a stable code, and the message that says what to do, with its values."""

    def __init__(self, code: str, message: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.values = values


class About(msgspec.Struct, frozen=True):
    """What authors read of a kind: its name in the list of kinds, a word or two beside a question's heading (`%(n)s`
    is how many choices it has), the key that a new question gets, and what its numbers and the texts of its own are
    called. All but keys are messages, marked with `N_`."""

    label: str
    brief: str
    key: str
    numbers: Mapping[str, str] = {}
    words: Mapping[str, str] = {}


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """What every question has. It is asked only if `show_if` holds for what is answered before it. `revision` is set at
    publication: it grows when wording or scale change."""

    key: Key
    text: Text
    hint: Text = {}
    required: bool = False
    show_if: Condition | None = None
    revision: int = 1

    about: ClassVar[About]
    answerable: ClassVar[bool] = True
    metric: ClassVar[str | None] = None
    """The score that is made of its answers."""
    becomes: ClassVar[Literal["", "comment", "email"]] = ""
    """What of a response the first answer of the kind is: its comment, or the address it is claimed by."""
    opens: ClassVar[bool] = False
    """Whether a page may begin with it: its words are heading enough, and the form's title is not seen above them."""
    said_by_staff: ClassVar[bool] = False
    """Whether staff read its answers in their own language, such as a day; else in words of the form or of whoever
    answered."""
    seconds: ClassVar[int] = 5
    """How long it takes to answer: a tap on a scale, if nothing else is said."""

    # What an author wrote

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Every text that a respondent reads, with the name of its place, which begins with the key."""
        yield self.key, self.text
        yield f"{self.key}.hint", self.hint

    def needed(self) -> set[str]:
        """The places of those texts without which nobody could answer."""
        return {self.key}

    def cleaned(self) -> Self:
        """With every text as it is kept."""
        return msgspec.structs.replace(self, **{part: cleaned(getattr(self, part)) for part in text_parts(type(self))})

    def faults(self, path: str, default: str) -> list[Fault]:
        """What keeps it from being published. `path` is its own, `default` the form's first language."""
        if is_blank(self.text.get(default, "")):
            return [
                (
                    f"{path}.text.{default}",
                    "missing_text",
                    _("Write the question in %(language)s.", language=name_of(default)),
                )
            ]
        return []

    def asks_the_same(self, before: "Kind") -> bool:
        """Whether answers stay comparable: same kind and scale, and no wording changed in a language that was there.

        Adding a language, or making a question required, changes nothing that people read.
        """
        return type(self) is type(before) and same_words(self.text, before.text)

    @property
    def asks_who(self) -> bool:
        """Whether it asks for an e-mail address, a name or a telephone number."""
        return self.becomes == "email" or self.key in PERSONAL_KEYS

    @property
    @abstractmethod
    def domain(self) -> Domain | None:
        """What its answers can be, for conditions that read them; None for what cannot be answered."""

    # What its author sees

    @classmethod
    def typed_ends(cls, numbers: Mapping[str, str]) -> tuple[str, str]:
        """The lowest and the highest number of a scale, as typed; empty for what is no scale."""
        return "", ""

    @classmethod
    def default_ends(cls, high: str, language: str) -> tuple[str, str]:
        """What respondents read at both ends of a scale up to `high` where its author wrote nothing; mostly nothing."""
        return "", ""

    # What a respondent sees

    def view(self, language: str, default: str) -> dict[str, Any]:
        """The question as the templates of pages and mails draw it."""
        return {
            "key": self.key,
            "kind": kind_of(self),
            "text": text_in(self.text, language, default),
            "hint": text_in(self.hint, language, default),
            "required": self.required,
            "answerable": self.answerable,
            "asks_who": self.asks_who,
            "opens": self.opens,
        }

    def one_click(self) -> Sequence[str]:
        """The values that a link in a mail may name, which the page then shows as chosen; none, for most."""
        return ()

    @abstractmethod
    def plain_html(self, language: str) -> Iterator[str]:
        """Lines of HTML that ask it in the form's first language, everything escaped; see `plain_html`."""

    # What a respondent answered

    def from_fields(self, fields: Mapping[str, Sequence[str]]) -> Any:
        """What form-encoded fields answer, as JSON would; None for nothing. Their values are all text."""
        values = self.filled(fields)
        return values[0] if values else None

    def filled(self, fields: Mapping[str, Sequence[str]]) -> list[str]:
        """The values of its own field in which somebody sees something."""
        return [value for value in fields.get(self.key, ()) if not is_blank(value)]

    def typed(self, fields: Mapping[str, Sequence[str]]) -> str | list[str] | None:
        """What was typed, to be shown again as it was; None for nothing."""
        return next((value for value in fields.get(self.key, ()) if value), None)

    def answer(self, value: Any) -> Answer | None:
        """A JSON value normalised; None for no answer. Types are strict: a scale takes a number, not "9".

        Raises Wrong for what does not fit, or for no answer where one is required.
        """
        if value is None or value == [] or (isinstance(value, str) and is_blank(value)):
            if self.required:
                raise self.missing()
            return None
        return self.read(value)

    @abstractmethod
    def read(self, value: Any) -> Answer:
        """Any JSON that is not empty, normalised. Nothing is cut or guessed. Raises Wrong for what does not fit."""

    @abstractmethod
    def missing(self) -> Wrong:
        """What a respondent is told who left it out, though it is required."""

    def buckets(self, answer: Answer) -> Sequence[Bucket]:
        """Where an answer counts; nowhere, if nothing else is said.

        A score counts in its own bin. What is counted in parts has one bucket for each: a choice by its key, 1 if it
        was chosen and 0 if not; a row of a matrix by its key, in the bin of its number.
        """
        return ()

    # What is said of an answer

    def say(self, answer: Any, language: str, default: str) -> str:
        """An answer, or what was typed, in words."""
        return str(answer)

    def say_to_staff(self, answer: Any, language: str, default: str) -> str:
        """The same for a reader who does not see the question's page."""
        return self.say(answer, language, default)

    def reach(self, answer: Any) -> str:
        """The address that writes to or calls whoever answered; empty where an answer tells none."""
        return ""


def kind_of(question: Kind) -> str:
    """The word for a question's kind, as in its JSON: `nps`, `long_text`, …"""
    return str(type(question).__struct_config__.tag)


@cache
def text_parts(kind: type[Kind]) -> tuple[str, ...]:
    """The names of the texts that a question of the kind has."""
    return tuple(field.name for field in msgspec.structs.fields(kind) if field.type == Text)
