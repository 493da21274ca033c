"""What the command `keys` does and says: which keys sign links, a new one, and the end of a former one."""

from datetime import datetime

from survey_service.accounts import signing_service
from survey_service.accounts.signing_service import KeyStanding
from survey_service.app import opened, prepare
from survey_service.core.errors import Conflict
from survey_service.core.settings import Settings
from survey_service.messaging import queries as messaging

PLACES = {
    "database": "kept in the database",
    "settings": "in SURVEY_SECRET_KEY",
    "missing": "in no place any more, so its links lead nowhere",
}


async def keys(settings: Settings, now: datetime, *, new: bool, drop: str, early: bool) -> list[str]:
    """Does what is asked and gives the lines to say. Raises Conflict and NotFound as `signing_service` does, and
    Conflict where people who left the mails may be known by the key only."""
    async with opened(settings):
        await prepare(settings)
        if new:
            made = await signing_service.rotate(settings, now)
            return [
                f"The key {made.mark} signs from {_at(made.since)} on. Running processes learn of it by themselves.",
                *await _told(settings, now),
            ]
        if drop:
            keyed = await messaging.count_keyed()
            if keyed and not early:
                raise Conflict(
                    f"{keyed} addresses that left the mails are known by a hash with a key in it, and may be mailed "
                    "again without that key. Add --yes to drop it all the same."
                )
            gone = await signing_service.drop(settings, drop, now, early=early)
            return [f"The key {gone.mark} is dropped: what it signed leads nowhere from now on."]
        return await _told(settings, now)


async def _told(settings: Settings, now: datetime) -> list[str]:
    await signing_service.signing_keys(settings)  # makes the first
    return [_line(each, now) for each in await signing_service.standing(settings, now)]


def _line(key: KeyStanding, now: datetime) -> str:
    return f"{key.mark}  {_doing(key, now)}; {PLACES[key.where]}"


def _doing(key: KeyStanding, now: datetime) -> str:
    if key.signs:
        return f"signs{f' since {_at(key.since)}' if key.since else ''}"
    if key.since and key.since > now:
        return f"signs from {_at(key.since)} on"
    if key.until is None or key.may_go is None:
        return "is read"
    return f"signed until {_at(key.until)}, can be dropped from {key.may_go:%Y-%m-%d} on"


def _at(moment: datetime | None) -> str:
    return signing_service.told(moment) if moment else "now"
