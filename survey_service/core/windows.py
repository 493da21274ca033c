"""Stretches of time that are kept in a database, and clocks that were wrong for a while when they were written. Pure.

A clock that is set back leaves moments behind that lie ahead. Within a window they stand for what happened just now;
beyond it no right clock can have written them, and what they began is over: else one wrong hour holds for a year.
"""

from datetime import datetime, timedelta

SKEW = timedelta(minutes=1)
"""How far the clocks of machines that share a database may differ."""


def lasts(since: datetime, window: timedelta, now: datetime) -> bool:
    """Whether what began at `since` and takes `window` still goes on."""
    return -window <= now - since <= window


def begun(since: datetime, window: timedelta, now: datetime) -> datetime:
    """`since`, or the last moment at which a window that is over can have begun, where it lies too far ahead."""
    return now - window if since - now > window else since


def trusted(now: datetime, before: datetime | None, step: timedelta) -> datetime:
    """The moment by which something may be thrown away for its age: `now`, but at most a `step` after the moment by
    which that was last done. A clock that runs a year ahead for an hour then takes a step's worth, not a year's."""
    return min(now, before + step) if before else now
