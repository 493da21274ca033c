"""Languages by their tags: names, directions, and those in which there are words for respondents."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

OWN_NAMES = {
    "en": "English",
    "am": "አማርኛ",
    "ar": "العربية",
    "bn": "বাংলা",
    "bg": "Български",
    "zh-Hans": "简体中文",
    "cs": "Čeština",
    "nl": "Nederlands",
    "fr": "Français",
    "ka": "ქართული",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "he": "עברית",
    "hi": "हिन्दी",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "ml": "മലയാളം",
    "fa": "فارسی",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "si": "සිංහල",
    "es": "Español",
    "sw": "Kiswahili",
    "ta": "தமிழ்",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "vi": "Tiếng Việt",
}
"""The languages that respondents are spoken to in, each by the name that its speakers write; English first, then by
English names. Each has its words in `messages` and in `starters`."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language that respondents are spoken to in: BCP 47 tag, its name in English and in itself."""

    code: str
    english_name: str
    own_name: str

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return direction(self.code)


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """`rtl` or `ltr` for any BCP 47 tag; unknown ones are `ltr`."""
    found = locale(language)
    return found.text_direction if found else "ltr"


@lru_cache(maxsize=4096)
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
    """The names of `LANGUAGES` with their tags, for a sentence to staff."""
    *names, last = (f"{language.english_name} ({language.code})" for language in LANGUAGES.values())
    return f"{', '.join(names)} and {last}"


def own_name(tag: str) -> str:
    """What the speakers of any language call it, as it stands in a list of languages; the tag if nobody knows."""
    if tag in LANGUAGES:
        return LANGUAGES[tag].own_name
    spoken = locale(tag)
    name = spoken.languages.get(str(spoken)) if spoken else ""
    name = name or language_name(tag, tag)
    return name[:1].title() + name[1:] if name != tag else tag


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


def _english_name(tag: str) -> str:
    return str(Locale.parse(tag, sep="-").get_display_name("en"))


LANGUAGES: Mapping[str, Language] = {tag: Language(tag, _english_name(tag), own) for tag, own in OWN_NAMES.items()}
