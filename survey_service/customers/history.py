"""Timeline entries in words. Pure: names of places and the kinds of entries are given.

What did not happen, and why, stands beside what did.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

import msgspec

from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import name_of
from survey_service.customers import words
from survey_service.customers.schemas import CLAIMED, Details, TimelineRecord
from survey_service.customers.timeline import TimelineKinds
from survey_service.nps.metrics.base import Group
from survey_service.nps.metrics.nps import NPS
from survey_service.sentiment.unread import why_unread


class EventShown(msgspec.Struct, frozen=True):
    """An entry as the timeline draws it."""

    title: str
    icon: str
    when: str
    iso: str
    href: str
    score: int | None
    group: Group | None
    quote: str
    language: str
    told: list[str]
    badge: str
    mood: str
    mood_reason: str


def by_month(
    entries: Sequence[TimelineRecord], kinds: TimelineKinds, places: Mapping[UUID, str], time_zone: str
) -> list[tuple[str, list[EventShown]]]:
    """The entries under their months, in the order given, newest first, without those that a later one makes plain."""
    groups = groupby(_telling(entries, kinds), key=lambda entry: words.month(entry.occurred_at, time_zone))
    return [(month, [event(entry, kinds, places, time_zone) for entry in group]) for month, group in groups]


def _telling(entries: Sequence[TimelineRecord], kinds: TimelineKinds) -> list[TimelineRecord]:
    """Without the queueing of an invitation of which more is known, and the like: its own page tells every step."""
    told: set[UUID] = set()
    kept = []
    for entry in entries:
        if entry.subject not in told or not kinds.of(entry.kind).until_more:
            kept.append(entry)
        told.add(entry.subject)
    return kept


def event(entry: TimelineRecord, kinds: TimelineKinds, places: Mapping[UUID, str], time_zone: str) -> EventShown:
    """One entry in words."""
    kind, details = kinds.of(entry.kind), entry.details
    score = details.score if kind.shows_score else None
    return EventShown(
        title=kind.words(details.channel),
        icon=kind.icon,
        when=words.short(entry.occurred_at, time_zone),
        iso=entry.occurred_at.isoformat(timespec="seconds"),
        href=kind.href(entry.subject),
        score=score,
        group=None if score is None else NPS.group_of(score),
        quote=details.comment,
        language=details.language,
        told=_told(entry, places),
        badge=_("Claimed") if entry.strength == CLAIMED else "",
        mood=details.sentiment,
        mood_reason=_unread_reason(details) if details.sentiment == "unsupported" else "",
    )


def _told(entry: TimelineRecord, places: Mapping[UUID, str]) -> list[str]:
    details = entry.details
    reason = "" if details.sentiment else details.reason  # why it was not read is said beside the mood
    parts = [reason, details.form, places.get(details.place, "") if details.place else ""]
    if details.comment and details.language:
        parts.append(name_of(details.language))
    return [part for part in parts if part]


def _unread_reason(details: Details) -> str:
    return why_unread(details.language) or details.reason
