"""What was sent from a page of ours and could not be taken: carried over a sign-in, and shown before it goes again.

Passwords are never in it, and nothing is ever sent again by itself: whoever is signed in by then reads it and presses.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from survey_service.core.form_encoding import MAX_FIELDS

MAX_BYTES = 1_000_000
"""As much is carried at most; the builder's largest draft has a tenth."""
CSRF_FIELDS = ("_csrf", "_csrf_token")

Pair = tuple[str, str]
_decoder = msgspec.json.Decoder(list[Pair])


class Unsent(msgspec.Struct, frozen=True):
    """Where it was to go, its fields in their order, and the token of the page that it came from. `secret` says that
    something was left out, which has to be typed again."""

    path: str
    fields: tuple[Pair, ...]
    csrf_token: str = ""
    secret: bool = False

    @property
    def given(self) -> bool:
        """Whether anything of it is a person's, be it typed or chosen."""
        return any(text.strip() and not name.startswith("_") for name, text in self.fields)

    @property
    def typed(self) -> list[str]:
        """The words of it that a person would miss: they say themselves what they are."""
        every = self.path.startswith(ONLY_WORDS)
        return [
            text
            for name, text in self.fields
            if text.strip() and not text.strip().isdecimal() and (is_typed(name) or (every and name[0] != "_"))
        ]

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
    return Unsent(path, tuple(kept), token, any(text for name in secret for text in fields.get(name, ())))


def unpacked(path: str, text: str) -> Unsent | None:
    """What `packed` made, to be sent to `path`; None if it is something else, more than a form has, or nothing."""
    if not text or len(text) > 2 * MAX_BYTES:
        return None
    try:
        pairs = _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    return Unsent(path, tuple(pairs)) if len(pairs) <= MAX_FIELDS else None


CHOSEN = frozenset(
    {
        "accepts_json", "act", "also", "archived", "choices_were", "employee", "form", "hidden", "id", "kept", "kind",
        "language", "left", "parent", "place", "promise", "required", "responsible", "role", "scopes", "send",
        "starter", "state", "time_zone",
    }
)  # fmt: skip
"""What is chosen, ticked or carried along: of these the browser sends marks that mean nothing to people."""
ONLY_WORDS = "/app/languages"
"""The pages where each field holds words, whatever it is called."""


def is_typed(name: str) -> bool:
    """Whether a field holds words that somebody typed. Of the builder's names each part counts:
    `questions[0].choices_were.en`."""
    return not name.startswith("_") and CHOSEN.isdisjoint(name.split("."))
