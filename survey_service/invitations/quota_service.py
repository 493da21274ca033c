"""So many invitations a workspace adds in a day and no more: what a key that leaked can mail has an end."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from survey_service.core import clock, database
from survey_service.core.errors import TooMany
from survey_service.core.i18n.staff import N_, number
from survey_service.core.i18n.staff import gettext as _
from survey_service.invitations import queries
from survey_service.invitations.tables import InvitationQuota

ZONES_APART = timedelta(days=2)
"""So far the days of two time zones may differ at one moment. A day further ahead is of a clock that was wrong."""


class DayIsFull(TooMany):
    """As many as may be added in a day were added today."""

    title = N_("Enough for today")


class Room(msgspec.Struct, frozen=True):
    """The day that invitations count for, how many of it were added and how many are left, and when more may be."""

    day: date
    added: int
    left: int
    more_at: datetime


async def take(workspace: UUID, time_zone: str, at_most: int, now: datetime) -> None:
    """Counts one invitation that is added. Joins the transaction around it, in which no other is added there; if that
    is undone, so is this. Raises DayIsFull, with the seconds until it goes on.

    Days only go forward: in a time zone where it is still the day before, what was added counts on."""
    row = InvitationQuota(workspace=workspace, day=clock.local_day(now, time_zone), added=0)
    held = InvitationQuota.insert(row).on_conflict(
        target=InvitationQuota.workspace, action="DO UPDATE", values=[InvitationQuota.workspace]
    )
    await database.execute(held)
    found = await room(workspace, time_zone, at_most, now)
    if not found.left:
        words = _("As many invitations as may be in a day were added today: %(n)s.", n=number(found.added))
        if found.day == clock.local_day(now, time_zone):
            words = " ".join((words, _("It goes on at midnight.")))
        raise DayIsFull(words, retry_after=max(1, int(found.more_at.timestamp() - now.timestamp()) + 1))
    change = InvitationQuota.update({InvitationQuota.day: found.day, InvitationQuota.added: found.added + 1})
    await database.execute(change.where(InvitationQuota.workspace == workspace))


async def room(workspace: UUID, time_zone: str, at_most: int, now: datetime) -> Room:
    """How many more may be added now, where `at_most` may be in a day, and when that begins anew."""
    today = clock.local_day(now, time_zone)
    day, added = await queries.last_added(workspace)
    if not today <= day <= today + ZONES_APART:
        day, added = today, 0
    more_at = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(time_zone))
    return Room(day, added, max(0, at_most - added), more_at)
