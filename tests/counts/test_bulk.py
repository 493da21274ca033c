"""Responses counted at once are counted as if each had been submitted, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import msgspec
import pytest

from survey_service.core.batch.statements import Batch
from survey_service.core.database import Database
from survey_service.counts import rebuild
from survey_service.counts.bulk import additions
from survey_service.counts.deltas import deltas_for, sentiment_deltas
from survey_service.counts.schemas import CountedResponse, DeltaRow, Difference
from tests.counts.test_counts import FORM, HERE, append, fold_all, many, response, waiting_deltas


def deltas(responses: list[CountedResponse], amount: int = 1) -> list[DeltaRow]:
    moves = [(msgspec.structs.replace(one, sentiment=""), one.sentiment) for one in responses if one.sentiment]
    return [*deltas_for(responses, amount), *sentiment_deltas(moves)]


async def add(database: Database, responses: list[CountedResponse]) -> None:
    def plan() -> Batch[None]:
        margins, cells = additions(deltas(responses))
        yield margins
        yield cells

    await database.run(plan())


async def differences(responses: list[CountedResponse]) -> list[Difference]:
    """Where the stored counts are not those of the responses."""

    async def read(_form: UUID, day: date) -> AsyncIterator[CountedResponse]:
        for one in responses:
            if one.day == day:
                yield one

    return await rebuild.compare(HERE, {(FORM, one.day) for one in responses}, read)


async def test_what_is_added_is_what_a_fold_adds(database: Database) -> None:
    at_once, submitted, later = many(1), many(2), many(3)
    await add(database, at_once)
    assert await waiting_deltas() == 0
    assert await differences(at_once) == []
    await append(database, submitted)
    assert await fold_all() > 0
    await add(database, later)
    assert await differences([*at_once, *submitted, *later]) == []
    assert await differences([*at_once, *submitted]) != []


async def test_counts_of_several_at_the_same_time_all_arrive(database: Database) -> None:
    shares = [many(seed, 60) for seed in range(6)]
    submitted = many(7)
    await append(database, submitted)
    await asyncio.gather(*(add(database, share) for share in shares), fold_all(), fold_all())
    assert await differences([one for share in [*shares, submitted] for one in share]) == []


def test_rows_are_summed_and_in_the_order_of_their_keys() -> None:
    margins, cells = additions(deltas([response(9), response(9), response(3), response(9, channel="qr")]))
    assert (margins.table, cells.table) == ("count_margin", "count_cell")
    for statement in (margins, cells):
        names = [column.name for column in (*statement.keys, *statement.sums)]
        assert [row[: len(statement.keys)] for row in statement.rows] == sorted(
            {row[: len(statement.keys)] for row in statement.rows}
        )
        assert {len(row) for row in statement.rows} == {len(names)}
    found = {(row[2], row[3], row[5]): row[-11:] for row in margins.rows}
    assert found["recommend", "total", ""] == (0, 0, 0, 1, 0, 0, 0, 0, 0, 3, 0)
    assert found["recommend", "channel", "link"] == (0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0)


@pytest.mark.parametrize("responses", [[], many(4)])
def test_nothing_or_nothing_left_adds_nothing_wrong(responses: list[CountedResponse]) -> None:
    taken_back = additions([*deltas_for(responses), *deltas_for(responses, -1)])
    assert all(not any(row[-11:]) for statement in taken_back for row in statement.rows)
