"""Reads the running counts: histograms per day, place, channel, language or sentiment, exact at any moment."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from survey_service.core import database
from survey_service.nps.histogram import Histogram

ALL = "*"
"""The question that every response answers: 1 if it has a comment, 0 if not. Its revision is 0."""

BINS = tuple(f"b{score}" for score in range(11))
DIMENSIONS: Mapping[str, str] = {
    "total": "answer",
    "place": "answer",
    "channel": "answer",
    "language": "answer",
    "sentiment": "sentiment",
}
"""The margins that are kept, and the kind of delta that counts in each."""

By = Literal["day", "place", "channel", "language", "sentiment"]
CountKey = tuple[str, int, str, str, str, str]
"""(question, revision, dimension or `cell`, value or place, channel, language): one row of counts of a day."""
DayCounts = dict[CountKey, Histogram]


class NotCounted(ValueError):
    """Sentiment was asked for together with another filter: of that no counts are kept."""


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
    question: str
    revision: int
    dimension: str
    value: str
    channel: str
    language: str
    counted: Histogram
    stored: Histogram


class _Filter(NamedTuple):
    """`AND column IN (values)`."""

    column: str
    values: tuple[str, ...]


async def histograms(
    workspace: UUID,
    form: UUID,
    question: str,
    first: date,
    last: date,
    *,
    place_ids: Sequence[UUID | None] | None = None,
    channel: str | None = None,
    language: str | None = None,
    sentiment: str | None = None,
    by: By | None = None,
) -> list[Group]:
    """The counts from `first` to `last`, both included, grouped by `by` and by revision, in order.

    A region is given as the ids of its places, answers without a place as None; an empty list means that none are
    meant. Filters and `by` of at most
    one dimension read that dimension's margin, more read the cells. Raises NotCounted for sentiment with another.
    """
    filters = _filters(place_ids, channel, language, sentiment)
    if any(not chosen.values for chosen in filters):
        return []
    dimensions = {chosen.column for chosen in filters} | ({by} if by not in (None, "day") else set())
    if "sentiment" in dimensions and len(dimensions) > 1:
        raise NotCounted("sentiment is counted by day only, not by place, channel or language")
    scope = (workspace, form, question, first, last)
    if len(dimensions) > 1:
        sql, values = _from_cells(by, filters, scope)
    else:
        sql, values = _from_margin(next(iter(dimensions), "total"), by, filters, scope)
    return [_group(row, by) for row in await database.fetch(sql, *values)]


async def counted_days(workspace: UUID) -> list[tuple[UUID, date]]:
    """Every (form, day) for which anything is counted."""
    rows = await database.fetch(
        "SELECT form, day FROM score_margin WHERE workspace = {} UNION "
        "SELECT form, day FROM score_cell WHERE workspace = {} UNION "
        "SELECT form, day FROM score_delta WHERE workspace = {}",
        *[workspace] * 3,
    )
    return [(as_uuid(row["form"]), as_date(row["day"])) for row in rows]


async def counts_of_day(workspace: UUID, form: UUID, day: date) -> DayCounts:
    """All counts of a form's day, cells and margins, deltas included; rows of zeros are left out."""
    counts: DayCounts = {}
    scope = "WHERE workspace = {} AND form = {} AND day = {}"
    rest = f"question, revision, {', '.join(BINS)} FROM"
    sql = (
        "SELECT '' AS kind, dimension, value AS place, '' AS channel, '' AS language, '' AS sentiment, "
        f"{rest} score_margin {scope} UNION ALL "
        f"SELECT '', 'cell', place, channel, language, '', {rest} score_cell {scope} UNION ALL "
        f"SELECT kind, '', place, channel, language, sentiment, {rest} score_delta {scope}"
    )
    for row in await database.fetch(sql, *[workspace, form, day] * 3):
        where = (row["place"], row["channel"], row["language"])
        rows = targets(row["kind"], *where, row["sentiment"]) if row["kind"] else [(row["dimension"], *where)]
        for target in rows:
            key: CountKey = (row["question"], row["revision"], *target)
            counts[key] = counts.get(key, Histogram()) + _histogram(row)
    return {key: histogram for key, histogram in counts.items() if histogram}


