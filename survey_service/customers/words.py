"""Moments of a timeline as staff read them. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from survey_service.core.i18n import staff
from survey_service.core.moments import hour


def short(moment: datetime, time_zone: str) -> str:
    """`1 Nov, 13:12`, under a heading that names the year."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{staff.day_of_year(local)}, {hour(local)}"


def month(moment: datetime, time_zone: str) -> str:
    """`November 2026`"""
    return staff.month(moment.astimezone(ZoneInfo(time_zone)))
