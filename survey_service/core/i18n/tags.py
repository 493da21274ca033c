"""Which of the languages that there are a reader is given (RFC 4647, 3.4: lookup). Pure.

Likely scripts, other names and parents of languages are CLDR's, through Babel. A text in another script than the
reader's is no match: who reads Traditional Chinese gets it, or the next language they wish for, or the default, but
not Simplified Chinese. Only Serbian is read in both of its scripts.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from babel.core import get_global

MAX_HEADER = 1_000
BOTH_SCRIPTS = frozenset({"sr"})
CLOSE = {"nb": ("nb", "nn"), "nn": ("nn", "nb"), "yue": ("yue", "zh")}
"""Languages whose readers read another one too; `no`, Norwegian, is Bokmål's other name."""
_QUALITY = re.compile(r"^q=(0(\.\d{0,3})?|1(\.0{0,3})?)$", re.IGNORECASE)
_ALIASES, _LIKELY, _PARENTS = (get_global(name) for name in ("language_aliases", "likely_subtags", "parent_exceptions"))

Tag = tuple[str, str, str]
"""Language, script and region; the last may be empty."""


def negotiate(accept_language: str | None, available: Sequence[str], default: str) -> str:
    """The one of `available` that an Accept-Language header (RFC 9110, 12.5.4), or a single tag, likes best, else
    `default`.

    A wish for `am-ET` is met by `am`, one for `pt` by `pt-BR`, one for `zh-TW` by `zh-Hant` and never by `zh-Hans`.
    Never fails on a malformed header. `*` is the default, unless that is refused (`q=0`).
    """
    return _liked_best(accept_language or "", tuple(available), default)


@lru_cache(maxsize=2048)
def _liked_best(header: str, available: tuple[str, ...], default: str) -> str:
    weighed = [_weighed(part) for part in header[:MAX_HEADER].split(",")]
    refused = {tag for quality, tag in weighed if quality == 0}
    scripts: dict[str, str] = {}
    for quality, wish in sorted(weighed, key=lambda one: -one[0]):
        if quality > 0 and wish == "*":
            return next((tag for tag in (default, *available) if tag.lower() not in refused), default)
        if quality > 0 and wish and (match := lookup(_as_before(wish, scripts), available)):
            return match
    return default


def _as_before(wish: str, scripts: dict[str, str]) -> str:
    """Browsers add the plain language to each wish (`zh-TW, zh`): it is meant in the script of the wish before it."""
    language, script, _ = full(wish)
    before = scripts.setdefault(language, script)
    return wish if before == script or "-" in wish else f"{wish}-{before}"


def _weighed(part: str) -> tuple[float, str]:
    tag, *parameters = (piece.strip() for piece in part.split(";"))
    if not parameters:
        return 1.0, tag.lower()
    quality = _QUALITY.match(parameters[0])
    return (float(quality[1]) if quality else 0.0), tag.lower()


@lru_cache(maxsize=2048)
def lookup(wish: str, available: tuple[str, ...]) -> str:
    """The one of `available` for a reader of `wish`, both BCP 47 tags; empty if there is none."""
    wished = wish.lower().replace("_", "-").removesuffix("-*")
    by_name = {tag.lower().replace("_", "-"): tag for tag in reversed(available)}
    if wished in by_name:
        return by_name[wished]
    language, script, region = full(wished)
    offered = [(tag, full(tag)) for tag in available]
    for name in CLOSE.get(language, (language,)):
        same = [(tag, one) for tag, one in offered if one[0] == name]
        alike = [(tag, one) for tag, one in same if one[1] == script]
        if alike:
            return _nearest(language, script, region, alike)
        if same and language in BOTH_SCRIPTS:
            return same[0][0]
    return ""


def _nearest(language: str, script: str, region: str, alike: Sequence[tuple[str, Tag]]) -> str:
    """Of tags in the reader's language and script: of the region, of what that belongs to, without one, the first."""
    wanted = [region, *_belongs_to(language, script, region), ""]
    for place in wanted:
        for tag, one in alike:
            if one[2] == place:
                return tag
    return alike[0][0]


def _belongs_to(language: str, script: str, region: str) -> list[str]:
    """The regions that CLDR has above one: `419` of `es-MX`, `PT` of `pt-AO`."""
    above: list[str] = []
    tag = f"{language}_{region}"
    while parent := _PARENTS.get(tag) or _PARENTS.get(f"{language}_{script}_{tag.rpartition('_')[2]}"):
        tag = str(parent)
        if not tag.startswith(f"{language}_"):
            break
        above.append(tag.rpartition("_")[2])
    return above


@lru_cache(maxsize=2048)
def full(tag: str) -> Tag:
    """A tag's language by its present name, its script (the likely one if it has none), and its region, if it has
    one."""
    first, *rest = re.split(r"[-_]", tag.strip().lower())
    if len(rest) and len(rest[0]) == 3 and rest[0].isalpha():  # zh-yue is yue
        first, rest = rest[0], rest[1:]
    script = next((part.title() for part in rest if len(part) == 4 and part.isalpha()), "")
    region = next((part.upper() for part in rest if re.fullmatch(r"[a-z]{2}|[0-9]{3}", part)), "")
    language, _, named = str(_ALIASES.get(first, first)).partition("_")
    language = "nb" if language == "no" else language
    return language, script or named or _likely_script(language, region), region


def _likely_script(language: str, region: str) -> str:
    likely = _LIKELY.get(f"{language}_{region}") or _LIKELY.get(language) or ""
    parts = str(likely).split("_")
    return parts[1] if len(parts) == 3 else ""
