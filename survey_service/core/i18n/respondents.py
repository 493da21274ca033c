"""The words around a form that respondents read.

Messages live in `messages/<language>.json`: key → template, or key → {plural category: template}, where
the category is that of the value `n` (CLDR's rules, through Babel). A placeholder `{n}` shows a value;
`{n:question_count}` shows the message `question_count` worded for that number, so that one sentence can hold
two numbers. What staff read is in `staff`.
"""

import string
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from babel.dates import format_date
from babel.numbers import format_decimal

from survey_service.core.i18n import tags
from survey_service.core.i18n.languages import LANGUAGES, locale

Message = str | dict[str, str]
Translate = Callable[..., str]

MESSAGES = Path(__file__).parent / "messages"

_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def text(key: str, language: str, /, **values: Any) -> str:
    """The message `key` in `language` (`am`, `am-ET`), its placeholders filled with `values`.

    Numbers are written by the language's rules in Western digits; where a message has plural forms, `n`
    chooses among them. A language without chrome reads English. KeyError for an unknown key or a missing value.
    """
    code = chrome_language(language)
    return _Wording(code).vformat(_template(key, code, values.get("n")), (), values)


def translator(language: str) -> Translate:
    """`text` bound to a language, as templates use it: `t("send")`."""

    def translate(key: str, /, **values: Any) -> str:
        return text(key, language, **values)

    return translate


def chrome_language(language: str) -> str:
    """The one of `LANGUAGES` in which the chrome is shown to a reader of `language`."""
    return tags.lookup(language, tuple(LANGUAGES)) or "en"


@lru_cache
def messages(code: str) -> Mapping[str, Message]:
    """Every message of one of `LANGUAGES`."""
    return msgspec.json.decode((MESSAGES / f"{code}.json").read_bytes(), type=dict[str, Message])


def day(moment: date, code: str) -> str:
    """A calendar day in words of the language `code`, in Western digits: “21 November 2026”."""
    reader = "en_GB" if code == "en" else locale(code) or "en_GB"
    return format_date(moment, "long", locale=reader).translate(_WESTERN)


_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


class _Wording(string.Formatter):
    """Fills templates: numbers by the language's rules, a format spec naming another message."""

    def __init__(self, code: str) -> None:
        self.code = code

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return text(format_spec, self.code, n=value)
        if isinstance(value, str):
            return _isolated(value) if LANGUAGES[self.code].direction == "rtl" else value
        return format_decimal(value, locale=locale(self.code), numbering_system="latn")


def _isolated(value: str) -> str:
    """Keeps a Latin name or number from tearing a right-to-left sentence apart (Unicode UAX 9, isolates)."""
    return f"{_ISOLATE}{value}{_END_ISOLATE}"


def _template(key: str, code: str, n: Any) -> str:
    message = messages(code)[key]
    if isinstance(message, str):
        return message
    if n is None:
        raise KeyError(f"message {key!r} needs n")
    return message.get(_plural_rule(code)(n)) or message["other"]


@lru_cache
def _plural_rule(code: str) -> Callable[[Any], str]:
    spoken = locale(code)
    assert spoken is not None, f"{code} is unknown to CLDR"
    return spoken.plural_form
