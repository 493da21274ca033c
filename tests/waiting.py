"""Waiting for what another process or thread does."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE = 0.02


def eventually(look: Callable[[], T | None], what: str, seconds: float = 30.0) -> T:
    """The first thing that `look` finds; an AssertionError naming `what` after so many seconds without."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(PAUSE)
    raise AssertionError(f"After {seconds:.0f} s still no {what}")


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Waits until it holds."""
    eventually(holds, "sign of it", seconds)
