"""The one place that asks what time it is; pure modules are given the time instead."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The current moment, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that only go forward, for durations within one process: setting the clock changes nothing of them."""
    return time.monotonic()


def local_day(moment: datetime, time_zone: str) -> date:
    """The calendar day of `moment` in the IANA zone `time_zone`; KeyError if there is no such zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
