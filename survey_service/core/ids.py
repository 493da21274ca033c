"""Ids of our own making: UUID version 7 (RFC 9562), so that inserts stay at the end of an index."""

import base64
import os
import time
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as a digit or the other way round."""
_READABLE = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())


def new_id() -> UUID:
    """A new UUID version 7: 48 bits of milliseconds, 74 random bits."""
    return id_at(time.time_ns() // 1_000_000)


def id_at(milliseconds: int, randomness: bytes | None = None) -> UUID:
    """The UUID version 7 of a moment in Unix milliseconds, with 10 bytes of `randomness` (fresh if None)."""
    tail = int.from_bytes(randomness if randomness is not None else os.urandom(10), "big")
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80 | tail
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def readable_code(content: bytes) -> str:
    """`content` (a multiple of 5 bytes) as 8 characters for each 5 bytes, which people can read aloud."""
    return base64.b32encode(content).translate(_READABLE).decode()


def random_code(length: int) -> str:
    """A random code of `length` readable characters, lower case; 5 bits each."""
    return readable_code(os.urandom(-(-length // 8) * 5))[:length].lower()
