"""A turn is waited for in order, and not for ever."""

import asyncio
import math
import sqlite3

import pytest

from survey_service.core.database import patience
from survey_service.core.database.turns import NotKept, WriteTurn, in_order
from survey_service.core.errors import Unavailable


async def test_a_lock_that_is_promised_to_another_is_not_waited_for_for_ever() -> None:
    """It looks free between being let go and being taken by who waited for it."""
    gate = asyncio.Lock()
    await gate.acquire()
    waiting = asyncio.create_task(gate.acquire())
    await asyncio.sleep(0)
    gate.release()
    assert not gate.locked()
    async with asyncio.timeout(5):
        with pytest.raises(Unavailable):
            await in_order(gate, 0.01)
    assert await waiting


async def write(turn: WriteTurn, fault: Exception | None = None) -> None:
    """Takes a turn, for a while."""
    async with turn.taken() as own:
        own.wrote = True
        await asyncio.sleep(0.05)
        if fault:
            raise fault


async def test_a_turn_in_which_nothing_changed_says_nothing_about_writing() -> None:
    turn = WriteTurn()
    turn.failure = sqlite3.SQLITE_FULL
    async with turn.taken():
        pass
    assert (turn.failure, turn.kept_at) == (sqlite3.SQLITE_FULL, -math.inf)
    await write(turn)
    assert turn.failure == 0


async def test_a_turn_in_which_nothing_was_written_is_no_answer() -> None:
    """Who tries again has waited already, and nobody takes it for a sign that the file can be written to."""
    turn = WriteTurn()
    with patience.allowing(1.0):
        with pytest.raises(NotKept):
            await write(turn, NotKept())
        assert patience.current().left() <= 0.95
        assert turn.kept_at == -math.inf
        await turn.gate.acquire()
        with pytest.raises(Unavailable):
            await write(turn)
        assert patience.current().left() == patience.LAST_SECONDS
        turn.gate.release()
        with pytest.raises(KeyError):
            await write(turn, KeyError())
        assert patience.current().left() == patience.LAST_SECONDS
        await write(turn)
        assert patience.current().left() == 1.0
        assert turn.kept_at > -math.inf
