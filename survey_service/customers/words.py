"""Moments of a timeline, and where an address comes from, as staff read them. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from survey_service.core.i18n import staff
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.moments import at
from survey_service.customers.schemas import INVITED, SOURCE


def short(moment: datetime, time_zone: str) -> str:
    """`1 Nov, 13:12`, under a heading that names the year."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return at(staff.day_of_year(local), local)


def month(moment: datetime, time_zone: str) -> str:
    """`November 2026`"""
    return staff.month(moment.astimezone(ZoneInfo(time_zone)))


def source(noted: str) -> str:
    """Where an address comes from: a person's or a program's name as it was noted, or the way that it came."""
    return {SOURCE: _("typed into a form"), INVITED: _("invitation")}.get(noted, noted)
