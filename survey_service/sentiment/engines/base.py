"""What every engine that reads the sentiment of comments says of itself: the contract of this room. Pure.

An engine answers two classes and abstains rather than guess: `uncertain` when it read the text and does not know,
`unsupported` when it cannot read the language. A number is given only for what was read: never 0.0 for silence.
Nothing here touches a database; engines may be called from several threads at once.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, Protocol

import msgspec
from babel import Locale

from survey_service.sentiment.language import UNKNOWN, UNKNOWN_LATIN, base, script_of

NOBODY = "none"
"""What readings are filed under that no engine could make."""
Label = Literal["positive", "negative", "uncertain", "unsupported"]


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """How one engine read one text.

    `polarity` is −1…1, `p_positive` the calibrated probability (0…1) that the writer was content, `confidence` that
    of the label; all three are None when nothing was read, and `confidence` whenever the engine abstains. `reason`
    says in plain English why it abstained, and is None for `positive` and `negative`.
    """

    engine: str
    version: str
    language: str
    script: str
    label: Label
    polarity: float | None = None
    p_positive: float | None = None
    confidence: float | None = None
    reason: str | None = None


class Engine(Protocol):
    """Reads texts of the languages that it knows; `version` changes whenever the same text could read otherwise."""

    @property
    def name(self) -> str:
        """What readings are filed under, 40 characters at most."""

    @property
    def version(self) -> str:
        """40 characters at most."""

    def reads(self, language: str) -> bool:
        """Whether texts of this BCP 47 language can be scored."""

    def score(self, texts: Sequence[str], language: str) -> list[Reading]:
        """One reading per text, in order; raises for no text. A language it cannot read is `unsupported`."""


def unsupported(text: str, language: str, engine: str = NOBODY, version: str = "0") -> Reading:
    """The reading of a text whose language `engine` cannot read."""
    return Reading(
        engine=engine,
        version=version,
        language=language,
        script=script_of(text),
        label="unsupported",
        reason=_why_unread(language),
    )


@lru_cache(maxsize=1_000)
def _why_unread(language: str) -> str:
    if language == UNKNOWN_LATIN:
        return "written in Latin letters, in a language that was not recognised"
    if base(language) == UNKNOWN:
        return "the language was not recognised"
    return f"no reader for {Locale('en').languages.get(base(language), language)} yet"
