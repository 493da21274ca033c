"""Timeline entries in words. Pure: names of places are given.

What did not happen, and why, stands beside what did.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

import msgspec

from survey_service.core.i18n.staff import N_, name_of
from survey_service.core.i18n.staff import gettext as _
from survey_service.customers import words
from survey_service.customers.schemas import CLAIMED, Details, Entry

KINDS: Mapping[str, tuple[str, str]] = {
    "response": (N_("Answered"), "answers"),
    "invitation_queued": (N_("Invitation waiting to go out"), "clock"),
    "invitation_sent": (N_("Invitation sent"), "mail"),
    "invitation_failed": (N_("Invitation not delivered"), "alert"),
    "invitation_suppressed": (N_("Invitation not sent"), "mail"),
    "invitation_taken_back": (N_("Invitation taken back"), "undo"),
    "unsubscribed": (N_("Unsubscribed from mails"), "cross"),
    "resubscribed": (N_("Subscribed to mails again"), "undo"),
}
"""Kind of entry → its title and icon."""


ANSWERED = {
    "link": N_("Answered by link"),
    "qr": N_("Answered by QR code"),
    "kiosk": N_("Answered at a kiosk"),
    "email": N_("Answered by e-mail"),
    "embed": N_("Answered on a web page"),
    "api": N_("Answered through the API"),
    "phone": N_("Answered on the phone"),
    "sms": N_("Answered by SMS"),
    "chat": N_("Answered in a chat"),
    "import": N_("Answered from an import"),
}
"""Channel → the title of an answer that came through it."""


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
        title=_answered(details.channel) if answered else _(title),
        icon=icon,
        when=words.short(entry.occurred_at, time_zone),
        iso=entry.occurred_at.isoformat(),
        href=_href(entry),
        score=details.score if answered else None,
        quote=details.comment,
        language=details.language,
        text=_text(entry, places),
        badge=_("Claimed") if entry.strength == CLAIMED else "",
        mood=details.sentiment,
        mood_reason=_unread_reason(details) if details.sentiment == "unsupported" else "",
    )


def _answered(channel: str) -> str:
    return _(ANSWERED[channel]) if channel in ANSWERED else _("Answered")


def _href(entry: Entry) -> str:
    if entry.kind == "response":
        return f"/app/answers/{entry.subject}"
    return f"/app/invitations/{entry.subject}"


def _text(entry: Entry, places: Mapping[UUID, str]) -> str:
    details = entry.details
    reason = "" if details.sentiment else details.reason  # why it was not read is said beside the mood
    parts = [reason, details.form, places.get(details.place, "") if details.place else ""]
    if details.comment and details.language:
        parts.append(name_of(details.language))
    return ", ".join(part for part in parts if part)


def _unread_reason(details: Details) -> str:
    if details.reason or not details.language:
        return details.reason
    return _("no reader for %(language)s yet", language=name_of(details.language))
