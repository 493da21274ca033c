"""Patience is used up by silence alone, and is back with an answer."""

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from survey_service.core.database import patience


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(patience, "time", made)
    return made


@pytest.fixture(autouse=True)
def nobody_said_anything() -> Iterator[None]:
    before = patience._current.set(None)
    yield
    patience._current.reset(before)


def silent(given: patience.Patience, clock: Clock, seconds: float) -> None:
    with contextlib.suppress(TimeoutError), given.waiting():
        clock.now += seconds
        raise TimeoutError


def test_who_says_nothing_is_patient() -> None:
    assert patience.current().left() == patience.PATIENT_SECONDS
    assert not patience.in_a_hurry()


def test_silence_adds_up_and_an_answer_ends_it(clock: Clock) -> None:
    patience.allow(4.0)
    given = patience.current()
    silent(given, clock, 3.0)
    assert given.left() == pytest.approx(1.0)
    silent(given, clock, 3.0)
    assert given.left() == patience.LAST_SECONDS, "enough to end what was begun"
    with given.waiting():
        clock.now += 2.0
    assert given.left() == 4.0


def test_an_error_that_the_database_tells_is_an_answer(clock: Clock) -> None:
    given = patience.Patience(4.0)
    silent(given, clock, 3.0)
    with pytest.raises(ValueError, match="syntax"), given.waiting():
        raise ValueError("syntax")
    assert given.left() == 4.0


def test_to_be_handed_a_connection_is_no_answer(clock: Clock) -> None:
    given = patience.Patience(4.0)
    with given.waiting(for_an_answer=False):
        clock.now += 1.5
    assert given.left() == pytest.approx(2.5)


def test_what_a_page_computes_in_between_does_not_count(clock: Clock) -> None:
    given = patience.Patience(4.0)
    clock.now += 30.0
    assert given.left() == 4.0


async def test_a_task_that_is_started_has_the_patience_of_who_started_it() -> None:
    async def asked() -> float:
        return patience.current().seconds

    patience.allow(4.0)
    assert await asyncio.create_task(asked()) == 4.0
    with patience.allowing(60.0):
        assert not patience.in_a_hurry()
        assert await asyncio.create_task(asked()) == 60.0
    assert patience.in_a_hurry()
