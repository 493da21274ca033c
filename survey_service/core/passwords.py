"""Passwords: argon2id in a few threads, the same work whether an account exists or not, and which are too weak."""

import asyncio
import contextlib
import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, InvalidHashError, VerificationError
from argon2.low_level import error_to_str

from survey_service.core import guessing, logs
from survey_service.core.errors import Unavailable
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.tokens import new_secret

MIN_LENGTH = 12
MAX_LENGTH = 512
MIN_DIFFERENT = 5
"""Fewer different characters than this are a pattern, not a password."""

# OWASP's first choice (46 MiB, one lane) with a second pass. Each hash takes that memory, so threads bound them.
HASHER = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)
THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


NO_MEMORY = error_to_str(-22)
"""What argon2 says where it could not get its memory (ARGON2_MEMORY_ALLOCATION_ERROR)."""

log = logs.get(__name__)


async def hashed(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt. Raises Unavailable where memory is short."""
    with _memory():
        return await asyncio.get_running_loop().run_in_executor(THREADS, HASHER.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Whether `password` has the hash `stored`. Without a hash it works as long, and the answer is no. Raises
    Unavailable where memory is short: a right password is not wrong for that."""
    with _memory():
        return await asyncio.get_running_loop().run_in_executor(THREADS, _matches, stored, password)


@contextlib.contextmanager
def _memory() -> Iterator[None]:
    """Where there is none left for a hash or its thread, whoever asks is told to come again."""
    try:
        yield
    except (HashingError, VerificationError, MemoryError, RuntimeError) as error:
        log.warning("password_memory_short", reason=str(error))
        raise Unavailable(_("Try again in a moment."), retry_after=3) from error


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


@functools.cache
def _decoy() -> str:
    return HASHER.hash(new_secret())


def _matches(stored: str | None, password: str) -> bool:
    decoy = _decoy()
    try:
        return HASHER.verify(stored or decoy, password) and bool(stored)
    except (VerificationError, InvalidHashError) as error:
        if str(error) == NO_MEMORY:
            raise
        return False


def weakness(password: str, *known: str) -> str | None:
    """What is wrong with a new password, as a sentence that says what to do; None if it will do.

    `known` are texts that an attacker knows too, such as the person's address. (NIST SP 800-63B: length and
    guessability count, mixtures of signs do not.)
    """
    if len(password) < MIN_LENGTH:
        return _("Use %(n)s characters or more. A few unrelated words are easy to remember.", n=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        return _("Use %(n)s characters or fewer.", n=MAX_LENGTH)
    if len(set(password)) < MIN_DIFFERENT:
        return _("Use more different characters.")
    whose = guessing.guesses(password, guessing.words_of(known))
    if whose >= guessing.ENOUGH:
        return None
    if whose < guessing.guesses(password):
        return _("Use something that is not made of your own name, address or company.")
    return _("This is easy to guess: it is made of common passwords or of rows of keys. Use a few unrelated words.")
