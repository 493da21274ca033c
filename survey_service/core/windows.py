"""Stretches of time that are kept in a database, and clocks that were wrong for a while when they were written. Pure.

A clock that is set back leaves moments behind that lie ahead. Within a window they stand for what happened just now;
beyond it no right clock can have written them, and what they began is over: else one wrong hour holds for a year.
"""

from datetime import datetime, timedelta

import msgspec

SKEW = timedelta(minutes=1)
"""How far the clocks of machines that share a database may differ."""


def lasts(since: datetime, window: timedelta, now: datetime) -> bool:
    """Whether what began at `since` and takes `window` still goes on."""
    return -window <= now - since <= window


def begun(since: datetime, window: timedelta, now: datetime) -> datetime:
    """`since`, or the last moment at which a window that is over can have begun, where it lies too far ahead."""
    return now - window if since - now > window else since


class Age(msgspec.Struct, frozen=True):
    """By which moment things were thrown away for their age last, as it is kept in a database: `by`, when the
    clock said `seen`. `leapt` is what it said when it was followed last for more than was sure to have passed."""

    by: datetime
    seen: datetime
    leapt: datetime | None = None


def trusted(now: datetime, before: Age | None, passed: timedelta, step: timedelta) -> Age:
    """By which moment something may be thrown away for its age; by `now` at the latest, if that is before it.

    It goes on by what `passed` for sure since, and once in a `step` by a `step` more, as after days of rest. A clock
    that runs a year ahead for a day then costs a day's worth, not a year's, however often somebody looks at it.
    """
    if before is None:
        return Age(now, now)
    if now <= before.by:
        return Age(before.by, now, before.leapt)
    reach = before.by + min(passed, max(now - before.seen, timedelta()))
    if now <= reach or (before.leapt is not None and lasts(before.leapt, step, now)):
        return Age(min(now, reach), now, before.leapt)
    return Age(min(now, reach + step), now, now)
