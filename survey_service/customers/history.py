"""Timeline entries in words. Pure: names of places are given.

What did not happen, and why, stands beside what did.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

import msgspec

from survey_service.core import channels
from survey_service.core.i18n import language_name
from survey_service.customers import words
from survey_service.customers.schemas import CLAIMED, Details, Entry

KINDS: Mapping[str, tuple[str, str]] = {
    "response": ("Answered", "answers"),
    "invitation_queued": ("Invitation waiting to go out", "clock"),
    "invitation_sent": ("Invitation sent", "mail"),
    "invitation_failed": ("Invitation not delivered", "alert"),
    "invitation_suppressed": ("Invitation not sent", "mail"),
    "invitation_taken_back": ("Invitation taken back", "undo"),
    "unsubscribed": ("Unsubscribed from mails", "cross"),
    "resubscribed": ("Subscribed to mails again", "undo"),
}
"""Kind of entry → its title and icon."""


class EventShown(msgspec.Struct, frozen=True):
    """An entry as the timeline draws it."""

    title: str
    icon: str
    when: str
    iso: str
    href: str
    score: int | None
    quote: str
    language: str
    text: str
    badge: str
    mood: str
    mood_reason: str


def by_month(
    entries: Sequence[Entry], places: Mapping[UUID, str], time_zone: str
) -> list[tuple[str, list[EventShown]]]:
    """The entries under their months, in the order given, newest first, without those that a later one makes plain."""
    groups = groupby(_telling(entries), key=lambda entry: words.month(entry.occurred_at, time_zone))
    return [(month, [event(entry, places, time_zone) for entry in group]) for month, group in groups]


def _telling(entries: Sequence[Entry]) -> list[Entry]:
    """Without the queueing of an invitation of which more is known: its own page tells every step."""
    told: set[UUID] = set()
    kept = []
    for entry in entries:
        if entry.kind != "invitation_queued" or entry.subject not in told:
            kept.append(entry)
        if entry.kind.startswith("invitation_"):
            told.add(entry.subject)
    return kept


def event(entry: Entry, places: Mapping[UUID, str], time_zone: str) -> EventShown:
    """One entry in words; a kind that nobody named yet is shown by its name."""
    title, icon = KINDS.get(entry.kind, (entry.kind.replace("_", " ").capitalize(), "more"))
    details, answered = entry.details, entry.kind == "response"
    return EventShown(
        title=f"{title} {channels.how(details.channel)}".strip() if answered else title,
        icon=icon,
        when=words.short(entry.occurred_at, time_zone),
        iso=entry.occurred_at.isoformat(),
        href=_href(entry),
        score=details.score if answered else None,
        quote=details.comment,
        language=details.language,
        text=_text(entry, places),
        badge="Claimed" if entry.strength == CLAIMED else "",
        mood=details.sentiment,
        mood_reason=_unread_reason(details) if details.sentiment == "unsupported" else "",
    )


def _href(entry: Entry) -> str:
    if entry.kind == "response":
        return f"/app/answers/{entry.subject}"
    return f"/app/invitations/{entry.subject}"


def _text(entry: Entry, places: Mapping[UUID, str]) -> str:
    details = entry.details
    reason = "" if details.sentiment else details.reason  # why it was not read is said beside the mood
    parts = [reason, details.form, places.get(details.place, "") if details.place else ""]
    if details.comment and details.language:
        parts.append(language_name(details.language, "en"))
    return ", ".join(part for part in parts if part)


def _unread_reason(details: Details) -> str:
    return details.reason or (f"no reader for {language_name(details.language, 'en')} yet" if details.language else "")
