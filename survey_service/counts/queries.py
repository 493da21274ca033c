"""Reads the running counts: histograms per day, per part of a question or by a dimension, exact at any moment."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from survey_service.core import database
from survey_service.counts.deltas import MARGINS, targets
from survey_service.counts.dimensions import ANSWER, DIMENSIONS, LATE, RECEIVED, as_text
from survey_service.counts.schemas import BINS, CELL, TOTAL, CountKey, DayCounts, Group, NotCounted
from survey_service.nps.histogram import Histogram

DAY, PART = "day", "part"
"""What may be asked `by` besides a dimension."""

Where = Mapping[str, Sequence[Any]]
"""A dimension's name → the values that are meant."""


class _Filter(NamedTuple):
    """`AND column IN (values)`."""

    column: str
    values: tuple[str, ...]


class _Scope(NamedTuple):
    """Workspace, form, question and the first and last day; the part of the question, and what to group by."""

    values: tuple[Any, ...]
    part: str | None
    by: str | None


async def histograms(
    workspace: UUID,
    form: UUID,
    question: str,
    first: date,
    last: date,
    *,
    where: Where | None = None,
    part: str | None = None,
    by: str | None = None,
) -> list[Group]:
    """The counts from `first` to `last`, both included, grouped by `by` and by revision, in order.

    A region is given as the ids of its places, answers without a place as None; an empty list means that none are
    meant. `by` is a dimension, `day` or `part`. Of a question that is counted in parts one `part` is read, or all added
    up. Filters and `by` of at most one dimension read that dimension's margin, more read the cells. Raises NotCounted
    for sentiment with another.
    """
    filters = _filters(where or {})
    if any(not chosen.values for chosen in filters):
        return []
    dimensions = {chosen.column for chosen in filters} | ({by} if by and by in DIMENSIONS else set[str]())
    if len(dimensions) > 1 and not dimensions.isdisjoint(LATE):
        raise NotCounted(f"{' and '.join(LATE)} is counted by day only, not by {', '.join(RECEIVED)}")
    scope = _Scope((workspace, form, question, first, last), part, by)
    if len(dimensions) > 1:
        sql, values = _from_cells(filters, scope)
    else:
        sql, values = _from_margin(next(iter(dimensions), TOTAL), filters, scope)
    return [_group(row, by) for row in await database.fetch(sql, *values)]


async def counted_days(workspace: UUID) -> list[tuple[UUID, date]]:
    """Every (form, day) for which anything is counted."""
    rows = await database.fetch(
        "SELECT form, day FROM count_margin WHERE workspace = {} UNION "
        "SELECT form, day FROM count_cell WHERE workspace = {} UNION "
        "SELECT form, day FROM count_delta WHERE workspace = {}",
        *[workspace] * 3,
    )
    return [(as_uuid(row["form"]), as_date(row["day"])) for row in rows]


async def counts_of_day(workspace: UUID, form: UUID, day: date) -> DayCounts:
    """All counts of a form's day, cells and margins, deltas included; rows of zeros are left out."""
    counts: DayCounts = {}
    for row in await database.fetch(_OF_DAY, *[workspace, form, day] * 3):
        for target in _targets(row):
            key = CountKey(row["question"], row["part"], row["revision"], *target)
            counts[key] = counts.get(key, Histogram()) + _histogram(row)
    return {key: histogram for key, histogram in counts.items() if histogram}


def _of_day() -> str:
    """Rows of all three tables with the same columns: what a table does not have is empty."""

    def part(table: str, kind: str, dimension: str, value: str, names: Sequence[str]) -> str:
        values = ", ".join(name if name in names else f"'' AS {name}" for name in DIMENSIONS)
        return (
            f"SELECT {kind} AS kind, {dimension} AS dimension, {value} AS value, {values}, "
            f"question, part, revision, {', '.join(BINS)} FROM {table} "
            "WHERE workspace = {} AND form = {} AND day = {}"
        )

    margins = part("count_margin", "''", "dimension", "value", ())
    cells = part("count_cell", "''", f"'{CELL}'", "''", RECEIVED)
    deltas = part("count_delta", "kind", "''", "''", tuple(DIMENSIONS))
    return f"{margins} UNION ALL {cells} UNION ALL {deltas}"


