"""Who waits for a reply or a call."""

from datetime import datetime
from typing import Any

from survey_service.cases import queries as promises
from survey_service.cases.queries import PromiseFilter
from survey_service.cases.schemas import Waiting
from survey_service.core.durations import age
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.dashboard import words
from survey_service.dashboard.links import follow_up_url
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet
from survey_service.places.schemas import NO_PLACE


async def _read(asking: Asking) -> Waiting:
    """Those at the place and below it. Whoever waits is not to be hidden by a form, a period or anything else
    that the page is looked at for."""
    there = PromiseFilter(asking.scope.workspace, places=asking.scope.where.get("place"))
    return await promises.waiting(there)


def _show(facts: Waiting, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    place = made.filters.place
    said = sentence(facts, made.as_of, place if place == NO_PLACE else made.place_name)
    return {"said": said, "href": follow_up_url(place)} if said else None


def sentence(waiting: Waiting, now: datetime, place: str = "") -> str:
    """“3 people wait for a reply or a call at Riga, the longest for 15 h (whatever else is chosen here).”
    Empty if nobody does. `place` is its name, or NO_PLACE. People wait whatever else the page is about, so it says
    which of its filters are meant."""
    if waiting.since is None:
        return ""
    longest = age(now - waiting.since)
    if place == NO_PLACE:
        one = N_(
            "Somebody whose answer has no place has waited for a reply or a call for %(age)s "
            "(whatever else is chosen here)."
        )
        many = N_(
            "%(n)s people whose answer has no place wait for a reply or a call, the longest for %(age)s "
            "(whatever else is chosen here)."
        )
    elif place:
        one = N_("Somebody has waited for a reply or a call at %(place)s for %(age)s (whatever else is chosen here).")
        many = N_(
            "%(n)s people wait for a reply or a call at %(place)s, the longest for %(age)s "
            "(whatever else is chosen here)."
        )
    else:
        one = N_("Somebody has waited for a reply or a call for %(age)s (whatever is chosen here).")
        many = N_("%(n)s people wait for a reply or a call, the longest for %(age)s (whatever is chosen here).")
    if waiting.count == 1:
        return _(one, age=longest, place=place)
    return _(many, n=words.count(waiting.count), age=longest, place=place)


WAITING = Section(name="waiting", read=_read, show=_show)
