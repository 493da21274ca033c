"""What staff read of codes: channels, states, moods, reasons. Pure."""

from collections.abc import Mapping

from survey_service.core import channels
from survey_service.core.i18n.staff import N_, ngettext, number
from survey_service.core.i18n.staff import gettext as _

CHANNELS = {code: name for code, (name, _) in channels.CHANNELS.items()}
STATES = {
    "complete": N_("Complete"),
    "partial": N_("Partial, not counted"),
    "test": N_("Test, not counted"),
    "spam": N_("Spam, not counted"),
    "erased": N_("Erased, still counted"),
}
UNCOUNTED = {
    "partial": N_("%(n)s partial"),
    "test": N_("%(n)s test"),
    "spam": N_("%(n)s spam"),
    "erased": N_("%(n)s erased"),
}
WITHOUT_PLACE = N_("No place")
UNREAD = "unread"
"""What a filter calls the mood of a comment that nobody has read yet; the counts leave it empty."""
_MOODS = {
    "positive": (N_("Positive"), N_("positive")),
    "negative": (N_("Negative"), N_("negative")),
    "uncertain": (N_("Uncertain"), N_("uncertain")),
    "unsupported": (N_("Language not read"), N_("not read")),
    UNREAD: (N_("Not read yet"), N_("not read yet")),
}
"""By itself, and within a line: what an engine can say, and what it has not said yet. The macro `mood` of
`components.html` draws the first three with the same words; what is not read it tells in its own, with the reason."""
SENTIMENTS = {code: alone for code, (alone, _within) in _MOODS.items()}
MOODS = {"" if code == UNREAD else code: within for code, (_alone, within) in _MOODS.items()}
"""The same as the counts name them, within a line."""
SPAM_REASONS = {
    "honeypot": N_("It filled a field that people cannot see."),
    "no_token": N_("It came without the mark that our pages carry, or with one that is not ours."),
    "too_fast": N_("It came less than two seconds after the page was opened."),
    "network_excess": N_("More answers came from one network in a minute than people send."),
}


def spam_reason(code: str) -> str:
    """Why an answer lies in the spam box; the code itself if nobody worded it."""
    return _(SPAM_REASONS[code]) if code in SPAM_REASONS else code or _("No reason was noted.")


def spam_kept_for(days: int) -> str:
    """What becomes of what lies in the spam box."""
    if not days:
        return _("Nothing is deleted by itself.")
    return ngettext(
        "After %(n)s day here they are deleted.", "After %(n)s days here they are deleted.", days, n=number(days)
    )


def channel(code: str) -> str:
    """A channel's name; its code if it has none."""
    return _(CHANNELS[code]) if code in CHANNELS else code


def taken_for_machines(n: int) -> str:
    """“1 answer was taken for a machine’s: look”, for the link to the spam box beside an empty list; empty for none."""
    if not n:
        return ""
    return ngettext(
        "%(n)s answer was taken for a machine’s: look",
        "%(n)s answers were taken for a machine’s: look",
        n,
        n=number(n),
    )


def answers(n: int) -> str:
    """`1 answer`, `1,204 answers`."""
    return ngettext("%(n)s answer", "%(n)s answers", n, n=number(n))


def state(code: str) -> str:
    """`Partial, not counted`; the code itself if nobody worded it."""
    return _(STATES[code]) if code in STATES else code


def sentiment(code: str) -> str:
    """`Positive`; the code itself if nobody worded it."""
    return _(SENTIMENTS[code]) if code in SENTIMENTS else code


def uncounted(state: str, n: int) -> str:
    """`3 spam`"""
    return _(UNCOUNTED[state], n=number(n))


def mood(code: str) -> str:
    """`not read yet`; the code itself if nobody worded it."""
    return _(MOODS[code]) if code in MOODS else code


def said(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Codes with what staff read of each."""
    return [(code, _(word)) for code, word in words.items()]
