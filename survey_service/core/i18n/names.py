"""From what people call a language to its tag, and back: “Portuguese (Brazil)” is pt-BR. Pure.

Names are those of Unicode's CLDR in English; languages that respondents are spoken to in are found by their own too.
"""

import re
from functools import cache

from babel import Locale, UnknownLocaleError

from survey_service.core.i18n.languages import LANGUAGES

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
NO_LANGUAGE = frozenset({"und", "mul", "mis", "zxx"})
"""Tags that say that it is not known, that there are several, one without a tag, or none (RFC 5646, 4.1)."""
UNKNOWN = frozenset({"Zzzz", "ZZ"})
"""A script and a country that CLDR has only to say that it is not known which."""
_QUALIFIED = re.compile(r"(?P<name>[^()]+?)\s*\((?P<qualifier>[^()]+)\)")


def tag_of(text: str) -> str | None:
    """The BCP 47 tag of a language by its name, or of a tag as typed; None for neither."""
    plain = " ".join(text.split())
    if code := _codes().get(plain.casefold()) or _qualified(plain):
        return code
    if is_tag(plain):
        return plain
    return _own_names().get(plain.casefold())


def name_of(tag: str) -> str:
    """The English name of a tag, such that `tag_of` finds the tag again; the tag itself if it has none."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name("en")
    except (UnknownLocaleError, ValueError):
        name = _english().languages.get(tag.split("-")[0], "") if "-" not in tag else ""
    return name if name and tag_of(name) == tag else tag


def is_tag(text: str) -> bool:
    """Whether a text is the tag of a language: CLDR, or the registry of languages that it carries, knows each part.

    Three letters after a language would be another one in its name (`no-bok`, `zh-yue`), which has a tag of its own.
    """
    if not _TAG.fullmatch(text):
        return False
    language, *rest = text.split("-")
    if language.lower() not in _english().languages or language.lower() in NO_LANGUAGE:
        return False
    for known, written in ((_english().scripts, str.title), (_english().territories, str.upper)):
        if rest and (part := written(rest[0])) in known and part not in UNKNOWN:
            rest = rest[1:]
    return all(part.upper() in _english().variants for part in rest)


def _qualified(text: str) -> str | None:
    """The tag of a name with its script or country: “Serbian (Cyrillic, Serbia)”."""
    found = _QUALIFIED.fullmatch(text)
    base = _codes().get(found["name"].casefold()) if found else None
    if found is None or base is None:
        return None
    subtags = [_qualifiers().get(part.strip().casefold(), "") for part in found["qualifier"].split(",")]
    return "-".join([base, *subtags]) if all(subtags) else None


@cache
def _english() -> Locale:
    return Locale("en")


@cache
def _codes() -> dict[str, str]:
    """English names of languages, folded, and their codes."""
    return {
        name.casefold(): code
        for code, name in _english().languages.items()
        if "_" not in code and code not in NO_LANGUAGE
    }


@cache
def _own_names() -> dict[str, str]:
    """What languages call themselves, folded, and their codes."""
    return {language.own_name.casefold(): code for code, language in LANGUAGES.items()} | {"中文": "zh"}


@cache
def _qualifiers() -> dict[str, str]:
    """Names of countries and scripts, folded, and their subtags."""
    named = [*_english().territories.items(), *_english().scripts.items()]
    return {name.casefold(): code for code, name in named if code not in UNKNOWN}
