"""The one place that asks what time it is; pure modules are given the time instead."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The current moment, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def local_day(moment: datetime, time_zone: str) -> date:
    """The calendar day of `moment` in the IANA zone `time_zone`; KeyError if there is no such zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
