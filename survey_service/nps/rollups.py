"""Running counts of scores: what a response adds to them, how they are folded, rebuilt and checked.

A submission appends *deltas* in its own transaction. The worker folds them into two tables: cells (day, place,
channel and language together) and margins (day and one of them, or none). Readers sum counts and deltas, so
that a figure is right at once. Sentiment comes later and may change; it has a margin of its own.

Besides its questions every form has the question `ALL`: there 0 counts a response without a comment, 1 one with.
So the number of answers and of comments comes from the same counts as the scores.
"""

from collections import defaultdict
from collections.abc import AsyncIterable, Callable, Iterable
from datetime import date
from operator import add
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from survey_service.core import database
from survey_service.core.batch.statements import Batch, Column, Insert, addition, names_of
from survey_service.nps import queries
from survey_service.nps.histogram import NOTHING, Histogram
from survey_service.nps.queries import ALL, BINS, DIMENSIONS, Difference

ANSWER, SENTIMENT = "answer", "sentiment"
HIGHEST = len(BINS) - 1
ROWS_AT_ONCE = 1000
"""Rows of one INSERT: 22 values each, below the 32,766 parameters of either engine."""


class ScoreGiven(NamedTuple):
    """One scored answer: the question's key, its revision and the score 0…10."""

    question: str
    revision: int
    score: int


class CountedResponse(msgspec.Struct, frozen=True):
    """What the counts know of a response. `sentiment` is empty until its comment was read.

    `day` is the local day of receipt. Only complete and erased responses are counted. One that is erased loses
    its comment and sentiment here too: take it away as it was (`amount=-1`), then add it as it is.
    """

    workspace: UUID
    form: UUID
    day: date
    place: UUID | None
    channel: str
    language: str
    scores: tuple[ScoreGiven, ...] = ()
    commented: bool = False
    sentiment: str = ""


class DeltaKey(NamedTuple):
    """What a delta is summed by, in the order in which deltas are written."""

    workspace: UUID
    form: UUID
    question: str
    revision: int
    day: date
    kind: str
    place: str
    channel: str
    language: str
    sentiment: str


DeltaRow = tuple[Any, ...]
"""The ten values of a DeltaKey and the eleven counts b0…b10."""

Where = tuple[UUID, UUID, date, UUID | None, str, str]
"""Workspace, form, day, place, channel and language of a response: what its deltas share."""

DayReader = Callable[[UUID, date], AsyncIterable[CountedResponse]]
"""Gives the counted responses of one form and day."""

COLUMNS = (
    Column("workspace", "uuid"),
    Column("form", "uuid"),
    Column("question", "varchar"),
    Column("revision", "smallint"),
    Column("day", "date"),
    Column("kind", "varchar"),
    Column("place", "varchar"),
    Column("channel", "varchar"),
    Column("language", "varchar"),
    Column("sentiment", "varchar"),
    *(Column(name, "integer") for name in BINS),
)


def deltas_for(responses: Iterable[CountedResponse], amount: int = 1) -> list[DeltaRow]:
    """The rows that count these responses (`amount=-1`: that take them away), summed per key and sorted."""
    groups: dict[Where, dict[tuple[str, int], list[int]]] = {}
    for response in responses:
        where = (
            response.workspace, response.form, response.day, response.place, response.channel, response.language,
        )  # fmt: skip
        questions = groups.get(where)
        if questions is None:
            questions = groups[where] = defaultdict(no_counts)
        questions[ALL, 0][response.commented] += amount
        for question, revision, score in response.scores:
            _count(questions[question, revision], score, amount)
    return sorted(
        (*_answer_key(where, question, revision), *bins)
        for where, questions in groups.items()
        for (question, revision), bins in questions.items()
        if any(bins)
    )


def no_counts() -> list[int]:
    """A zero for each score."""
    return [0] * len(BINS)


def _count(bins: list[int], score: int, amount: int) -> None:
    if not 0 <= score <= HIGHEST:
        raise ValueError(f"{score} is not a score from 0 to 10")
    bins[score] += amount


def sentiment_deltas(moves: Iterable[tuple[CountedResponse, str]]) -> list[DeltaRow]:
    """The rows that move each response from its own sentiment to the new one; either may be empty."""
    sums = _Sums()
    for response, label in moves:
        for sentiment, amount in ((response.sentiment, -1), (label, 1)):
            if sentiment and response.sentiment != label:
                for given in _scores(response):
                    sums.add(_sentiment_key(response, given, sentiment), given.score, amount)
    return sums.rows()


