"""So many invitations a workspace adds in a day and no more: what a key that leaked can mail has an end."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from survey_service.core import clock, database
from survey_service.core.errors import TooMany
from survey_service.core.i18n.staff import N_, number
from survey_service.core.i18n.staff import gettext as _
from survey_service.invitations import queries
from survey_service.invitations.tables import InvitationQuota


class DayIsFull(TooMany):
    """As many as may be added in a day were added today."""

    title = N_("Enough for today")


async def take(workspace: UUID, time_zone: str, at_most: int, now: datetime) -> None:
    """Counts one invitation that is added. Joins the transaction around it, in which no other is added there; if that
    is undone, so is this. Raises DayIsFull, with the seconds until the workspace's next midnight."""
    today = clock.local_day(now, time_zone)
    row = InvitationQuota(workspace=workspace, day=today, added=0)
    held = InvitationQuota.insert(row).on_conflict(
        target=InvitationQuota.workspace, action="DO UPDATE", values=[InvitationQuota.workspace]
    )
    await database.execute(held)
    theirs = InvitationQuota.workspace == workspace
    added = await queries.added_on(workspace, today)  # of another day, also of one that a wrong clock had, none count
    if added >= at_most:
        raise DayIsFull(
            _(
                "Today %(n)s invitations were added, as many as may be in a day. It goes on at midnight.",
                n=number(added),
            ),
            retry_after=_until_midnight(now, time_zone),
        )
    change = InvitationQuota.update({InvitationQuota.day: today, InvitationQuota.added: added + 1})
    await database.execute(change.where(theirs))


def _until_midnight(now: datetime, time_zone: str) -> int:
    """Seconds until the day after begins there."""
    zone = ZoneInfo(time_zone)
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time.min, zone)
    return max(1, int(midnight.timestamp() - now.timestamp()) + 1)
