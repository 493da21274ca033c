"""Answers to choose from, the same for one of several and any of several. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Self

import msgspec
from msgspec import Meta

from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import name_of
from survey_service.core.text import is_blank
from survey_service.questions.base import Kind
from survey_service.questions.texts import Fault, Key, Text, cleaned, text_in

MAX_CHOICES = 100


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers that a choice question offers."""

    key: Key
    text: Text


class ChoiceQuestion(Kind, frozen=True, kw_only=True):
    """Offers answers to choose from."""

    choices: Annotated[list[Choice], Meta(max_length=MAX_CHOICES)]

    @property
    def keys(self) -> tuple[str, ...]:
        """The choices by their keys, in order."""
        return tuple(choice.key for choice in self.choices)

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield from super().texts()
        for choice in self.choices:
            yield f"{self.key}.{choice.key}", choice.text

    def needed(self) -> set[str]:
        return super().needed() | {f"{self.key}.{choice.key}" for choice in self.choices}

    def cleaned(self) -> Self:
        choices = [msgspec.structs.replace(choice, text=cleaned(choice.text)) for choice in self.choices]
        return msgspec.structs.replace(super().cleaned(), choices=choices)

    def faults(self, path: str, default: str) -> list[Fault]:
        found = super().faults(path, default)
        if not self.choices:
            found.append((f"{path}.choices", "none", _("“%(key)s” offers nothing to choose from.", key=self.key)))
        seen: set[str] = set()
        for number, choice in enumerate(self.choices):
            where = f"{path}.choices[{number}]"
            if choice.key in seen:
                found.append(
                    (f"{where}.key", "repeated", _("Two choices have the same key “%(key)s”.", key=choice.key))
                )
            seen.add(choice.key)
            if is_blank(choice.text.get(default, "")):
                sentence = _("Write the choice in %(language)s.", language=name_of(default))
                found.append((f"{where}.text.{default}", "missing_text", sentence))
        return found

    def view(self, language: str, default: str) -> dict[str, Any]:
        return super().view(language, default) | {"choices": self.offered(language, default)}

    def typed(self, fields: Mapping[str, Sequence[str]]) -> str | list[str] | None:
        return [value for value in fields.get(self.key, ()) if value] or None

    def say(self, answer: Any, language: str, default: str) -> str:
        """The words of what was chosen; the key of what the form does not offer."""
        words = dict(self.offered(language, default))
        return ", ".join(words.get(key) or str(key) for key in (answer if isinstance(answer, list) else [answer]))

    def offered(self, language: str, default: str) -> list[tuple[str, str]]:
        """Every choice as its key and its words."""
        return [(choice.key, text_in(choice.text, language, default)) for choice in self.choices]
