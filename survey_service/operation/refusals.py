"""What a connection is told that is ended by a bound, before the application has seen a request of it or in its place.

Browsers that ask for a page get a small one in a language that they wish for, programs of the API problem details,
others a sentence. Each is made once and kept; of what was sent only the beginnings of two header lines are read.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from http import HTTPStatus

import msgspec

from survey_service.core import i18n
from survey_service.core.asgi import Headers

RETRY_SECONDS = 2
SENTENCES = {
    400: "The request cannot be read.",
    408: "The request did not come to its end in time.",
    414: "The address is too long.",
    501: "The body is coded in a way that is not known here.",
    431: "The header lines are too long.",
    503: "The service is busy. Try again in a moment.",
}
CODES = {400: "malformed", 408: "timeout", 414: "too_large", 501: "unsupported", 431: "too_large", 503: "unavailable"}
LOOKED_AT = 120
"""Bytes of a header line: browsers say by then what they want, and more is not looked through for who is refused."""
POLICY = (b"content-security-policy", b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *")
"""Of the page: it loads and sends nothing. A survey may stand inside another site, and says so there."""

Told = tuple[Headers, bytes]


def told(status: int, target: bytes, headers: Headers) -> Told:
    """The headers, without those of the connection, and the body, for a request for `target` with these headers, as
    far as they have come."""
    accepted = _beginning(headers, b"accept")
    if b"/api/" in target[:LOOKED_AT] or (b"json" in accepted and b"text/html" not in accepted):
        return _problem(status)
    if b"text/html" in accepted:
        wish = _beginning(headers, b"accept-language").decode("latin-1")
        return _page(status, i18n.negotiate(wish, tuple(i18n.LANGUAGES), "en"))
    return _sentence(status)


def written(status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bytes:
    """The whole answer, as it goes out."""
    lines = [b"%s: %s\r\n" % header for header in headers]
    phrase = HTTPStatus(status).phrase.encode()
    return b"".join([b"HTTP/1.1 %d %s\r\n" % (status, phrase), *lines, b"\r\n", body])


def _beginning(headers: Headers, name: bytes) -> bytes:
    return next((value[:LOOKED_AT] for known, value in headers if known == name), b"")


@lru_cache
def _sentence(status: int) -> Told:
    return _whole(status, b"text/plain; charset=utf-8", SENTENCES[status].encode())


@lru_cache
def _problem(status: int) -> Told:
    words = {"type": "about:blank", "title": SENTENCES[status], "status": status, "detail": SENTENCES[status]}
    return _whole(status, b"application/problem+json", msgspec.json.encode({**words, "code": CODES[status]}))


@lru_cache(maxsize=256)
def _page(status: int, language: str) -> Told:
    """What respondents read elsewhere too when the house is busy, or when something did not get through."""
    key = "busy" if status == 503 else "unread"
    title, text = (escape(i18n.text(f"{key}_{part}", language)) for part in ("title", "text"))
    page = (
        f'<!doctype html><html lang="{language}" dir="{i18n.direction(language)}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><h1>{title}</h1><p>{text}</p></html>"
    )
    headers, body = _whole(status, b"text/html; charset=utf-8", page.encode())
    return [*headers, POLICY], body


def _whole(status: int, kind: bytes, body: bytes) -> Told:
    headers: Headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    if status == 503:
        headers.append((b"retry-after", str(RETRY_SECONDS).encode()))
    return headers, body
