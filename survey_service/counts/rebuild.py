"""Counts the responses again, and tells where the counts are not what the responses say."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterable, Callable, Iterable
from datetime import date
from operator import add
from uuid import UUID

import msgspec

from survey_service.core import database
from survey_service.counts import queries
from survey_service.counts.deltas import COLUMNS, KEY, deltas_for, sentiment_deltas, targets
from survey_service.counts.schemas import CountedResponse, CountKey, DayCounts, DeltaRow, Difference
from survey_service.counts.tables import CountCell, CountDelta, CountMargin
from survey_service.nps.histogram import NOTHING, Histogram

ROWS_AT_ONCE = 1000
"""Rows of one INSERT: some twenty values each, below the 32,766 parameters of either engine."""
HELD_SECONDS, PAUSE_SECONDS = 0.5, 0.2
"""SQLite looks again every tenth of a second whether it may write."""
TABLES = (CountDelta, CountCell, CountMargin)

DayReader = Callable[[UUID, date], AsyncIterable[CountedResponse]]
"""Gives the counted responses of one form and day."""


async def rebuild(workspace: UUID, days: Iterable[tuple[UUID, date]], read: DayReader) -> int:
    """Counts everything again, a form and day at a time, while answers keep coming; gives the number of days.

    `days` are the (form, day) of all counted responses, `read` gives them. What is counted for other days is
    removed. Deltas are left behind, which the next folds take. On SQLite nobody else writes meanwhile, and who waits
    has no place in a queue: now and then there is a pause in which they get in.
    """
    every = sorted({*days, *await queries.counted_days(workspace)})
    since = time.monotonic()
    for form, day in every:
        async with database.transaction():
            await database.hold_tables(*TABLES)
            responses = [response async for response in read(form, day)]
            await _forget(workspace, form, day)
            await _insert([*deltas_for(responses), *sentiment_deltas(_first_readings(responses))])
        if time.monotonic() - since > HELD_SECONDS:
            await asyncio.sleep(PAUSE_SECONDS)
            since = time.monotonic()
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


def counts_from(responses: Iterable[CountedResponse]) -> DayCounts:
    """What cells and margins of one form and day hold once everything is folded; empty rows are left out."""
    collected = list(responses)
    counts: defaultdict[CountKey, tuple[int, ...]] = defaultdict(lambda: NOTHING)
    for row in [*deltas_for(collected), *sentiment_deltas(_first_readings(collected))]:
        _, _, question, part, revision, _, kind, *values = row[: len(KEY)]
        for target in targets(kind, tuple(values)):
            name = CountKey(question, part, revision, *target)
            counts[name] = tuple(map(add, counts[name], row[len(KEY) :]))
    return {key: Histogram(bins) for key, bins in counts.items() if any(bins)}


def _first_readings(responses: Iterable[CountedResponse]) -> list[tuple[CountedResponse, str]]:
    """The moves that count the sentiment of responses not counted yet."""
    return [
        (msgspec.structs.replace(response, sentiment=""), response.sentiment)
        for response in responses
        if response.sentiment
    ]


def _differences(form: UUID, day: date, counted: DayCounts, stored: DayCounts) -> list[Difference]:
    nothing = Histogram()
    return [
        Difference(form, day, key, counted.get(key, nothing), stored.get(key, nothing))
        for key in sorted(counted.keys() | stored.keys())
        if counted.get(key, nothing) != stored.get(key, nothing)
    ]


async def _forget(workspace: UUID, form: UUID, day: date) -> None:
    theirs = {"workspace": workspace, "form": form, "day": day}
    for table in TABLES:
        await database.execute(table.delete().where(*[getattr(table, name) == value for name, value in theirs.items()]))


async def _insert(rows: list[DeltaRow]) -> None:
    names = ", ".join(column.name for column in COLUMNS)
    marks = "(" + ", ".join(["{}"] * len(COLUMNS)) + ")"
    for start in range(0, len(rows), ROWS_AT_ONCE):
        chunk = rows[start : start + ROWS_AT_ONCE]
        values = [value for row in chunk for value in row]
        sql = f"INSERT INTO count_delta ({names}) VALUES {', '.join([marks] * len(chunk))}"
        await database.execute(sql, *values)
