"""Ids of our own making: UUID version 7 (RFC 9562), so that inserts stay at the end of an index."""

import os
import time
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as a digit or the other way round."""


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


def readable_code(number: int, length: int) -> str:
    """The lowest 5·`length` bits of `number` as `length` characters that people can read aloud."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def random_code(length: int) -> str:
    """A random code of `length` readable characters, lower case; 5 bits each."""
    return readable_code(int.from_bytes(os.urandom(length), "big"), length).lower()
