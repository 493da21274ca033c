"""What was sent from a page of ours and could not be taken: carried over a sign-in, and shown before it goes again.

Passwords are never in it, and nothing is ever sent again by itself: whoever is signed in by then reads it and presses.
"""

import re
from collections.abc import Collection, Mapping, Sequence

import msgspec

from survey_service.core.form_encoding import MAX_FIELDS
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _

MAX_BYTES = 1_000_000
"""As much is carried at most; the builder's largest draft has a tenth."""
CSRF_FIELDS = ("_csrf", "_csrf_token")

Pair = tuple[str, str]
_decoder = msgspec.json.Decoder(list[Pair])


class Unsent(msgspec.Struct, frozen=True):
    """Where it was to go, its fields in their order, and the token of the page that it came from."""

    path: str
    fields: tuple[Pair, ...]
    csrf_token: str = ""

    @property
    def typed(self) -> list[Pair]:
        """What a person would miss, by a readable name."""
        return [(label(name), text) for name, text in self.fields if text.strip() and not name.startswith("_")]

    @property
    def packed(self) -> str:
        """The fields as the text of one field."""
        return msgspec.json.encode(self.fields).decode()


def unsent(path: str, fields: Mapping[str, Sequence[str]], secret: Collection[str] = ()) -> Unsent:
    """What was sent to `path`, without the fields that are named as secret."""
    token = next((fields[name][0] for name in CSRF_FIELDS if fields.get(name)), "")
    kept = [
        (name, text.replace("\r\n", "\n"))
        for name, texts in fields.items()
        if name not in CSRF_FIELDS and name not in secret
        for text in texts
    ]
    return Unsent(path, tuple(kept), token)


def unpacked(path: str, text: str) -> Unsent | None:
    """What `packed` made, to be sent to `path`; None if it is something else, more than a form has, or nothing."""
    if not text or len(text) > 2 * MAX_BYTES:
        return None
    try:
        pairs = _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    return Unsent(path, tuple(pairs)) if len(pairs) <= MAX_FIELDS else None


WORDS = {
    "accepts_json": N_("Programs may send answers"),
    "allowed_origins": N_("Sites that may show it"),
    "also": N_("Also in"),
    "min_n": N_("Answers that make a score"),
    "own_name": N_("Name in its own script"),
    "parent": N_("Belongs to"),
    "slug": N_("End of its web address"),
}
"""Fields whose names are no words, as their pages call them."""


def label(name: str) -> str:
    """A field's name for people: `questions[0].text.en` → `Question 1, text, en`."""
    if name in WORDS:
        return _(WORDS[name])
    counted = re.sub(r"s?\[(\d{1,6})\]", lambda found: f" {int(found[1]) + 1}", name)
    words = ", ".join(part for part in counted.replace("_", " ").split(".") if part)
    return words[:1].upper() + words[1:]
