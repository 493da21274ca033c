"""The fields of a form as bytes (URL-encoded or multipart), read in the encoding that they were written in. Pure.

Pages of other sites are written in many encodings, and their forms with them. The first of these that fits every
byte is taken: the one that the request declares, the one in the field `_charset_` (browsers fill it in), UTF-8,
and windows-1252. It never fails for what people typed: what fits nowhere is replaced, bad percent signs stay.
"""

import binascii
import codecs
import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from survey_service.core.errors import Malformed
from survey_service.core.i18n.staff import gettext as _

Fields = Mapping[str, list[str]]
"""The texts of each field, in their order. Files are left out."""

URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MAX_FIELDS = 20_000
FALLBACK = "cp1252"
_CODECS = {
    **{
        name: name
        for name in (
            *("utf-8", "cp866", "cp874", "koi8-r", "koi8-u", "mac-roman", "big5", "euc_jp", "cp932", "cp949"),
            "gb18030",
            *(f"cp125{last}" for last in range(9)),
            *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        )
    },
    **{"ascii": FALLBACK, "iso8859-1": FALLBACK, "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874"},
    **{"shift_jis": "cp932", "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030"},
}
"""Codecs of the encodings that pages have, by Python's names; some pages mean a wider one than they say
(https://encoding.spec.whatwg.org/#names-and-labels)."""
_LABELS = {"windows-31j": "cp932", "x-sjis": "cp932", "windows-874": "cp874", "windows-949": "cp949"}
"""Names that Python does not know."""
_REFERENCE = re.compile(r"&#([0-9]{2,7});")
_BARE_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class _Part(msgspec.Struct, frozen=True):
    """A field as it was sent, with the encoding of its own that a part of a multipart form may name."""

    name: bytes
    value: bytes
    charset: str = ""


def decode(body: bytes, content_type: str) -> Fields:
    """The fields of a form's body; none for another kind of body. Raises Malformed for what is no such form."""
    kind, options = parse_options_header(content_type)
    if kind == URL_ENCODED:
        parts = _url_encoded(body)
    elif kind == MULTIPART:
        parts = _multipart(body, options.get("boundary", ""))
    else:
        return {}
    fields: dict[str, list[str]] = {}
    for name, value in _texts(parts, options.get("charset", "")):
        fields.setdefault(name, []).append(value)
    return fields


def _url_encoded(body: bytes) -> list[_Part]:
    if body.count(b"&") >= MAX_FIELDS:
        raise Malformed(_("This form has too many fields."))
    pairs = (pair.replace(b"+", b" ").partition(b"=") for pair in body.split(b"&") if pair)
    return [_Part(unquoted(name), unquoted(value)) for name, _, value in pairs]


def unquoted(piece: bytes) -> bytes:
    """What `urllib.parse.unquote_to_bytes` gives, which takes a step of Python for each percent sign: strangers may
    send a million. Written with `=` for `%` it is quoted-printable, which is read in C."""
    if b"%" not in piece:
        return piece
    return binascii.a2b_qp(_BARE_PERCENT.sub(b"%25", piece).replace(b"=", b"%3D").replace(b"%", b"="))


def _multipart(body: bytes, boundary: str) -> list[_Part]:
    try:
        return list(_segments(body, boundary))
    except (MultipartError, ValueError) as error:
        raise Malformed(_("This form did not arrive whole.")) from error


def _segments(body: bytes, boundary: str) -> Iterator[_Part]:
    """The fields of a multipart body. Names are read as bytes: what they are written in is not known yet."""
    segment: MultipartSegment | None = None
    value = bytearray()
    with PushMultipartParser(boundary, max_segment_count=MAX_FIELDS, header_charset="latin-1") as parser:
        for event in parser.parse(body):
            if isinstance(event, MultipartSegment):
                segment, value = event, bytearray()
            elif event:
                value += event
            elif segment is not None and segment.filename is None:
                yield _Part((segment.name or "").encode("latin-1"), bytes(value), segment.charset or "")


def _texts(parts: list[_Part], declared: str) -> Iterator[tuple[str, str]]:
    named = next((part.value.decode("ascii", "replace") for part in parts if part.name == b"_charset_"), "")
    common = _fitting((declared, named), (piece for part in parts for piece in (part.name, part.value)))
    for part in parts:
        own = _fitting((part.charset,), (part.value,)) if part.charset else common
        yield _text(part.name, common), _text(part.value, own)


def _fitting(wanted: Iterable[str], pieces: Iterable[bytes]) -> str:
    """The first of these encodings, then UTF-8, that every piece is written in; windows-1252 if none is."""
    whole = b"\n".join(pieces)
    if whole.isascii():
        return "utf-8"
    for name in (*filter(None, map(_codec, wanted)), "utf-8"):
        try:
            whole.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return FALLBACK


def _codec(label: str) -> str:
    """Python's codec for the name of a page's encoding; empty for none, and for what is no encoding of pages."""
    name = label.strip().lower()[:40]
    try:
        return _CODECS.get(codecs.lookup(_LABELS.get(name, name)).name, "")
    except (LookupError, ValueError):
        return ""


def _text(piece: bytes, codec: str) -> str:
    """Browsers write what an old encoding lacks as `&#1078;`. Nobody types the character NUL."""
    text = piece.decode(codec, "replace").replace("\0", "")
    return text if codec == "utf-8" else _REFERENCE.sub(_referred, text)


def _referred(reference: re.Match[str]) -> str:
    number = int(reference[1])
    return chr(number) if 32 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else reference[0]
