"""Heads of requests: which are refused before anything is done, and what one says that offers another protocol."""

from survey_service.core.asgi import LONGEST_LENGTH, Headers
from survey_service.operation.connections import Bounds

OFFERS = (b"upgrade", b"http2-settings")
"""What offers another protocol, as header lines and as their names in `Connection`."""


def fault(url: bytes, headers: Headers, at_most: int, version: str, bounds: Bounds) -> int:
    """The status that refuses a head, 0 if all is well with it. `at_most` bytes were read for it; `version` is that of
    HTTP, such as 1.1."""
    if len(url) > bounds.target_bytes:
        return 414
    if len(headers) > bounds.headers:
        return 431
    if at_most > bounds.head_bytes and sum(len(name) + len(value) + 4 for name, value in headers) > bounds.head_bytes:
        return 431
    hosts = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"content-length":
            if len(value) > LONGEST_LENGTH:
                return 400
        elif name == b"transfer-encoding" and value.strip().lower() != b"chunked":
            return 501
    return 0 if hosts == 1 or (not hosts and version != "1.1") else 400


def without_offers(method: bytes, url: bytes, version: str, headers: Headers) -> bytes:
    """The head of the same request as if it offered no other protocol (RFC 9110, 7.8), up to its empty line."""
    lines = [b"%s %s HTTP/%s" % (method, url, version.encode())]
    for name, value in headers:
        if name == b"connection":
            value = b", ".join(said for part in value.split(b",") if (said := part.strip()).lower() not in OFFERS)
        if name not in OFFERS:
            lines.append(b"%s: %s" % (name, value))
    return b"\r\n".join([*lines, b"", b""])
