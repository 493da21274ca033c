"""Words in several languages, and the patterns of keys and tags. Pure."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from survey_service.core.text import many_lines

# Python's `$` also matches before a line's end; `(?!\n)` keeps that end out, here and in JavaScript alike.
KEY_PATTERN = r"^[a-z][a-z0-9_]{0,39}$(?!\n)"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$(?!\n)"

Key = Annotated[str, Meta(pattern=KEY_PATTERN, description="Names an answer in submissions and exports.")]
LanguageTag = Annotated[str, Meta(pattern=LANGUAGE_PATTERN, description="A BCP 47 language tag, such as `am`.")]
Words = Annotated[str, Meta(max_length=2000)]
Text = dict[LanguageTag, Words]
"""Words by language."""
Fault = tuple[str, str, str]
"""Where, as a path such as `questions[0].text.en`; a stable code; a sentence that says what is wrong."""


def text_in(text: Text, language: str, default: str) -> str:
    """The words in `language`, else in `default`, else in whichever is there; empty if there are none."""
    return text.get(language) or text.get(default) or next(iter(text.values()), "")


def cleaned(text: Text) -> Text:
    """As it is kept: as typed, but for what no page can show."""
    return {tag: words if words.isspace() else many_lines(words) for tag, words in text.items()}


def same_words(text: Mapping[str, str], before: Mapping[str, str]) -> bool:
    """Whether no wording changed in a language that was there before."""
    return all(many_lines(text.get(tag, "")) == many_lines(words) for tag, words in before.items() if words)