def append_deltas(rows: list[DeltaRow]) -> Batch[None]:
    """The part of a plan that writes deltas: `yield from append_deltas(deltas_for(responses))`."""
    if rows:
        yield Insert("score_delta", COLUMNS, rows)


def append_sentiment_deltas(moves: Iterable[tuple[CountedResponse, str]]) -> Batch[None]:
    """The part of a plan that moves responses to their new sentiment."""
    yield from append_deltas(sentiment_deltas(moves))


async def fold(limit: int = 1_000) -> int:
    """Adds up to `limit` deltas to the counts and removes them, in one transaction; gives how many.

    The limit keeps a transaction short: call it again while it gives `limit`.
    Several workers may fold at once: on PostgreSQL each takes rows that no other holds.
    """
    async with database.transaction():
        if database.dialect() == "postgres":
            row = await database.fetch_one(POSTGRES_FOLD, limit)
            return int(row["folded"]) if row else 0
        last = await database.fetch_one(
            "SELECT max(id) AS last, count(*) AS folded FROM (SELECT id FROM score_delta ORDER BY id LIMIT {})", limit
        )
        if not last or not last["folded"]:
            return 0
        for statement in SQLITE_FOLD:
            await database.execute(statement, last["last"])
        return int(last["folded"])


async def rebuild(workspace: UUID, days: Iterable[tuple[UUID, date]], read: DayReader) -> int:
    """Counts everything again, a form and day at a time, while answers keep coming; gives the number of days.

    `days` are the (form, day) of all counted responses, `read` gives them. What is counted for other days is
    removed. Deltas are left behind, which the next folds take.
    """
    every = sorted({*days, *await queries.counted_days(workspace)})
    for form, day in every:
        async with database.transaction():
            await database.hold_tables("score_delta", "score_cell", "score_margin")
            responses = [response async for response in read(form, day)]
            await _forget(workspace, form, day)
            await _insert([*deltas_for(responses), *sentiment_deltas(_first_readings(responses))])
    return len(every)


async def compare(workspace: UUID, days: Iterable[tuple[UUID, date]], read: DayReader) -> list[Difference]:
    """Where the counts differ from the responses: nothing, unless something went wrong. Arguments as `rebuild`."""
    found: list[Difference] = []
    for form, day in sorted({*days, *await queries.counted_days(workspace)}):
        async with database.transaction():
            await database.see_one_moment()
            responses = [response async for response in read(form, day)]
            stored = await queries.counts_of_day(workspace, form, day)
        found += _differences(form, day, counts_from(responses), stored)
    return found


def counts_from(responses: Iterable[CountedResponse]) -> queries.DayCounts:
    """What cells and margins of one form and day hold once everything is folded; empty rows are left out."""
    collected = list(responses)
    counts: defaultdict[queries.CountKey, tuple[int, ...]] = defaultdict(lambda: NOTHING)
    for row in [*deltas_for(collected), *sentiment_deltas(_first_readings(collected))]:
        key, bins = DeltaKey(*row[: len(DeltaKey._fields)]), row[len(DeltaKey._fields) :]
        for target in queries.targets(key.kind, key.place, key.channel, key.language, key.sentiment):
            name = (key.question, key.revision, *target)
            counts[name] = tuple(map(add, counts[name], bins))
    return {key: Histogram(bins) for key, bins in counts.items() if any(bins)}


class _Sums:
    """Eleven counts per key."""

    def __init__(self) -> None:
        self.bins: defaultdict[DeltaKey, list[int]] = defaultdict(no_counts)

    def add(self, key: DeltaKey, score: int, amount: int) -> None:
        _count(self.bins[key], score, amount)

    def rows(self) -> list[DeltaRow]:
        return [(*key, *bins) for key, bins in sorted(self.bins.items()) if any(bins)]


def _scores(response: CountedResponse) -> tuple[ScoreGiven, ...]:
    return (ScoreGiven(ALL, 0, int(response.commented)), *response.scores)


def _answer_key(where: Where, question: str, revision: int) -> DeltaKey:
    workspace, form, day, place, channel, language = where
    code = str(place) if place else ""
    return DeltaKey(workspace, form, question, revision, day, ANSWER, code, channel, language, "")


def _sentiment_key(response: CountedResponse, given: ScoreGiven, sentiment: str) -> DeltaKey:
    where = ("", "", "", sentiment)
    return DeltaKey(response.workspace, response.form, given.question, given.revision, response.day, SENTIMENT, *where)


