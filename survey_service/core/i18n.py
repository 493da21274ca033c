"""The words around a form that respondents read, in six languages.

Messages live in `messages/<language>.json`: key → template, or key → {plural category: template}, where
the category is that of the value `n` (CLDR's rules, through Babel). A placeholder `{n}` shows a value;
`{n:question_count}` shows the message `question_count` worded for that number, so that one sentence can hold
two numbers. Staff pages are English and do not use this module.
"""

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from survey_service.core import language_tags

Message = str | dict[str, str]
Translate = Callable[..., str]

_MESSAGES = Path(__file__).parent / "messages"
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the chrome: BCP 47 code, its name in English and in itself, `ltr` or `rtl`."""

    code: str
    english_name: str
    own_name: str
    direction: str


LANGUAGES: Mapping[str, Language] = {
    language.code: language
    for language in (
        Language("en", "English", "English", "ltr"),
        Language("am", "Amharic", "አማርኛ", "ltr"),
        Language("ka", "Georgian", "ქართული", "ltr"),
        Language("ml", "Malayalam", "മലയാളം", "ltr"),
        Language("si", "Sinhala", "සිංහල", "ltr"),
        Language("ar", "Arabic", "العربية", "rtl"),
    )
}


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
    return language_tags.lookup(language, tuple(LANGUAGES)) or "en"


@lru_cache
def messages(code: str) -> Mapping[str, Message]:
    """Every message of one of `LANGUAGES`."""
    return msgspec.json.decode((_MESSAGES / f"{code}.json").read_bytes(), type=dict[str, Message])


def names_in_words() -> str:
    """The names of `LANGUAGES`, for a sentence to staff."""
    *names, last = (language.english_name for language in LANGUAGES.values())
    return f"{', '.join(names)} and {last}"


def direction(language: str) -> str:
    """`rtl` or `ltr` for any BCP 47 tag; unknown ones are `ltr`."""
    locale = _locale(language)
    return locale.text_direction if locale else "ltr"


def negotiate(accept_language: str | None, available: Sequence[str], default: str) -> str:
    """The one of `available` that an Accept-Language header likes best (RFC 9110, 12.5.4), else `default`.

    A wish for `am-ET` is met by `am`, one for `pt` by `pt-BR`, one for `zh-TW` by `zh-Hant` and never by `zh-Hans`.
    """
    return language_tags.negotiate(accept_language or "", tuple(available), default)


def language_name(code: str, in_language: str) -> str:
    """The name of the language `code` for a reader of `in_language`; the code itself if nobody named it.

    A script subtag is named too: `und-Latn` reads “Unknown language (Latin)” in English.
    """
    base, script = _base(code), _script(code)
    readers = [reader for reader in (_locale(in_language), _locale("en")) if reader]
    for reader in readers:
        if name := reader.languages.get(base):
            return f"{name} ({reader.scripts.get(script, script)})" if script else name
    return code


def day(moment: date, code: str) -> str:
    """A calendar day in words of the language `code`, in Western digits: “21 November 2026”."""
    reader = "en_GB" if code == "en" else _locale(code) or "en_GB"
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
        return format_decimal(value, locale=self.code, numbering_system="latn")


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
    return Locale.parse(code).plural_form


@lru_cache(maxsize=256)
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def _base(tag: str) -> str:
    return re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]


def _script(tag: str) -> str:
    subtags = re.split(r"[-_]", tag)[1:]
    return next((subtag.title() for subtag in subtags if re.fullmatch(r"[A-Za-z]{4}", subtag)), "")
