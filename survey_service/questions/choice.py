"""Answers to choose from, the same for one of several and any of several. Pure."""

from collections.abc import Iterator
from typing import Annotated, Self

import msgspec
from msgspec import Meta

from survey_service.core.text import is_blank
from survey_service.questions.base import Kind
from survey_service.questions.texts import Fault, Key, Text, cleaned

MAX_CHOICES = 100


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers that a choice question offers."""

    key: Key
    text: Text


class ChoiceQuestion(Kind, frozen=True, kw_only=True):
    """Offers answers to choose from."""

    choices: Annotated[list[Choice], Meta(max_length=MAX_CHOICES)]

    def texts(self) -> Iterator[tuple[str, Text]]:
        yield from super().texts()
        for choice in self.choices:
            yield f"{self.key}.{choice.key}", choice.text

    def cleaned(self) -> Self:
        choices = [msgspec.structs.replace(choice, text=cleaned(choice.text)) for choice in self.choices]
        return msgspec.structs.replace(super().cleaned(), choices=choices)

    def faults(self, path: str, default: str) -> list[Fault]:
        found = super().faults(path, default)
        if not self.choices:
            found.append((f"{path}.choices", "none", f"“{self.key}” offers nothing to choose from."))
        seen: set[str] = set()
        for number, choice in enumerate(self.choices):
            where = f"{path}.choices[{number}]"
            if choice.key in seen:
                found.append((f"{where}.key", "repeated", f"Two choices have the same key “{choice.key}”."))
            seen.add(choice.key)
            if is_blank(choice.text.get(default, "")):
                sentence = f"The choice “{choice.key}” has no words in {default}."
                found.append((f"{where}.text.{default}", "missing_text", sentence))
        return found
