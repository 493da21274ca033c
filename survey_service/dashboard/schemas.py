"""Shapes of the dashboard: what is asked, and everything that page, PDF and tests show. Nothing is rounded here."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from survey_service.nps.scores import Change, Score
from survey_service.nps.trend import Period, Step
from survey_service.responses.filters import Filter
from survey_service.responses.schemas import Names


class Scale(msgspec.Struct, frozen=True):
    """How a revision of a question is scored: its highest answer, and how many top boxes count (None: the usual)."""

    highest: int
    top: int | None = None


class ScoredQuestion(msgspec.Struct, frozen=True):
    """A question with a score. `scales` has the scale of each revision; `revision` is the one in force. `best` are its
    author's words for the highest number, empty without any."""

    key: str
    text: str
    metric: str
    revision: int
    scales: Mapping[int, Scale]
    best: str = ""

    def scale(self, revision: int) -> Scale:
        """The scale of a revision, that of the one in force if the revision is unknown."""
        return self.scales.get(revision) or self.scales[self.revision]


class FormChoice(msgspec.Struct, frozen=True):
    """A form to choose, with the languages it can be answered in; `scored` if it asks for a score now."""

    id: UUID
    slug: str
    name: str
    languages: tuple[str, ...] = ()
    scored: bool = False


class PlaceChoice(msgspec.Struct, frozen=True):
    """A place to choose; `depth` is its level in the tree, `region` the name of what it belongs to, its `parent`."""

    id: UUID
    code: str
    name: str
    own_name: str = ""
    region: str = ""
    depth: int = 0
    parent: UUID | None = None


class Figure(msgspec.Struct, frozen=True):
    """A question's score in the period beside the period before.

    `broken`: the two periods were asked in different wordings, so they are not compared. `left_out` answers were
    given on an earlier scale and are not in the score, which then has those of the `revisions` only.
    """

    question: ScoredQuestion
    score: Score
    previous: Score | None
    change: Change
    broken: bool = False
    left_out: int = 0
    revisions: tuple[int, ...] = ()


class TrendPoint(msgspec.Struct, frozen=True):
    """One bucket of the trend, of one wording; `revisions` names it where there are several."""

    key: str
    first: date
    last: date
    score: Score
    revisions: tuple[int, ...] = ()


class Trend(msgspec.Struct, frozen=True):
    """The score over time, one list of points for each wording; a new wording begins at each of `breaks`."""

    step: Step
    period: Period
    segments: tuple[tuple[TrendPoint, ...], ...]
    breaks: tuple[str, ...]


class SplitRow(msgspec.Struct, frozen=True):
    """One value of a dimension: `key` is what filters take (a place's code). A place's row includes those below it,
    which follow it with more `depth`; `under` names what a place without a row above it belongs to."""

    key: str
    label: str
    own_name: str
    under: str
    score: Score
    change: Change
    depth: int = 0
    revisions: tuple[int, ...] = ()

    def at(self, depth: int) -> "SplitRow":
        """The row at its place in a tree."""
        return msgspec.structs.replace(self, depth=depth, under="" if depth else self.under)


class CommentShown(msgspec.Struct, frozen=True):
    """A comment with what is told beside it: `told` are the names of what it is about."""

    id: UUID
    received_at: datetime
    score: int | None
    text: str
    language: str
    sentiment: str
    told: list[str]
    customer: UUID | None = None


class Summary(msgspec.Struct, frozen=True):
    """One period of one form: the only source of what the page, the PDF and the command show.

    `hero` is the figure that most sections are about, None for a form without a scored question. `facts` are what each
    section read, by its name: ask the section for its own with `of`. `limits` are the filters in words by dimension,
    `within` the same as parts of a sentence, `names` what the workspace calls the values of each.
    """

    workspace_name: str
    time_zone: str
    min_n: int
    as_of: datetime
    form: FormChoice
    filters: Filter
    period: Period
    previous: Period | None
    complete: bool
    all_time: bool
    answers: int
    comments: int
    hero: Figure | None
    figures: tuple[Figure, ...]
    facts: Mapping[str, Any] = {}
    limits: Mapping[str, str] = {}
    within: tuple[str, ...] = ()
    names: Mapping[str, Names] = {}

    @property
    def others(self) -> tuple[Figure, ...]:
        """The figures beside the main one."""
        return tuple(figure for figure in self.figures if figure is not self.hero)

    @property
    def place_name(self) -> str:
        """The name of the place that is filtered on; empty if none is."""
        return self.limits.get("place", "")
