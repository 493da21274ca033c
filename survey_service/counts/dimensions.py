"""The dimensions of an answer: what figures are split by and filtered on. The only list of them. Pure.

The counts' columns, keys and SQL, the filters of pages, the API, exports and commands, and what figures are split by
follow from it. A new one is named here, gets its columns in a migration of the counts, and its words in
`responses.values`.
"""

from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, Any, get_type_hints
from uuid import UUID

import msgspec

from survey_service.core.i18n.staff import N_


class Dimension(msgspec.Struct, frozen=True, kw_only=True):
    """What staff call it: `title` beside a field, `every` for no filter, `split` over a table of figures, `head` over
    its column if not the title. `about` says what a filter takes.

    `width` is that of its longest value in the counts. A `late` one is not known at receipt and may change: it is
    counted by itself only, by deltas of its own kind.
    """

    name: str = ""
    title: str
    every: str
    split: str
    head: str = ""
    about: str
    width: int
    late: bool = False

    @property
    def kind(self) -> str:
        """The kind of delta that counts in it."""
        return self.name if self.late else ANSWER


ANSWER = "answer"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an answer in each dimension, as its row says it."""

    place: Annotated[
        UUID | None,
        Dimension(
            title=N_("Place"),
            every=N_("All places"),
            split=N_("Places, best first"),
            about="A place's code; what lies below it is included. `-`: answers without a place.",
            width=36,
        ),
    ] = None
    employee: Annotated[
        UUID | None,
        Dimension(
            title=N_("Employee"),
            every=N_("All employees"),
            split=N_("Employees, best first"),
            about="The code of the employee whom an answer counts for. `-`: answers that count for nobody.",
            width=36,
        ),
    ] = None
    channel: Annotated[
        str,
        Dimension(title=N_("Channel"), every=N_("Every channel"), split=N_("Channels"), about="The channel.", width=16),
    ] = ""
    language: Annotated[
        str,
        Dimension(
            title=N_("Language"),
            every=N_("Every language"),
            split=N_("Languages"),
            about="BCP 47 tag of the language answered in.",
            width=35,
        ),
    ] = ""
    sentiment: Annotated[
        str,
        Dimension(
            title=N_("Mood of the comment"),
            every=N_("Any mood"),
            split=N_("Comments by mood"),
            head=N_("Mood"),
            about="How the comment was read.",
            width=16,
            late=True,
        ),
    ] = ""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A value of each dimension, as filters take it; empty for those that do not restrict."""

    place: str = ""
    employee: str = ""
    channel: str = ""
    language: str = ""
    sentiment: str = ""


def _listed() -> dict[str, Dimension]:
    hints = get_type_hints(Known, include_extras=True)
    return {name: msgspec.structs.replace(hint.__metadata__[0], name=name) for name, hint in hints.items()}


DIMENSIONS: Mapping[str, Dimension] = _listed()
"""All, by name."""
RECEIVED = tuple(name for name, dimension in DIMENSIONS.items() if not dimension.late)
"""What is known when an answer is received: the full rows of the counts have these."""
LATE = tuple(name for name, dimension in DIMENSIONS.items() if dimension.late)

assert Chosen.__struct_fields__ == tuple(DIMENSIONS), "each dimension can be filtered on"

received = attrgetter(*RECEIVED)
"""The values of an answer in `RECEIVED`, in this order."""


def known_of(answer: object) -> dict[str, Any]:
    """The values of an answer in `RECEIVED`, by name."""
    return dict(zip(RECEIVED, received(answer), strict=True))


def as_text(value: Any) -> str:
    """A value as the counts keep it: ids as text, nothing as empty."""
    return value if type(value) is str else str(value or "")
