"""Signed tokens and hashed secrets.

A token is bound to a purpose (its own salt), so that one made for a mail cannot be replayed as another.
Secrets that we hand out (sessions, API keys, sign-in links) are stored as SHA-256 only: they carry 256 random
bits, so that a slow hash would add nothing.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache
from uuid import UUID

from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer


class BadToken(Exception):
    """Not signed by us for this purpose."""


class ExpiredToken(BadToken):
    """Signed by us, but too long ago."""


@lru_cache(maxsize=64)
def _timed(secret: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=purpose)


def sign(secret: str, purpose: str, payload: object) -> str:
    """A URL-safe token with `payload` (JSON types), valid for `purpose` only."""
    return _timed(secret, purpose).dumps(payload)


def read(secret: str, purpose: str, token: str, max_age: int | None = None) -> object:
    """The payload of a token made by `sign`. `max_age` in seconds. Raises BadToken or ExpiredToken."""
    try:
        return _timed(secret, purpose).loads(token, max_age=max_age)
    except SignatureExpired as error:
        raise ExpiredToken("The token has expired") from error
    except (BadSignature, ValueError, UnicodeError) as error:
        raise BadToken("The token is not ours") from error


def sign_id(secret: str, purpose: str, identity: UUID) -> str:
    """A short token that names one row and never expires by itself; the row decides whether it still holds."""
    return URLSafeSerializer(secret, salt=purpose).dumps(identity.hex)


def read_id(secret: str, purpose: str, token: str) -> UUID:
    """The id in a token made by `sign_id`. Raises BadToken."""
    try:
        return UUID(URLSafeSerializer(secret, salt=purpose).loads(token))
    except (BadSignature, ValueError, UnicodeError, AttributeError, TypeError) as error:
        raise BadToken("The token is not ours") from error


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """SHA-256 of a random secret, as 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed(secret: str, purpose: str, text: str) -> str:
    """HMAC-SHA-256 of `text` for `purpose`, as 64 hexadecimal digits."""
    return hmac.new(secret.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Equality in constant time, for any text (compare_digest alone refuses non-ASCII)."""
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))
