"""Histograms per day as a trend: buckets, the period before, gaps, and breaks between question revisions.

Days are dates in the workspace's time zone; periods include both their ends.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple, TypeVar

import msgspec

from survey_service.nps.histogram import Histogram

Step = Literal["day", "week", "month"]
Key = TypeVar("Key")

# More points than about 45 cannot be told apart in a figure a page wide.
DAYS_BY_DAY = 45
DAYS_BY_WEEK = 200
# Eleven years of days: a period typed as 0001…9999 must not be filled day by day.
MAX_BUCKETS = 4000
SHORTEST: Mapping[Step, int] = {"day": 1, "week": 7, "month": 28}
EMPTY = Histogram()


class Period(msgspec.Struct, frozen=True, order=True):
    """From `first` to `last`, both included. Raises ValueError when they are the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it begins ({self.first})")

    @property
    def days(self) -> int:
        return self.last.toordinal() - self.first.toordinal() + 1


class DayCount(NamedTuple):
    """One day's answers to one revision of a question."""

    day: date
    revision: int
    histogram: Histogram


class Bucket(NamedTuple):
    """A day, ISO week or month: its key (`2026-10-05`, `2026-W44`, `2026-10`) and its days, both included."""

    key: str
    first: date
    last: date


class Point(NamedTuple):
    """A bucket of a trend, cut to the period; an empty histogram where nobody answered."""

    key: str
    first: date
    last: date
    histogram: Histogram


class Segment(NamedTuple):
    """The unbroken part of a trend that belongs to one question revision (None: no answers at all)."""

    revision: int | None
    points: list[Point]


COARSER: dict[Step, Step] = {"day": "week", "week": "month", "month": "month"}


def choose_step(period: Period) -> Step:
    """The step that gives a readable number of points: days to six weeks, weeks to half a year, then months."""
    if period.days <= DAYS_BY_DAY:
        return "day"
    return "week" if period.days <= DAYS_BY_WEEK else "month"