def _first_readings(responses: Iterable[CountedResponse]) -> list[tuple[CountedResponse, str]]:
    """The moves that count the sentiment of responses not counted yet."""
    return [
        (msgspec.structs.replace(response, sentiment=""), response.sentiment)
        for response in responses
        if response.sentiment
    ]


def _differences(form: UUID, day: date, counted: queries.DayCounts, stored: queries.DayCounts) -> list[Difference]:
    nothing = Histogram()
    return [
        Difference(form, day, *key, counted.get(key, nothing), stored.get(key, nothing))
        for key in sorted(counted.keys() | stored.keys())
        if counted.get(key, nothing) != stored.get(key, nothing)
    ]


async def _forget(workspace: UUID, form: UUID, day: date) -> None:
    for table in ("score_delta", "score_cell", "score_margin"):
        await database.execute(
            f"DELETE FROM {table} WHERE workspace = {{}} AND form = {{}} AND day = {{}}",
            workspace,
            form,
            day,
        )


async def _insert(rows: list[DeltaRow]) -> None:
    names = ", ".join(column.name for column in COLUMNS)
    marks = "(" + ", ".join(["{}"] * len(COLUMNS)) + ")"
    for start in range(0, len(rows), ROWS_AT_ONCE):
        chunk = rows[start : start + ROWS_AT_ONCE]
        values = [value for row in chunk for value in row]
        sql = f"INSERT INTO score_delta ({names}) VALUES {', '.join([marks] * len(chunk))}"
        await database.execute(sql, *values)


CELL = (
    Column("workspace", "uuid"), Column("form", "uuid"), Column("question", "varchar"), Column("day", "date"),
    Column("place", "varchar"), Column("channel", "varchar"), Column("language", "varchar"),
    Column("revision", "smallint"),
)  # fmt: skip
"""The key of a cell."""
MARGIN = (
    Column("workspace", "uuid"), Column("form", "uuid"), Column("question", "varchar"), Column("dimension", "varchar"),
    Column("day", "date"), Column("value", "varchar"), Column("revision", "smallint"),
)  # fmt: skip
"""The key of a margin."""
COUNTS = tuple(Column(name, "bigint") for name in BINS)
"""What either counts."""
_SUMS = ", ".join(f"sum({name})" for name in BINS)
_NAMES = names_of(COUNTS)
_CELL, _MARGIN = names_of(CELL), names_of(MARGIN)


# Rows are sorted by their key, so that two workers meet each row in the same order and cannot deadlock.
def _into_cells(taken: str) -> str:
    return (
        f"INSERT INTO score_cell ({_CELL}, {_NAMES}) SELECT {_CELL}, {_SUMS} FROM {taken} "
        f"WHERE kind = '{ANSWER}' GROUP BY {_CELL} ORDER BY {_CELL} {addition('score_cell', CELL, COUNTS)}"
    )


def _into_margins(taken: str) -> str:
    spread = (
        "SELECT workspace, form, question, dimension, day, "
        "CASE dimension WHEN 'place' THEN place WHEN 'channel' THEN channel WHEN 'language' THEN language "
        f"WHEN 'sentiment' THEN sentiment ELSE '' END AS value, revision, {_NAMES} "
        f"FROM {taken} JOIN dimensions ON counted = kind"
    )
    return (
        f"INSERT INTO score_margin ({_MARGIN}, {_NAMES}) SELECT {_MARGIN}, {_SUMS} FROM ({spread}) AS spread "
        f"WHERE true GROUP BY {_MARGIN} ORDER BY {_MARGIN} {addition('score_margin', MARGIN, COUNTS)}"
    )


_DIMENSIONS = "dimensions(dimension, counted) AS (VALUES {})".format(
    ", ".join(f"('{name}', '{kind}')" for name, kind in DIMENSIONS.items())
)
_LOWEST = "(SELECT * FROM score_delta WHERE id <= {}) AS taken"
SQLITE_FOLD = (
    _into_cells(_LOWEST),
    f"WITH {_DIMENSIONS} {_into_margins(_LOWEST)}",
    "DELETE FROM score_delta WHERE id <= {}",
)
POSTGRES_FOLD = (
    "WITH chosen AS MATERIALIZED (SELECT id FROM score_delta ORDER BY id LIMIT {} FOR UPDATE SKIP LOCKED), "
    "taken AS (DELETE FROM score_delta AS d USING chosen WHERE d.id = chosen.id RETURNING d.*), "
    f"{_DIMENSIONS}, cells AS ({_into_cells('taken')}), margins AS ({_into_margins('taken')}) "
    "SELECT count(*) AS folded FROM taken"
)
