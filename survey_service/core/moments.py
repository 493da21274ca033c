"""Moments as staff read them, on every page, in mails to them and in the PDF, in their language: hours always have two
digits. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from survey_service.core.i18n.staff import day, in_a_row


def hour(local: datetime) -> str:
    """`09:05`"""
    return f"{local:%H:%M}"


def at(day_said: str, local: datetime) -> str:
    """`5 Oct 2026, 09:05` of a day that was put into words."""
    return in_a_row((day_said, hour(local)))


def local_time(moment: datetime, time_zone: str) -> str:
    """`5 Oct 2026, 09:05`, in the zone."""
    return at(local_day(moment, time_zone), moment.astimezone(ZoneInfo(time_zone)))


def local_day(moment: datetime, time_zone: str) -> str:
    """`5 Oct 2026`, in the zone."""
    return day(moment.astimezone(ZoneInfo(time_zone)))