def targets(kind: str, place: str, channel: str, language: str, sentiment: str) -> list[tuple[str, str, str, str]]:
    """The rows (dimension, value or place, channel, language) in which a delta counts."""
    values = {"total": "", "place": place, "channel": channel, "language": language, "sentiment": sentiment}
    margins = [(name, values[name], "", "") for name, counted in DIMENSIONS.items() if counted == kind]
    return [*margins, ("cell", place, channel, language)] if kind == "answer" else margins


def as_date(value: Any) -> date:
    """A day as either engine gives it; SQLite forgets the type in a UNION."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def as_uuid(value: Any) -> UUID:
    """An id as either engine gives it."""
    return value if isinstance(value, UUID) else UUID(str(value))


def _filters(
    place_ids: Sequence[UUID | None] | None, channel: str | None, language: str | None, sentiment: str | None
) -> list[_Filter]:
    chosen = [_Filter("place", tuple(sorted(str(place or "") for place in place_ids)))] if place_ids is not None else []
    single = {"channel": channel, "language": language, "sentiment": sentiment}
    return chosen + [_Filter(name, (value,)) for name, value in single.items() if value is not None]


def _from_margin(
    dimension: str, by: By | None, filters: list[_Filter], scope: tuple[Any, ...]
) -> tuple[str, list[Any]]:
    on_value = [_Filter("value", chosen.values) for chosen in filters]
    counted, counted_values = _part("score_margin", "value", "dimension = {}", [dimension], on_value, scope)
    column = "''" if dimension == "total" else dimension
    waiting, waiting_values = _part("score_delta", column, "kind = {}", [DIMENSIONS[dimension]], filters, scope)
    return _summed(by, f"{counted} UNION ALL {waiting}"), counted_values + waiting_values


def _from_cells(by: By | None, filters: list[_Filter], scope: tuple[Any, ...]) -> tuple[str, list[Any]]:
    column = by if by not in (None, "day") else "''"
    counted, counted_values = _part("score_cell", column, "1 = 1", [], filters, scope)
    waiting, waiting_values = _part("score_delta", column, "kind = {}", ["answer"], filters, scope)
    return _summed(by, f"{counted} UNION ALL {waiting}"), counted_values + waiting_values


def _part(
    table: str, key: str, extra: str, extra_values: list[Any], filters: list[_Filter], scope: tuple[Any, ...]
) -> tuple[str, list[Any]]:
    where = "".join(f" AND {chosen.column} IN ({database.in_list(chosen.values)})" for chosen in filters)
    sql = (
        f"SELECT {key} AS key, day, revision, {', '.join(BINS)} FROM {table} WHERE workspace = {{}} AND form = {{}} "
        f"AND question = {{}} AND day >= {{}} AND day <= {{}} AND {extra}{where}"
    )
    return sql, [*scope, *extra_values, *(value for chosen in filters for value in chosen.values)]


def _summed(by: By | None, rows: str) -> str:
    """Sums of the rows per key, or per day, and revision."""
    key = {None: "''", "day": "day"}.get(by, "key")
    sums = ", ".join(f"sum({name}) AS {name}" for name in BINS)
    grouped = "revision" if by is None else f"{key}, revision"
    return f"SELECT {key} AS key, revision, {sums} FROM ({rows}) AS counts GROUP BY {grouped} ORDER BY {grouped}"


def _group(row: Mapping[str, Any], by: By | None) -> Group:
    if by == "day":
        day = as_date(row["key"])
        return Group(day.isoformat(), day, row["revision"], _histogram(row))
    return Group(row["key"], None, row["revision"], _histogram(row))


def _histogram(row: Mapping[str, Any]) -> Histogram:
    return Histogram(tuple(int(row[name]) for name in BINS))
