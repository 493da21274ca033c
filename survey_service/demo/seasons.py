"""When people buy flowers: how many answers a day brings, at which hours, and how long the queue is. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from survey_service.demo.chance import Urn

BY_WEEKDAY = (0.85, 0.85, 0.9, 0.95, 1.25, 1.4, 0.8)
"""Monday to Sunday."""
CLOSED: Mapping[tuple[int, int], float] = {(12, 25): 0.15, (1, 1): 0.2}
BUSY_FROM = 1.5
"""From this season's factor on there is a queue at the till."""
GROWTH = 0.15
"""How much busier the year's last day is than its first, seasons aside."""

SHOP_HOURS = Urn.of({9: 3, 10: 4, 11: 6, 12: 8, 13: 7, 14: 5, 15: 5, 16: 7, 17: 10, 18: 9, 19: 4})
SUNDAY_HOURS = Urn.of({10: 5, 11: 8, 12: 9, 13: 8, 14: 6, 15: 5, 16: 3})
HOME_HOURS = Urn(range(7, 23), (2, 4, 4, 3, 3, 5, 4, 3, 3, 4, 5, 6, 8, 9, 6, 2))
"""The hours in which answers begin: in a shop, in a shop on Sunday, and at home."""
OPENING, SUNDAY_OPENING, WAKING = 9 * 3600.0, 10 * 3600.0, 7 * 3600.0
"""Seconds after midnight at which these hours begin."""


@lru_cache(maxsize=4096)
def season(day: date) -> float:
    """How many times as many answers as on a plain day: Valentine's, 8 March, Mother's Day and December bring more."""
    if (day.month, day.day) in CLOSED:
        return CLOSED[day.month, day.day]
    factor = 1.45 if day.month == 12 and day.day >= 8 else 1.0
    for feast, before, peak in _feasts(day.year):
        distance = (feast - day).days
        if 0 <= distance <= before:
            factor = max(factor, 1 + (peak - 1) * (1 - distance / (before + 1)))
    return factor


def is_busy(day: date) -> bool:
    """Whether customers wait longer than they are used to."""
    return season(day) >= BUSY_FROM


def day_weights(days: Sequence[date]) -> list[float]:
    """How the answers of a period are spread over its `days`; only ratios count."""
    grown = GROWTH / max(1, len(days) - 1)
    return [season(day) * BY_WEEKDAY[day.weekday()] * (1 + grown * number) for number, day in enumerate(days)]


def second_of_day(random: Random, day: date, *, in_shop: bool) -> float:
    """When on its local day an answer is given, in seconds after midnight."""
    hours = HOME_HOURS if not in_shop else SUNDAY_HOURS if day.weekday() == 6 else SHOP_HOURS
    return 3600 * (hours.draw(random) + random.random())


def first_second(day: date, *, in_shop: bool) -> float:
    """The second of its local day from which on answers are given."""
    return WAKING if not in_shop else SUNDAY_OPENING if day.weekday() == 6 else OPENING


def is_closed(day: date) -> bool:
    """Whether the shops are shut: whoever answers then does so at home."""
    return (day.month, day.day) in CLOSED


def mothers_day(year: int) -> date:
    """The second Sunday in May."""
    first = date(year, 5, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7)


@lru_cache
def _feasts(year: int) -> tuple[tuple[date, int, float], ...]:
    """The day, how many days before it people begin to buy, and the factor of the day itself."""
    return (
        (date(year, 2, 14), 4, 3.2),
        (date(year, 3, 8), 5, 3.0),
        (mothers_day(year), 5, 2.4),
        (date(year, 12, 24), 6, 2.2),
        (date(year, 12, 31), 2, 1.8),
    )
