"""Forms as bytes: in the encoding they were written in, whoever wrote them, and never a failure of ours."""

import contextlib
import gc
import sys
from types import FrameType
from typing import Any
from urllib.parse import quote_plus, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_service.core import form_encoding
from survey_service.core.errors import Malformed
from survey_service.core.form_encoding import MULTIPART, URL_ENCODED, decode

CODECS = sorted(set(form_encoding._CODECS.values()))


def sent(fields: dict[str, str], codec: str) -> bytes:
    """What a browser sends of a page in that encoding."""
    pairs = [f"{quote_plus(name, encoding=codec)}={quote_plus(text, encoding=codec)}" for name, text in fields.items()]
    return "&".join(pairs).encode("ascii")


def parted(*parts: tuple[bytes, bytes], end: bytes = b"--b--\r\n") -> bytes:
    """A multipart body: each part's header lines and its content."""
    return b"".join(b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + end


def named(name: bytes, *more: bytes) -> bytes:
    return b"\r\n".join([b'Content-Disposition: form-data; name="' + name + b'"', *more])


@pytest.mark.parametrize(
    ("body", "charset", "name"),
    [
        (b"name=J%FCrgen", "", "Jürgen"),
        (b"name=J%FCrgen", "iso-8859-1", "Jürgen"),
        (b"name=J%FCrgen", "utf-8", "Jürgen"),
        (b"name=J\xfcrgen", "", "Jürgen"),
        (b"name=J%C3%BCrgen", "", "Jürgen"),
        (b"name=J%C3%BCrgen", "UTF-8", "Jürgen"),
        (b"name=%CE%F1%E5%ED%FC", "windows-1251", "Осень"),
        (b"_charset_=windows-1251&name=%CE%F1%E5%ED%FC", "", "Осень"),
        (b"_charset_=utf-8&name=J%FCrgen", "", "Jürgen"),
        (b"name=%93%FA%96%7B", "Shift_JIS", "日本"),
        (b"name=%93%FA%96%7B", "windows-31j", "日本"),
        (b"name=%80+%93quoted%94", "", "€ “quoted”"),
        (b"name=%80", "iso-8859-1", "€"),
        (b"name=%26%231078%3B%FC", "", "жü"),
        (b"name=%26%231078%3B", "", "&#1078;"),
        (b"name=%FC%26%23999999999%3B%26%2355296%3B", "", "ü&#999999999;&#55296;"),
        (b"name=a%00b", "", "ab"),
        (b"name=100%", "", "100%"),
        (b"name=%zz%u0041", "", "%zz%u0041"),
        (b"name=%ED%A0%80", "", "í\ufffd€".replace("\ufffd", "\xa0")),
        (b"name=x", "utf-7", "x"),
        (b"name=%2BAGE-", "utf-7", "+AGE-"),
        (b"name=%5Cx41", "unicode_escape", "\\x41"),
        (b"name=x", "no such encoding", "x"),
        (b"name=x", "\\0", "x"),
    ],
)
def test_a_name_is_read_as_it_was_written(body: bytes, charset: str, name: str) -> None:
    declared = f"; charset={charset}" if charset else ""
    assert decode(body, URL_ENCODED + declared)["name"] == [name]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("how", ["declared", "field"])
def test_every_encoding_of_pages_is_read_where_it_is_named(codec: str, how: str) -> None:
    text = bytes(range(0xC0, 0xF0, 2)).decode(codec, "ignore") or "plain"
    fields = {"_charset_": codec, "na me": text} if how == "field" else {"na me": text}
    kind = URL_ENCODED if how == "field" else f'{URL_ENCODED}; charset="{codec}"'
    assert decode(sent(fields, codec), kind)["na me"] == [text]


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(), max_size=4))
def test_text_in_utf_8_is_kept(fields: dict[str, str]) -> None:
    clean = {name.replace("\0", ""): text.encode("utf-8", "ignore").decode() for name, text in fields.items()}
    expected: dict[str, list[str]] = {}
    for name, text in clean.items():
        expected.setdefault(name, []).append(text.replace("\0", ""))
    assert decode(sent(clean, "utf-8"), URL_ENCODED) == expected


@given(st.binary(max_size=200), st.sampled_from(["", "; charset=utf-8", "; charset=gbk", "; charset=x;;"]))
def test_no_bytes_are_too_odd(body: bytes, declared: str) -> None:
    for values in decode(body, URL_ENCODED + declared).values():
        for value in values:
            value.encode("utf-8")
            assert "\0" not in value
    with contextlib.suppress(Malformed):
        decode(body, f"{MULTIPART}; boundary=b{declared}")


def test_fields_keep_their_order_and_number() -> None:
    assert decode(b"a=1&&b=&a=2&c&=x&a=%20", URL_ENCODED) == {"a": ["1", "2", " "], "b": [""], "c": [""], "": ["x"]}


def test_another_kind_of_body_has_no_fields() -> None:
    for kind in ("", "application/json", "text/plain", ";;"):
        assert decode(b"a=1", kind) == {}


def test_parts_are_read_like_pairs_and_files_are_left_out() -> None:
    body = parted(
        (named(b"name"), b"J\xfcrgen"),
        (named("größe".encode("latin-1")), b"1 \r\n2"),
        (named(b"own", b"Content-Type: text/plain; charset=windows-1251"), b"\xce\xf1\xe5\xed\xfc"),
        (b'Content-Disposition: form-data; name="photo"; filename="a.jpg"', b"\xff\xd8"),
        (b'Content-Disposition: form-data; name="none"; filename=""', b""),
    )
    assert decode(body, f"{MULTIPART}; boundary=b") == {"name": ["Jürgen"], "größe": ["1 \r\n2"], "own": ["Осень"]}


@pytest.mark.parametrize(
    ("body", "boundary"),
    [(parted((named(b"a"), b"1"), end=b""), "b"), (b"a=1", "b"), (parted((named(b"a"), b"1")), ""), (b"--b\r\n", "b")],
)
def test_a_broken_form_is_said_to_be_broken(body: bytes, boundary: str) -> None:
    with pytest.raises(Malformed):
        decode(body, f"{MULTIPART}; boundary={boundary}")


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(Malformed):
        decode(b"a&" * form_encoding.MAX_FIELDS, URL_ENCODED)


@given(
    st.lists(st.sampled_from([*(bytes([n]) for n in range(256)), b"%", b"=", b"%4", b"%41", b"%0a", b"\r\n", b" \n"]))
)
def test_percent_signs_mean_what_they_mean_elsewhere(pieces: list[bytes]) -> None:
    assert form_encoding.unquoted(b"".join(pieces)) == unquote_to_bytes(b"".join(pieces))


@pytest.mark.parametrize("piece", [b"%41", b"%", b"%4", b"%zz", b"A", b"+"])
@pytest.mark.parametrize("kind", [URL_ENCODED, f"{URL_ENCODED}; charset=koi8-r"])
def test_a_longer_text_takes_no_more_steps(piece: bytes, kind: str) -> None:
    """What strangers send is read while everybody else waits: a text of a million signs as fast as C can."""
    assert _steps(b"text=" + piece * 5_000, kind) == _steps(b"text=" + piece * 10, kind)


def _steps(body: bytes, kind: str) -> int:
    """The lines of Python that reading takes."""
    steps = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return count

    decode(body, kind)  # what is looked up once
    before = sys.gettrace()
    gc.disable()  # test tools look on when it collects
    sys.settrace(count)
    try:
        decode(body, kind)
    finally:
        sys.settrace(before)
        gc.enable()
    return steps
