"""Signed tokens and hashed secrets.

A token is bound to a purpose (its own salt), so that one made for a mail cannot be replayed as another. It is signed by
the newest key and read by each (`core.keyring`), with HMAC-SHA-256, and has one spelling: no other text is read as it.
Secrets that we hand out (sessions, API keys, sign-in links) are stored as SHA-256 only: they carry 256 random
bits, so that a slow hash would add nothing.
"""

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Any
from uuid import UUID

from itsdangerous import BadSignature, SignatureExpired, Signer, TimestampSigner, URLSafeSerializer
from itsdangerous import URLSafeTimedSerializer as TimedSerializer
from itsdangerous.encoding import base64_encode, want_bytes

from survey_service.core.keyring import Keyring


class BadToken(Exception):
    """Not signed by us for this purpose."""


class ExpiredToken(BadToken):
    """Signed by us, but too long ago."""


class _OneSpelling(Signer):
    """Compares signatures as they are written. Base64 would take several texts for the same bytes: other bits at the
    end, padding, characters of no meaning."""

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        signed, written = want_bytes(value), want_bytes(sig)
        made = (self.algorithm.get_signature(self.derive_key(key), signed) for key in reversed(self.secret_keys))
        return any(hmac.compare_digest(written, base64_encode(each)) for each in made)


class _TimedInOneSpelling(_OneSpelling, TimestampSigner):
    """The same with the moment of signing."""


HOW: dict[str, Any] = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}


@lru_cache(maxsize=256)
def _timed(keys: tuple[str, ...], purpose: str) -> TimedSerializer:
    """The library takes the oldest key first."""
    return TimedSerializer(keys[::-1], salt=purpose, signer=_TimedInOneSpelling, signer_kwargs=HOW)


@lru_cache(maxsize=64)
def _untimed(keys: tuple[str, ...], purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(keys[::-1], salt=purpose, signer=_OneSpelling, signer_kwargs=HOW)


def sign(keys: Keyring, purpose: str, payload: object) -> str:
    """A URL-safe token with `payload` (JSON types), valid for `purpose` only."""
    return _timed((keys.signing,), purpose).dumps(payload)


def read(keys: Keyring, purpose: str, token: str, max_age: int | None = None) -> object:
    """The payload of a token made by `sign`. `max_age` in seconds. Raises BadToken or ExpiredToken."""
    try:
        return _timed(keys.keys, purpose).loads(token, max_age=max_age)
    except SignatureExpired as error:
        raise ExpiredToken("The token has expired") from error
    except (BadSignature, ValueError, UnicodeError) as error:
        raise BadToken("The token is not ours") from error


def sign_id(keys: Keyring, purpose: str, identity: UUID) -> str:
    """A short token that names one row and never expires by itself; the row decides whether it still holds."""
    return _untimed((keys.signing,), purpose).dumps(identity.hex)


def read_id(keys: Keyring, purpose: str, token: str) -> UUID:
    """The id in a token made by `sign_id`. Raises BadToken."""
    try:
        return UUID(_untimed(keys.keys, purpose).loads(token))
    except (BadSignature, ValueError, UnicodeError, AttributeError, TypeError) as error:
        raise BadToken("The token is not ours") from error


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """SHA-256 of a random secret, as 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed(key: str, purpose: str, text: str) -> str:
    """HMAC-SHA-256 of `text` for `purpose`, as 64 hexadecimal digits."""
    return hmac.new(key.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Equality in constant time, for any text (compare_digest alone refuses non-ASCII)."""
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))
