"""A turn is waited for in order, and not for ever."""

import asyncio

import pytest

from survey_service.core.database.turns import in_order
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
