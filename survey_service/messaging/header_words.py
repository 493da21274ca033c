"""Words of people in the header of a mail: plain, quoted or encoded (RFC 5322, RFC 2047). Pure.

Mail readers, and Python's own parser among them, decode what looks encoded wherever it stands, and read what they
decoded again. So nothing a person typed is ever given to a parser here: a text is either made of harmless characters
only, or encoded as a whole.
"""

import base64
import re
from collections.abc import Callable, Iterator, Sequence

MAX_LINE = 76
"""Characters of a header line that holds an encoded word (RFC 2047, 2)."""
MAX_WORD = 64
"""Characters of one word, so that the first one fits beside the name of its header."""
PREFIXES = ("=?utf-8?q?", "=?utf-8?b?")
ROOM = MAX_WORD - len("=?utf-8?q??=")
PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~ -]*")
QUOTABLE_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~ .,:;-]*")
PLAIN_TEXT = re.compile(r"[ -~]*")
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
"""What stands for itself in an encoded word, also inside a name (RFC 2047, 5.3)."""


def name_words(name: str) -> list[str]:
    """The words of a display name (RFC 5322, `phrase`), each with no space inside that could be broken."""
    if _fits(name, PLAIN_NAME):
        return name.split()
    if len(name) <= MAX_WORD - 2 and _fits(name, QUOTABLE_NAME):
        return [f'"{name}"']
    return list(encoded(name))


def text_words(text: str) -> list[str]:
    """The words of a free text (RFC 5322, `unstructured`) such as a subject."""
    return text.split() if _fits(text, PLAIN_TEXT) else list(encoded(text))


def _fits(text: str, plain: re.Pattern[str]) -> bool:
    longest = max((len(word) for word in text.split()), default=0)
    return longest <= MAX_WORD and "=?" not in text and plain.fullmatch(text) is not None


def encoded(text: str) -> Iterator[str]:
    """`text` as encoded words (RFC 2047) of MAX_WORD characters at most, never broken inside a character; in the
    shorter of the two encodings."""
    data = text.encode("utf-8", "replace")
    quoted = sum(_quoted_length(byte) for byte in data) <= len(base64.b64encode(data))
    if quoted:
        for piece in _pieces(text, ROOM, lambda part: sum(map(_quoted_length, part))):
            yield f"{PREFIXES[0]}{_quoted(piece)}?="
    else:
        for piece in _pieces(text, ROOM // 4 * 3, len):
            yield f"{PREFIXES[1]}{base64.b64encode(piece).decode()}?="


def _pieces(text: str, room: int, length: Callable[[bytes], int]) -> Iterator[bytes]:
    """Pieces that have room each, broken after a space where that is possible: old readers show one there."""
    piece, used = b"", 0
    for word in re.findall(r"[^ ]+ ?| ", text):
        whole = word.encode("utf-8", "replace")
        parts = [whole] if length(whole) <= room else [char.encode("utf-8", "replace") for char in word]
        for part in parts:
            if used + length(part) > room:
                yield piece
                piece, used = b"", 0
            piece, used = piece + part, used + length(part)
    if piece:
        yield piece


def _quoted_length(byte: int) -> int:
    return 1 if byte == 0x20 or chr(byte) in LETTERS else 3


def _quoted(data: bytes) -> str:
    return "".join("_" if byte == 0x20 else chr(byte) if chr(byte) in LETTERS else f"={byte:02X}" for byte in data)


def folded(name: str, words: Sequence[str]) -> str:
    """The header `name`, broken between words where a line would be longer than MAX_LINE."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines) == 1 and lines[0] == f"{name}:":
            lines[0] += f" {word}"
        elif len(lines[-1]) + 1 + len(word) <= MAX_LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    return "\r\n".join(lines)
