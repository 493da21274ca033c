"""Moments as staff read them. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime


def day_and_time(moment: datetime, time_zone: str) -> str:
    """`1 Nov 2026, 13:12`"""
    return format_datetime(moment, "d MMM y, HH:mm", tzinfo=ZoneInfo(time_zone), locale="en_GB")


def short(moment: datetime, time_zone: str) -> str:
    """`1 Nov, 13:12`, under a heading that names the year."""
    return format_datetime(moment, "d MMM, HH:mm", tzinfo=ZoneInfo(time_zone), locale="en_GB")


def day(moment: datetime, time_zone: str) -> str:
    """`1 Nov 2026`"""
    return format_datetime(moment, "d MMM y", tzinfo=ZoneInfo(time_zone), locale="en_GB")


def month(moment: datetime, time_zone: str) -> str:
    """`November 2026`"""
    return format_datetime(moment, "MMMM y", tzinfo=ZoneInfo(time_zone), locale="en_GB")
