"""What staff read of codes: channels, states, moods, reasons. Pure."""

from survey_service.core import channels

CHANNELS = {code: name for code, (name, _) in channels.CHANNELS.items()}
STATES = {
    "complete": "Complete",
    "partial": "Partial, not counted",
    "test": "Test, not counted",
    "spam": "Spam, not counted",
    "erased": "Erased, still counted",
}
WITHOUT_PLACE = "No place"
SENTIMENTS = {
    "positive": "Positive",
    "negative": "Negative",
    "uncertain": "Uncertain",
    "unsupported": "Language not read",
    "unread": "Not read yet",
}
MOODS = {
    "positive": "positive",
    "negative": "negative",
    "uncertain": "uncertain",
    "unsupported": "not read",
    "": "not read yet",
}
"""The same as the counts name them, within a line."""
SPAM_REASONS = {
    "honeypot": "It filled a field that people cannot see.",
    "no_token": "It came without the mark that our pages carry, or with one that is not ours.",
    "too_fast": "It came less than two seconds after the page was opened.",
    "network_excess": "More answers came from one network in a minute than people send.",
}


def spam_reason(code: str) -> str:
    """Why an answer lies in the spam box; the code itself if nobody worded it."""
    return SPAM_REASONS.get(code, code or "No reason was noted.")


def channel(code: str) -> str:
    """A channel's name; its code if it has none."""
    return CHANNELS.get(code, code)


def taken_for_machines(n: int) -> str:
    """“1 answer was taken for a machine’s: look”, for the link to the spam box beside an empty list; empty for none."""
    return f"{plural(n, 'answer')} {'was' if n == 1 else 'were'} taken for a machine’s: look" if n else ""


def plural(n: int, one: str) -> str:
    """`1 answer`, `1,204 answers`."""
    return f"{n:,} {one if n == 1 else one + 's'}"
