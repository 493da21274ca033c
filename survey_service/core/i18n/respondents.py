"""The words around a form that respondents read.

Messages live in `messages/<language>.json`: key → template, or key → {plural category: template}, where
the category is that of the value `n` (CLDR's rules, through Babel). A placeholder `{n}` shows a value;
`{n:question_count}` shows the message `question_count` worded for that number, so that one sentence can hold
two numbers. What staff read is in `staff`.

For a language that has no such file, a workspace may write the words itself (`Written`). What nobody wrote is said in
English, and knows that it is (`Said.other`).
"""

import string
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import msgspec
from babel.dates import format_date
from babel.numbers import format_decimal

from survey_service.core.i18n import tags
from survey_service.core.i18n.languages import LANGUAGES, direction, locale

Message = str | dict[str, str]
Messages = Mapping[str, Message]
Written = tuple[tuple[str, str], ...]
"""What somebody wrote for languages that we do not speak: tags, each with its messages as JSON."""
Translate = Callable[..., "Said"]

MESSAGES = Path(__file__).parent / "messages"
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


class Said(str):
    """Words for a reader. `other` is the language that they are in, where it is not the one that was asked for: on a
    page they are marked with it (`lang`, `dir`), in an attribute and in a plain text they are as they are."""

    other: str = ""

    @classmethod
    def of(cls, words: str, other: str) -> "Said":
        """Words that are in another language, if one is named."""
        said = cls(words)
        said.other = other
        return said

    def __html__(self) -> str:
        words = escape(self)
        return f'<span lang="{self.other}" dir="{direction(self.other)}">{words}</span>' if self.other else words


def text(key: str, language: str, written: Written = (), /, **values: Any) -> Said:
    """The message `key` in `language` (`am`, `am-ET`), its placeholders filled with `values`.

    Numbers are written by the language's rules in Western digits; where a message has plural forms, `n`
    chooses among them. In a language that we do not speak it is what is `written` there, else English.
    KeyError for an unknown key or a missing value.
    """
    sources = _sources(language, written)
    for position, (code, known) in enumerate(sources, 1):
        if position == len(sources) or _can_say(known, key):
            return Said.of(_Wording(code, known).say(key, values), "en" if position > 1 else "")
    raise KeyError(key)


@lru_cache(maxsize=512)
def _sources(language: str, written: Written) -> tuple[tuple[str, Messages], ...]:
    """Where words for a reader are looked for, one after the other: the language of the words, and these."""
    if ours := spoken(language):
        return ((ours, messages(ours)),)
    own = tags.lookup(language, tuple(tag for tag, _ in written))
    return (own or language, decoded(dict(written).get(own, "{}"))), ("en", messages("en"))


def _can_say(known: Messages, key: str) -> bool:
    """Whether a message is there, and those whose words it uses."""
    return key in known and all(spec in known for spec in used_in(known[key]))


def used_in(message: Message) -> set[str]:
    """The other messages whose words a message uses: `question_count` of `{n:question_count}`."""
    wordings = [message] if isinstance(message, str) else message.values()
    return {spec for wording in wordings for _, _, spec, _ in string.Formatter().parse(wording) if spec}


@lru_cache(maxsize=64)
def decoded(text: str) -> Messages:
    """Messages from their JSON."""
    return msgspec.json.decode(text, type=dict[str, Message])


def translator(language: str, written: Written = ()) -> Translate:
    """`text` bound to a language, as templates use it: `t("send")`."""

    def translate(key: str, /, **values: Any) -> Said:
        return text(key, language, written, **values)

    return translate


def spoken(language: str) -> str:
    """The one of `LANGUAGES` for a reader of `language`; empty if there is none."""
    return tags.lookup(language, tuple(LANGUAGES))


def chrome_language(language: str) -> str:
    """The one of `LANGUAGES` in which the chrome is shown to a reader of `language`."""
    return spoken(language) or "en"


@lru_cache
def messages(code: str) -> Messages:
    """Every message of one of `LANGUAGES`."""
    return decoded((MESSAGES / f"{code}.json").read_text(encoding="utf-8"))


def day(moment: date, code: str) -> str:
    """A calendar day in words of the language `code`, in Western digits: “21 November 2026”."""
    reader = "en_GB" if code == "en" else locale(code) or "en_GB"
    said = format_date(moment, "long", locale=reader)
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in said)


class _Wording(string.Formatter):
    """Fills templates: numbers by the language's rules, a format spec naming another message."""

    def __init__(self, code: str, known: Messages) -> None:
        self.code = code
        self.known = known

    def say(self, key: str, values: Mapping[str, Any]) -> str:
        message = self.known[key]
        if not isinstance(message, str):
            if values.get("n") is None:
                raise KeyError(f"message {key!r} needs n")
            forms = message
            message = forms.get(plural_form(self.code, values["n"])) or forms.get("other") or next(iter(forms.values()))
        return self.vformat(message, (), values)

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return self.say(format_spec, {"n": value})
        if isinstance(value, str):
            return _isolated(value) if direction(self.code) == "rtl" else str(value)
        return format_decimal(value, locale=locale(self.code) or "en", numbering_system="latn")


def _isolated(value: str) -> str:
    """Keeps a Latin name or number from tearing a right-to-left sentence apart (Unicode UAX 9, isolates)."""
    return f"{_ISOLATE}{value}{_END_ISOLATE}"


def plural_form(code: str, n: Any) -> str:
    """The plural category of a number in a language; `other` where nobody knows."""
    known = locale(code)
    return known.plural_form(n) if known else "other"