def readable_step(days: Iterable[DayCount], period: Period, enough: int) -> Step:
    """`choose_step`, or the next coarser one where the usual point would have fewer than `enough` answers."""
    step = choose_step(period)
    sizes = sorted(histogram.n for histogram in grouped(days, step).values() if histogram)
    if not sizes or sizes[len(sizes) // 2] >= enough:
        return step
    return COARSER[step]


def previous_period(period: Period) -> Period | None:
    """The period to compare with: as many calendar months for whole months, else as many days, directly before.

    So March has February, a year the year before. None before the calendar's first day (0001-01-01).
    """
    if _whole_months(period):
        return _months_before(period)
    first = period.first.toordinal() - period.days
    if first < 1:
        return None
    return Period(date.fromordinal(first), date.fromordinal(period.first.toordinal() - 1))


def span(days: Iterable[DayCount]) -> Period | None:
    """From the first to the last day with answers; None when there are none."""
    answered = _merged((count.day, count.histogram) for count in days)
    return Period(min(answered), max(answered)) if answered else None


def bucket_of(day: date, step: Step) -> Bucket:
    """The whole bucket a day lies in; weeks run from Monday and have their ISO year (ISO 8601)."""
    if step == "day":
        return Bucket(day.isoformat(), day, day)
    if step == "month":
        last = day.replace(day=monthrange(day.year, day.month)[1])
        return Bucket(f"{day.year:04d}-{day.month:02d}", day.replace(day=1), last)
    year, week, weekday = day.isocalendar()
    monday = day.toordinal() - weekday + 1
    sunday = min(monday + 6, date.max.toordinal())
    return Bucket(f"{year:04d}-W{week:02d}", date.fromordinal(monday), date.fromordinal(sunday))


def buckets(period: Period, step: Step) -> list[Bucket]:
    """Every bucket of a period in order, the first and last cut to it.

    Raises ValueError for more than MAX_BUCKETS.
    """
    if period.days > MAX_BUCKETS * SHORTEST[step]:
        raise ValueError(f"{period.days} days are too many to show by {step}")
    found = []
    day = period.first.toordinal()
    while day <= period.last.toordinal():
        key, first, last = bucket_of(date.fromordinal(day), step)
        found.append(Bucket(key, max(first, period.first), min(last, period.last)))
        day = last.toordinal() + 1
    return found


def grouped(days: Iterable[DayCount], step: Step) -> dict[str, Histogram]:
    """The histogram of each bucket that has answers, by key in order of time; revisions together."""
    found = _merged((bucket_of(count.day, step).first, count.histogram) for count in days)
    return {bucket_of(first, step).key: found[first] for first in sorted(found)}


def series(days: Iterable[DayCount], period: Period, step: Step) -> list[Segment]:
    """A trend of the period, one segment per question revision, in the order in which they began.

    Together the segments have a point for every bucket, empty ones included; a gap between two
    revisions belongs to the earlier. A bucket in which two revisions were answered has a point in each.
    Days outside the period are left out. Raises ValueError for more than MAX_BUCKETS buckets.
    """
    frame = buckets(period, step)
    collected = _by_revision(days, period, frame, step)
    if not collected:
        return [Segment(None, [Point(*bucket, EMPTY) for bucket in frame])]
    revisions = sorted(collected, key=lambda revision: (min(collected[revision]), revision))
    begins = [0, *(min(collected[revision]) for revision in revisions[1:])]
    ends = [max(begin - 1, 0) for begin in begins[1:]] + [len(frame) - 1]
    return [
        _segment(revision, frame[begin : max(end, *collected[revision]) + 1], begin, collected[revision])
        for revision, begin, end in zip(revisions, begins, ends, strict=True)
    ]


def breaks(segments: list[Segment]) -> list[str]:
    """The keys of the buckets in which a new question revision begins; none for an unbroken trend."""
    return [segment.points[0].key for segment in segments[1:]]


def _by_revision(
    days: Iterable[DayCount], period: Period, frame: list[Bucket], step: Step
) -> dict[int, dict[int, Histogram]]:
    """revision → position in `frame` → histogram, where the period has answers."""
    position = {bucket.key: index for index, bucket in enumerate(frame)}
    merged = _merged(
        ((revision, position[bucket_of(day, step).key]), histogram)
        for day, revision, histogram in days
        if period.first <= day <= period.last
    )
    collected: defaultdict[int, dict[int, Histogram]] = defaultdict(dict)
    for (revision, index), histogram in merged.items():
        collected[revision][index] = histogram
    return collected


def _merged(parts: Iterable[tuple[Key, Histogram]]) -> dict[Key, Histogram]:
    """The sum per key, without keys whose answers were all taken away again."""
    collected: defaultdict[Key, list[Histogram]] = defaultdict(list)
    for key, histogram in parts:
        collected[key].append(histogram)
    sums = ((key, Histogram.merge(histograms)) for key, histograms in collected.items())
    return {key: histogram for key, histogram in sums if histogram}


def _segment(revision: int, frame: list[Bucket], begin: int, collected: Mapping[int, Histogram]) -> Segment:
    points = [Point(*bucket, collected.get(begin + offset, EMPTY)) for offset, bucket in enumerate(frame)]
    return Segment(revision, points)


def _whole_months(period: Period) -> bool:
    return period.first.day == 1 and period.last == bucket_of(period.last, "month").last


def _months_before(period: Period) -> Period | None:
    begin = _month_number(period.first)
    count = _month_number(period.last) - begin + 1
    if begin - count < _month_number(date.min):
        return None
    year, month = divmod(begin - count, 12)
    return Period(date(year, month + 1, 1), date.fromordinal(period.first.toordinal() - 1))


def _month_number(day: date) -> int:
    """Months since the year 0, so that months can be subtracted."""
    return day.year * 12 + day.month - 1
