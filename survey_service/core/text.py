"""Text that people type: names on one line, words on several, what counts as blank, and one folding for search.

What can be seen stays as typed, with the joiners, emoji sequences and marks of direction that belong to it. What no
page can show goes, and so does what turns the words around it. Pure. Characters have Unicode's properties (UAX 44).
"""

import re
import unicodedata
from collections.abc import Iterable

import regex  # type: ignore[import-untyped, unused-ignore]

from survey_service.core.errors import Invalid
from survey_service.core.i18n.staff import gettext as _

MAX_NAME = 200
"""How long the name of anything may be, in characters."""
MAX_MARKS = 30
"""Marks on one letter. No writing stacks so many, and CPython orders longer runs in quadratic time."""

# Control characters, halves of characters and what is none; marks of a file's beginning, notes and tags that nothing
# shows; and what gives a direction to more than its own letter: overrides, embeddings and isolates (UAX 9).
_UNFIT = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\U000e0001"
    r"\ud800-\udfff"
    + "".join(chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_REFUSED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e]")
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BREAK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SPACES = re.compile(r"\s{2,}")
_LONG_RUN = regex.compile(rf"(\p{{M}}{{{MAX_MARKS}}})\p{{M}}+")
_SEEN = regex.compile(
    r"[^\s\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb\u2800\U0001d159]"
)

# Accents and points by their combining class: overlays, Hebrew and Arabic points, what stands above or below. Vowel
# signs, nuktas and tone marks of other scripts tell words apart and stay.
_ACCENT_CLASSES = frozenset((1, *range(10, 37), *range(200, 240)))
_SILENT = regex.compile(r"[\p{Default_Ignorable_Code_Point}\u0640]")
_ALIKE = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "þ": "th",
    "‘": "'", "’": "'", "ʻ": "'", "ʼ": "'", "‐": "-", "–": "-", "—": "-", "−": "-",
}  # fmt: skip
"""Letters that Unicode does not take apart, and signs that a keyboard has in one form."""


class _Folded(dict[int, str]):
    """Code point → what a search compares of it; filled as it is asked, up to a bound."""

    def __missing__(self, point: int) -> str:
        folded = _fold_one(chr(point))
        if len(self) < 20_000:
            self[point] = folded
        return folded


def _fold_one(sign: str) -> str:
    if _UNFIT.match(sign):
        return ""
    if sign.isspace():
        return " "
    plain = _without_accents(_without_accents(sign).casefold())
    return "".join(_ALIKE.get(letter, letter) for letter in plain)


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", _SILENT.sub("", text))
    return "".join(
        letter for letter in apart if unicodedata.combining(letter) not in _ACCENT_CLASSES and not _SILENT.match(letter)
    )


_folded = _Folded()


def one_line(text: str) -> str:
    """A name as typed, on one line, in NFC: line ends and control characters become spaces, runs of spaces one."""
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text.strip())
    return _SPACES.sub(" ", _fit(_BREAK.sub(" ", text))).strip()


def many_lines(text: str) -> str:
    """Words as typed, in NFC, each line ended by a line feed, without blank ends."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _fit(_LINE_END.sub("\n", text)).strip()


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen: spaces, fillers, joiners and the like alone, or nothing at all."""
    return _SEEN.search(text) is None


def fold(text: str) -> str:
    """What of `text` a search compares, in stored text and query alike.

    Case, accents, points, joiners, widths, and kinds of spaces, apostrophes and dashes make no difference; ß is ss.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    folded = _LONG_RUN.sub(r"\1", text.translate(_folded))
    return " ".join(unicodedata.normalize("NFC", folded).split())


def by_name(options: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(value, name) in the order in which people look for a name, whatever its case and accents."""
    return sorted(options, key=lambda option: (fold(option[1]), option[0]))


def checked_line(field: str, text: str, missing: str = "", longest: int = MAX_NAME) -> str:
    """`one_line`, if it fits. Raises Invalid at `field` for one that is too long or holds what nobody types, and for a
    blank one with the sentence `missing`, if that is given; without it a blank one is empty."""
    kept = _checked(field, one_line(text), missing, longest)
    if kept and _REFUSED.search(text):
        raise Invalid.field(field, "malformed", _("Some of these characters cannot be shown. Type it again."))
    return kept


def checked_lines(field: str, text: str, missing: str = "", longest: int = MAX_NAME) -> str:
    """The same for `many_lines`."""
    return _checked(field, many_lines(text), missing, longest)


def _checked(field: str, kept: str, missing: str, longest: int) -> str:
    if is_blank(kept):
        if missing:
            raise Invalid.field(field, "required", _(missing))
        return ""
    if len(kept) > longest:
        words = _("%(most)s characters fit here; this is %(n)s.", most=longest, n=len(kept))
        raise Invalid.field(field, "too_long", words)
    return kept


def _fit(text: str) -> str:
    return unicodedata.normalize("NFC", _LONG_RUN.sub(r"\1", _UNFIT.sub("", text)))
