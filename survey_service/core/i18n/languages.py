"""Languages by their tags: names, directions, and those in which there are words for respondents."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError


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


def direction(language: str) -> str:
    """`rtl` or `ltr` for any BCP 47 tag; unknown ones are `ltr`."""
    found = locale(language)
    return found.text_direction if found else "ltr"


def language_name(code: str, in_language: str) -> str:
    """The name of the language `code` for a reader of `in_language`; the code itself if nobody named it.

    A script subtag is named too: `und-Latn` reads “Unknown language (Latin)” in English.
    """
    base, script = _base(code), _script(code)
    readers = [reader for reader in (locale(in_language), locale("en")) if reader]
    for reader in readers:
        if name := reader.languages.get(base):
            return f"{name} ({reader.scripts.get(script, script)})" if script else name
    return code


def names_in_words() -> str:
    """The names of `LANGUAGES`, for a sentence to staff."""
    *names, last = (language.english_name for language in LANGUAGES.values())
    return f"{', '.join(names)} and {last}"


@lru_cache(maxsize=256)
def locale(language: str) -> Locale | None:
    """What CLDR knows of a BCP 47 tag; None for one that it does not know."""
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def _base(tag: str) -> str:
    return re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]


def _script(tag: str) -> str:
    subtags = re.split(r"[-_]", tag)[1:]
    return next((subtag.title() for subtag in subtags if re.fullmatch(r"[A-Za-z]{4}", subtag)), "")
