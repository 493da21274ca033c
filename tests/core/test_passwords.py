"""Passwords: the same work for everybody, and which are refused."""

import asyncio
import time
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import HashingError, VerificationError

from survey_service.core import passwords
from survey_service.core.errors import Unavailable
from tests.threads import NoThread


async def test_the_right_password_matches_and_another_does_not() -> None:
    stored = await passwords.hashed("seven swans a swimming")
    assert stored.startswith("$argon2id$")
    assert await passwords.matches(stored, "seven swans a swimming")
    assert not await passwords.matches(stored, "seven swans a swimminG")


async def test_nothing_matches_an_account_without_a_password() -> None:
    assert not await passwords.matches(None, "")
    assert not await passwords.matches("", "seven swans a swimming")
    assert not await passwords.matches("nonsense", "seven swans a swimming")


async def test_an_unknown_account_costs_as_much_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One hash is verified for it, too, and it is like those of accounts: its length, and what it costs."""
    stored, verified = await passwords.hashed("seven swans a swimming"), []

    class Counting(PasswordHasher):
        """Tells what it is asked for."""

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            verified.append(hash)
            return super().verify(hash, password)

    today = extract_parameters(stored)
    monkeypatch.setattr(passwords, "HASHER", Counting.from_parameters(today))
    assert not await passwords.matches(None, "six geese a laying")
    assert not await passwords.matches(stored, "six geese a laying")
    decoy, known = (extract_parameters(str(hash)) for hash in verified)
    assert decoy == known
    assert verified[1] == stored


async def test_hashing_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0

    def slow(stored: str | None, password: str) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.01)
        running -= 1
        return False

    monkeypatch.setattr(passwords, "_matches", slow)
    await asyncio.gather(*(passwords.matches(None, str(n)) for n in range(12)))
    assert most == 2


@pytest.mark.parametrize("short", [HashingError(passwords.NO_MEMORY), MemoryError()])
async def test_a_password_that_no_memory_is_left_for_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, short: Exception
) -> None:
    class Short:
        def hash(self, password: str) -> str:
            raise short

        def verify(self, stored: str, password: str) -> bool:
            raise VerificationError(passwords.NO_MEMORY)

    stored = await passwords.hashed("seven swans a swimming")
    await passwords.matches(None, "warm")
    monkeypatch.setattr(passwords, "HASHER", Short())
    for asked in (passwords.hashed("seven swans a swimming"), passwords.matches(stored, "seven swans a swimming")):
        with pytest.raises(Unavailable) as told:
            await asked
        assert told.value.retry_after


async def test_a_password_that_no_thread_is_left_for_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "THREADS", NoThread())
    for asked in (passwords.hashed("seven swans a swimming"), passwords.matches(None, "seven swans a swimming")):
        with pytest.raises(Unavailable):
            await asked


def test_argon2_says_so_where_memory_is_short() -> None:
    assert passwords.NO_MEMORY == "Memory allocation error"


def test_a_hash_of_weaker_parameters_is_outdated() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1)
    assert passwords.is_outdated(weak.hash("seven swans a swimming"))
    assert not passwords.is_outdated(passwords.HASHER.hash("seven swans a swimming"))


@pytest.mark.parametrize(
    ("password", "part"),
    [
        ("short", "12 characters"),
        ("a" * 513, "512 characters or fewer"),
        ("abababababab", "different"),
        ("AliceExample", "your own name"),
        ("linden flowers", "your own name"),
        ("Linden-Flowers-2026!", "your own name"),
        ("survey-service-1", "easy to guess"),
        ("Password1234!", "easy to guess"),
    ],
)
def test_weak_passwords_are_refused_with_what_to_do(password: str, part: str) -> None:
    assert part in (passwords.weakness(password, "alice@example.org", "Linden Flowers") or "")


@pytest.mark.parametrize("password", ["seven swans a swimming", "ሰባት ዝዋኖች በሐይቁ ላይ", "x9$kQ-4vLp!2"])
def test_good_passwords_pass(password: str) -> None:
    assert passwords.weakness(password, "alice@example.org", "Linden Flowers", "") is None
