"""What a response adds to the counts: rows that are appended in its own transaction, and folded later.

Readers sum counts and deltas, so that a figure is right at once. Sentiment comes later and may change; it has deltas of
its own kind.

Besides its questions every form has the question `ALL`: there 0 counts a response without a comment, 1 one with.
So the number of answers and of comments comes from the same counts as the scores.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from survey_service.core.batch.statements import Batch, Column, Insert
from survey_service.counts.dimensions import ANSWER, DIMENSIONS, RECEIVED, as_text, received
from survey_service.counts.schemas import ALL, BINS, CELL, TOTAL, CountedResponse, DeltaRow, ScoreGiven

SENTIMENT = "sentiment"
HIGHEST = len(BINS) - 1
COUNTED = (
    Column("workspace", "uuid"), Column("form", "uuid"), Column("question", "varchar"), Column("part", "varchar"),
    Column("revision", "smallint"), Column("day", "date"), Column("kind", "varchar"),
)  # fmt: skip
KEY = (*COUNTED, *(Column(name, "varchar") for name in DIMENSIONS))
"""What a delta is summed by, in the order in which deltas are written."""
COLUMNS = (*KEY, *(Column(name, "integer") for name in BINS))
MARGINS = {TOTAL: ANSWER, **{name: dimension.kind for name, dimension in DIMENSIONS.items()}}
"""The margins that are kept, and the kind of delta that counts in each."""

Question = tuple[str, str, int]
"""A question's key, the part of it and its revision."""
Where = tuple[Any, ...]
"""Workspace, form, day, and the values that were known at receipt: what the deltas of a response share."""
_POSITIONS = {name: position for position, name in enumerate(DIMENSIONS)}


def deltas_for(responses: Iterable[CountedResponse], amount: int = 1) -> list[DeltaRow]:
    """The rows that count these responses (`amount=-1`: that take them away), summed per key and sorted."""
    groups: dict[Where, dict[Question, list[int]]] = {}
    for response in responses:
        where = (response.workspace, response.form, response.day, *received(response))
        questions = groups.get(where)
        if questions is None:
            questions = groups[where] = defaultdict(no_counts)
        questions[ALL, "", 0][response.commented] += amount
        for question, revision, score, part in response.scores:
            _count(questions[question, part, revision], score, amount)
    return sorted(
        (*where[:2], *question, where[2], ANSWER, *texts, *bins)
        for where, questions in groups.items()
        for texts in [_texts(where[3:])]
        for question, bins in questions.items()
        if any(bins)
    )


def _texts(values: tuple[Any, ...]) -> list[str]:
    """A text for each dimension, those that come late empty."""
    known = dict(zip(RECEIVED, values, strict=True))
    return [as_text(known.get(name)) for name in DIMENSIONS]


def no_counts() -> list[int]:
    """A zero for each score."""
    return [0] * len(BINS)


def _count(bins: list[int], score: int, amount: int) -> None:
    if not 0 <= score <= HIGHEST:
        raise ValueError(f"{score} is not a score from 0 to 10")
    bins[score] += amount


def sentiment_deltas(moves: Iterable[tuple[CountedResponse, str]]) -> list[DeltaRow]:
    """The rows that move each response from its own sentiment to the new one; either may be empty."""
    sums: defaultdict[tuple[Any, ...], list[int]] = defaultdict(no_counts)
    for response, label in moves:
        for sentiment, amount in ((response.sentiment, -1), (label, 1)):
            if sentiment and response.sentiment != label:
                for given in (ScoreGiven(ALL, 0, int(response.commented)), *response.scores):
                    _count(sums[_sentiment_key(response, given, sentiment)], given.score, amount)
    return [(*key, *bins) for key, bins in sorted(sums.items()) if any(bins)]


def _sentiment_key(response: CountedResponse, given: ScoreGiven, sentiment: str) -> tuple[Any, ...]:
    question = (given.question, given.part, given.revision)
    values = [sentiment if name == SENTIMENT else "" for name in DIMENSIONS]
    return (response.workspace, response.form, *question, response.day, SENTIMENT, *values)


def append_deltas(rows: list[DeltaRow]) -> Batch[None]:
    """The part of a plan that writes deltas: `yield from append_deltas(deltas_for(responses))`."""
    if rows:
        yield Insert("count_delta", COLUMNS, rows)


def append_sentiment_deltas(moves: Iterable[tuple[CountedResponse, str]]) -> Batch[None]:
    """The part of a plan that moves responses to their new sentiment."""
    yield from append_deltas(sentiment_deltas(moves))


def targets(kind: str, values: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """The rows in which a delta with these `values` (one for each dimension) counts: the dimension, `total` or `cell`,
    and its value or values."""
    margins: list[tuple[str, tuple[str, ...]]] = [
        (name, ("",) if name == TOTAL else (values[_POSITIONS[name]],))
        for name, counted in MARGINS.items()
        if counted == kind
    ]
    if kind != ANSWER:
        return margins
    return [*margins, (CELL, tuple(values[_POSITIONS[name]] for name in RECEIVED))]