_OF_DAY = _of_day()


def _targets(row: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """The dimension and the values of a row of counts; of all rows in which a delta will count."""
    if row["kind"]:
        return targets(row["kind"], tuple(row[name] for name in DIMENSIONS))
    if row["dimension"] == CELL:
        return [(CELL, tuple(row[name] for name in RECEIVED))]
    return [(row["dimension"], (row["value"],))]


def as_date(value: Any) -> date:
    """A day as either engine gives it; SQLite forgets the type in a UNION."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def as_uuid(value: Any) -> UUID:
    """An id as either engine gives it."""
    return value if isinstance(value, UUID) else UUID(str(value))


def _filters(where: Where) -> list[_Filter]:
    """In the order of the dimensions, so that the same filters are the same SQL."""
    return [_Filter(name, tuple(sorted(map(as_text, where[name])))) for name in DIMENSIONS if name in where]


def _from_margin(dimension: str, filters: list[_Filter], scope: _Scope) -> tuple[str, list[Any]]:
    on_value = [_Filter("value", chosen.values) for chosen in filters]
    counted, counted_values = _part("count_margin", "value", "dimension = {}", [dimension], on_value, scope)
    column = "''" if dimension == TOTAL else dimension
    waiting, waiting_values = _part("count_delta", column, "kind = {}", [MARGINS[dimension]], filters, scope)
    return _summed(scope.by, f"{counted} UNION ALL {waiting}"), counted_values + waiting_values


def _from_cells(filters: list[_Filter], scope: _Scope) -> tuple[str, list[Any]]:
    column = scope.by if scope.by and scope.by in DIMENSIONS else "''"
    counted, counted_values = _part("count_cell", column, "1 = 1", [], filters, scope)
    waiting, waiting_values = _part("count_delta", column, "kind = {}", [ANSWER], filters, scope)
    return _summed(scope.by, f"{counted} UNION ALL {waiting}"), counted_values + waiting_values


def _part(
    table: str, key: str, extra: str, extra_values: list[Any], filters: list[_Filter], scope: _Scope
) -> tuple[str, list[Any]]:
    where = "".join(f" AND {chosen.column} IN ({database.in_list(chosen.values)})" for chosen in filters)
    if scope.part is not None:
        extra, extra_values = f"part = {{}} AND {extra}", [scope.part, *extra_values]
    sql = (
        f"SELECT {PART if scope.by == PART else key} AS key, day, revision, {', '.join(BINS)} FROM {table} "
        "WHERE workspace = {} AND form = {} "
        f"AND question = {{}} AND day >= {{}} AND day <= {{}} AND {extra}{where}"
    )
    return sql, [*scope.values, *extra_values, *(value for chosen in filters for value in chosen.values)]


def _summed(by: str | None, rows: str) -> str:
    """Sums of the rows per key, or per day, and revision."""
    key = "''" if by is None else DAY if by == DAY else "key"
    sums = ", ".join(f"sum({name}) AS {name}" for name in BINS)
    grouped = "revision" if by is None else f"{key}, revision"
    return f"SELECT {key} AS key, revision, {sums} FROM ({rows}) AS counts GROUP BY {grouped} ORDER BY {grouped}"


def _group(row: Mapping[str, Any], by: str | None) -> Group:
    if by == DAY:
        day = as_date(row["key"])
        return Group(day.isoformat(), day, row["revision"], _histogram(row))
    return Group(row["key"], None, row["revision"], _histogram(row))


def _histogram(row: Mapping[str, Any]) -> Histogram:
    return Histogram(tuple(int(row[name]) for name in BINS))
