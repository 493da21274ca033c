"""How a year's answers are cut into slices that can be made one by one, in any process."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import msgspec

from survey_service.demo import seasons
from survey_service.demo.company import Company
from survey_service.demo.people import Crowd

DAYS = 365
ANSWERS_AT_ONCE = 4_000
"""Answers of one slice: what a process makes at a time."""
OPENING, CLOSING = 9.0, 20.0
NEWEST_BEFORE_NOW = timedelta(minutes=2)


class Year(msgspec.Struct, frozen=True):
    """Everything that decides what the answers are: the same year is filled the same way every time."""

    company: Company
    seed: int
    responses: int
    now: datetime

    @property
    def last_day(self) -> date:
        """Today, in the company's time zone."""
        return self.now.astimezone(ZoneInfo(self.company.time_zone)).date()

    @property
    def days(self) -> list[date]:
        """The days that are filled, today included."""
        last = self.last_day
        return [last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]

    def crowd(self) -> Crowd:
        """The company's customers."""
        return Crowd(self.seed, self.responses, self.now - timedelta(days=DAYS), timedelta(days=DAYS))


class Slice(msgspec.Struct, frozen=True):
    """Consecutive days, or part of one, and how many answers each brings."""

    number: int
    days: tuple[tuple[date, int], ...]
    before: int = 0
    """How many answers of the first day are in earlier slices."""

    @property
    def answers(self) -> int:
        """How many answers there are in it."""
        return sum(count for _, count in self.days)


def slices(year: Year, size: int = ANSWERS_AT_ONCE) -> Iterator[Slice]:
    """The year in slices of about `size` answers, oldest first."""
    waiting: list[tuple[date, int]] = []
    number = held = before = 0
    for day, every in zip(year.days, day_counts(year), strict=True):
        left = every
        while left:
            before = before if waiting else every - left
            part = min(left, size - held)
            waiting, held, left = [*waiting, (day, part)], held + part, left - part
            if held == size:
                yield Slice(number, tuple(waiting), before)
                number, waiting, held = number + 1, [], 0
    if waiting:
        yield Slice(number, tuple(waiting), before)


def day_counts(year: Year) -> list[int]:
    """Answers of each day; they add up to all of the year's. Today has its share of the hours that are over."""
    weights = seasons.day_weights(year.days)
    weights[-1] *= _part_of_today(year)
    shares = list(accumulate(weights))
    ends = [round(year.responses * share / shares[-1]) for share in shares]
    return [end - start for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _part_of_today(year: Year) -> float:
    local = year.now.astimezone(ZoneInfo(year.company.time_zone))
    return min(max((local.hour + local.minute / 60 - OPENING) / (CLOSING - OPENING), 0.0), 1.0)


def invited_from(year: Year, per_answer: float, most: int) -> date:
    """The first day from which on `per_answer` invitations for each answer are no more than `most`."""
    left = most / per_answer
    chosen = year.last_day + timedelta(days=1)
    for day, count in zip(reversed(year.days), reversed(day_counts(year)), strict=True):
        left -= count
        if left < 0:
            break
        chosen = day
    return chosen


@lru_cache(maxsize=4096)
def midnight(zone: str, day: date) -> datetime:
    """The moment in UTC when `day` begins in the zone."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def moment(zone: str, day: date, second: float, now: datetime, opening: float) -> datetime:
    """The moment of a local day's second. One that is still to come falls between the `opening` second and now; if
    that is still to come too, it is taken back by whole days."""
    begin, latest = midnight(zone, day), now - NEWEST_BEFORE_NOW
    at, first = begin + timedelta(seconds=second), begin + timedelta(seconds=opening)
    if at > latest >= first:
        return first + (latest - first) * (second % 3600 / 3600)
    while at > latest:
        at -= timedelta(days=1)
    return at


def ordered(part: Slice) -> list[tuple[date, int]]:
    """A day for each answer, and the answer's number on it."""
    before = [part.before, *(0 for _ in part.days[1:])]
    return [
        (day, first + number) for (day, count), first in zip(part.days, before, strict=True) for number in range(count)
    ]
