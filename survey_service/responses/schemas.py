"""Shapes of submissions and responses."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from survey_service.core import channels
from survey_service.core.text import fold
from survey_service.counts.dimensions import Known
from survey_service.forms.validation import ScoredAnswer
from survey_service.places.employee_codes import MAX_LENGTH
from survey_service.places.schemas import PlaceRow

CHANNELS = tuple(channels.CHANNELS)
STATES = ("partial", "complete", "test", "spam", "erased")
COUNTED_STATES = ("complete", "erased")
MAX_SUBMISSION_BYTES = 256 * 1024

Options = list[tuple[str, str]]
"""What can be chosen: the value and its words."""

HiddenValue = Annotated[str, Meta(max_length=500)] | int | float | bool | None


class Submission(msgspec.Struct, forbid_unknown_fields=True):
    """Answers to a form, as JSON. All but `answers` may be absent."""

    answers: Annotated[
        dict[Annotated[str, Meta(max_length=200)], Any],
        Meta(description="Question key → number for scales, a key or list of keys for choices, text for the rest."),
    ]
    id: Annotated[UUID, Meta(description="The client's own id: sending it again counts nothing twice.")] | None = None
    version: (
        Annotated[
            int, Meta(ge=1, le=1_000_000, description="The form's version that was shown; else the one in force.")
        ]
        | None
    ) = None
    language: Annotated[str, Meta(max_length=35, description="BCP 47 tag of the language answered in.")] | None = None
    place: Annotated[str, Meta(max_length=40, description="Code of the place that the answer is about.")] | None = None
    employee: (
        Annotated[
            str,
            Meta(
                max_length=MAX_LENGTH,
                description="Whom the customer met: a signed code, or the code with a key of `responses:write`. "
                "A code alone is kept as claimed and counts for nobody.",
            ),
        ]
        | None
    ) = None
    hidden: Annotated[
        dict[Annotated[str, Meta(max_length=40)], HiddenValue],
        Meta(max_length=50, description="Values that the form declares; others are dropped."),
    ] = {}
    customer: Annotated[str, Meta(max_length=500, description="A signed token from the customers’ API.")] | None = None


class Receipt(msgspec.Struct, frozen=True):
    """What a submission is acknowledged with, the same at every replay."""

    id: UUID
    receipt: str


_answers = msgspec.json.Decoder(dict[str, Any])


class StoredResponse(Known, frozen=True, kw_only=True):
    """A row of `tables.Response`, whose members these are, but for what is made of others."""

    id: UUID
    client_id: UUID
    workspace: UUID
    form: UUID
    version: int
    state: str
    claimed_employee: UUID | None = None
    answers: str
    hidden: str
    fingerprint: str
    receipt: str
    score: int | None = None
    comment: str = ""
    comment_language: str = ""
    customer: UUID | None = None
    customer_strength: str = ""
    invitation: UUID | None = None
    spam_reason: str = ""
    received_at: datetime
    day: date
    answered_at: datetime | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The answers by the keys of their questions."""
        return _answers.decode(self.answers)

    @property
    def comment_folded(self) -> str:
        """What of the comment a search compares."""
        return fold(self.comment)


class PreparedResponse(StoredResponse, frozen=True, kw_only=True):
    """A checked submission, ready to be written, and what else follows from it."""

    form_slug: str
    form_name: str
    scores: tuple[ScoredAnswer, ...] = ()
    claimed_email: str = ""
    claimed_name: str = ""


class Seen(msgspec.Struct, frozen=True):
    """That a customer was heard of."""

    workspace: UUID
    customer: UUID
    received_at: datetime


class Outcome(msgspec.Struct, frozen=True):
    """What became of a submission: `created`, `replayed` (equal answers) or `conflict` (others)."""

    status: str
    id: UUID
    client_id: UUID
    receipt: str


class ResponseRow(msgspec.Struct, frozen=True):
    """A response in a list."""

    id: UUID
    form: str
    state: str
    channel: str
    place: str | None
    employee: str | None
    claimed_employee: str | None
    language: str
    score: int | None
    comment: str
    comment_language: str
    sentiment: str
    customer: UUID | None
    customer_strength: str
    receipt: str
    received_at: datetime
    answers: dict[str, Any]
    hidden: dict[str, Any]
    also_sent: Annotated[dict[str, str], Meta(description="Fields of another site's form that are no question's.")]


class ResponseDetail(msgspec.Struct, frozen=True):
    """One response whole."""

    id: UUID
    form: str
    version: int
    state: str
    channel: str
    place: str | None
    employee: str | None
    claimed_employee: str | None
    language: str
    answers: dict[str, Any]
    hidden: dict[str, Any]
    also_sent: Annotated[dict[str, str], Meta(description="Fields of another site's form that are no question's.")]
    score: int | None
    comment_language: str
    sentiment: str
    customer: UUID | None
    customer_strength: str
    receipt: str
    received_at: datetime
    day: date
    spam_reason: str


class Value(NamedTuple):
    """A value as a filter takes it, its name, its name in its own script and what it belongs to."""

    code: str
    label: str
    own_name: str = ""
    under: str = ""


class Names(msgspec.Struct, frozen=True):
    """What a workspace calls the values of a dimension.

    `of` names a key of the counts, `options` are the values (code, name) that can be chosen, `label` is the name of a
    code, which may be none of them. Of places there are the `rows` too, archived ones with them, from which figures
    make their tree. `whole` names a key by what it belongs to as well, where that is more.
    """

    of: Callable[[str], Value]
    options: Options
    label: Callable[[str], str]
    rows: tuple[PlaceRow, ...] = ()
    whole: Callable[[str], str] | None = None
