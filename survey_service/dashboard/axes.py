"""Axes of drawings: which round numbers stand beside them. Pure."""

import itertools
import math
from collections.abc import Iterable
from typing import NamedTuple

from survey_service.dashboard import words

ROUND = (1, 2, 2.5, 5)
"""What steps of an axis begin with; 2.5 only from 25 on, for half a point is no answer."""
FEWEST_TICKS, MOST_TICKS = 3, 5


class Axis(NamedTuple):
    """A vertical axis from `low` to `high` with its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]


def nice_axis(low: float, high: float, finest: float = 1) -> Axis:
    """Three to five round ticks around `low`…`high`; no step is smaller than `finest`."""
    first, last, step = next(ends for ends in _ends(low, high, finest) if ends[1] - ends[0] < MOST_TICKS)
    last = max(last, first + FEWEST_TICKS - 1)
    ticks = tuple(round(number * step, 1) for number in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def _ends(low: float, high: float, finest: float) -> Iterable[tuple[int, int, float]]:
    """First and last tick in units of each step, and the step: `finest` and rounder and rounder ones."""
    sizes = (start * finest * 10**power for power in itertools.count() for start in ROUND)
    for step in (size for size in sizes if size >= 10 or size != 2.5 * finest):
        yield math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9), step


def scale_axis(low: int, high: int) -> Axis:
    """A whole scale with every answer, every second or every third one as a tick."""
    every = next(step for step in range(1, high) if (high - low) // step < MOST_TICKS)
    return Axis(low, high, tuple(range(low, high + 1, every)))


def tick_text(tick: float) -> str:
    """A tick in figures: `40`, `0.5`."""
    return words.rounded(tick, int(tick % 1 != 0))
