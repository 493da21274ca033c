"""Shapes of counts: what a response brings, how rows are keyed, and what is read."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from survey_service.counts.dimensions import Known
from survey_service.nps.histogram import Histogram

ALL = "*"
"""The question that every response answers: 1 if it has a comment, 0 if not. Its revision is 0."""
TOTAL, CELL = "total", "cell"
"""Stand for all answers, and for the full rows, where a dimension is named."""
BINS = tuple(f"b{score}" for score in range(11))


class ScoreGiven(NamedTuple):
    """One counted answer: the question's key, its revision and the number 0…10 to count.

    `part` names what of the question was answered, where that is counted apart: a choice (1 chosen, 0 not), a row of a
    matrix (its number), a thing that was ranked (its rank). Empty for a score.
    """

    question: str
    revision: int
    score: int
    part: str = ""


class CountedResponse(Known, frozen=True, kw_only=True):
    """What the counts know of a response. `sentiment` is empty until its comment was read.

    `day` is the local day of receipt. Only complete and erased responses are counted. One that is erased loses
    its comment and sentiment here too: take it away as it was (`amount=-1`), then add it as it is.
    """

    workspace: UUID
    form: UUID
    day: date
    scores: tuple[ScoreGiven, ...] = ()
    commented: bool = False


class CountKey(NamedTuple):
    """One row of counts of a day. `dimension` is a dimension's name, `total` or `cell`, which has `values` of all."""

    question: str
    part: str
    revision: int
    dimension: str
    values: tuple[str, ...]


DayCounts = dict[CountKey, Histogram]

DeltaRow = tuple[Any, ...]
"""Workspace, form, question, part, revision, day, kind, a text for each dimension, and the eleven counts b0…b10."""


class Group(msgspec.Struct, frozen=True):
    """Counts of one value of what was asked `by`, for one revision of the question. `day` only by day."""

    key: str
    day: date | None
    revision: int
    histogram: Histogram


class Difference(NamedTuple):
    """A row of counts that is not what the responses say."""

    form: UUID
    day: date
    key: CountKey
    counted: Histogram
    stored: Histogram


class NotCounted(ValueError):
    """A late dimension was asked for together with another: of that no counts are kept."""
