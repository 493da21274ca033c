"""How long a database may be silent before whoever asked it is told that it is away.

Who serves is in a hurry: a request, a group of answers. Commands and the worker are patient, and so is what is known to
take long inside a request. What counts is the time spent waiting since the database last answered this task, not what a
page computes in between.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar

HURRIED_SECONDS = 4.0
PATIENT_SECONDS = 60.0
LAST_SECONDS = 0.3
"""What is left to a task whose patience is used up, to end what it began."""


class Patience:
    """`seconds` of waiting without an answer, for one task and what it starts."""

    __slots__ = ("seconds", "waited")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.waited = 0.0

    def left(self) -> float:
        """Seconds that the next step may take."""
        return max(LAST_SECONDS, self.seconds - self.waited)

    @contextlib.contextmanager
    def waiting(self, *, for_an_answer: bool = True) -> Iterator[None]:
        """Around a step: what it took counts, until the database has answered, be it with an error. To be handed a
        connection is no answer."""
        began = time.monotonic()
        try:
            yield
        except (OSError, asyncio.CancelledError):
            self.waited += time.monotonic() - began
            raise
        except BaseException:
            self.waited = 0.0
            raise
        self.waited = 0.0 if for_an_answer else self.waited + time.monotonic() - began


_current: ContextVar[Patience | None] = ContextVar("patience", default=None)


def allow(seconds: float) -> None:
    """From here on this task, and what it starts, has so much patience."""
    _current.set(Patience(seconds))


@contextlib.contextmanager
def allowing(seconds: float) -> Iterator[None]:
    """What is done inside is told after so many seconds of silence that the database is away: more where a table is
    rewritten or a file made of all answers, less where somebody asks how it stands."""
    before = _current.set(Patience(seconds))
    try:
        yield
    finally:
        _current.reset(before)


def current() -> Patience:
    """That of this task; patient, where nobody said otherwise."""
    return _current.get() or Patience(PATIENT_SECONDS)


def in_a_hurry() -> bool:
    """Whether this task has less than full patience."""
    return current().seconds < PATIENT_SECONDS
