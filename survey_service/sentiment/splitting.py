"""Splits a text of any script into words.

Python's own `\\w` leaves out vowel signs (marks) and so breaks Malayalam, Sinhala and Devanagari words apart; the
zero-width joiners (U+200C, U+200D) belong to words of the same scripts and of Persian.
"""

import unicodedata
from collections.abc import Iterator

import regex  # type: ignore[import-untyped, unused-ignore]

WORD = regex.compile(r"[\p{L}\p{M}\p{N}\u200c\u200d]+")
# CPython orders long runs of combining marks in quadratic time; no word of any language stacks this many.
_MARK_RUN = regex.compile(r"(\p{M}{30})\p{M}+")
_JOINERS = "\u200c\u200d"


def normal(text: str) -> str:
    """`text` in NFC, so that one word has one spelling; runs of more than 30 marks are cut to 30."""
    return unicodedata.normalize("NFC", _MARK_RUN.sub(r"\1", text))


def words(text: str) -> list[str]:
    """The words of `text` in reading order, in NFC, as they were written (case is kept)."""
    text = normal(text)
    return [text[start:end] for start, end in spans(text)]


def spans(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each word in `text`, which should be `normal` already; lone joiners are no words."""
    for match in WORD.finditer(text):
        if match.group().strip(_JOINERS):
            yield match.span()
