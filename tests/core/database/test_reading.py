"""Rows become structs in one place, the same from either database."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from survey_service.core import database as db
from survey_service.core.clock import now
from survey_service.core.database import Database


class Step(msgspec.Struct, frozen=True):
    """A part that is kept as JSON text."""

    at: datetime
    what: str


class Everything(msgspec.Struct, frozen=True):
    """One value of each sort that a query gives."""

    id: UUID
    made_at: datetime
    empty: str | None
    yes: bool
    no: bool | None
    added: int
    share: float
    steps: tuple[Step, ...]
    words: dict[str, str]


ASKED = (
    "SELECT id, created_at AS made_at, NULL AS empty, (attempts = 0) AS yes, (attempts > 0) AS no, "
    "(SELECT SUM(b) FROM (SELECT CAST(4 AS BIGINT) AS b UNION ALL SELECT 5) AS numbers) AS added, 0.5e0 AS share, "
    "payload AS steps, last_error AS words, kind FROM job WHERE id = {}"
)


async def test_what_the_databases_give_differently_is_the_same_struct(database: Database) -> None:
    key, at = uuid4(), now()
    steps = msgspec.json.encode([Step(at, "sent")]).decode()
    await db.execute(
        "INSERT INTO job (id, workspace, kind, key, payload, state, run_at, attempts, max_attempts, last_error, "
        "created_at) VALUES ({}, {}, 'k', 'k', {}, 'ready', {}, 0, 1, {}, {})",
        key, key, steps, at, '{"a": "ä"}', at,
    )  # fmt: skip
    row = await db.read_one(Everything, ASKED, key)
    assert row == Everything(key, at, None, True, False, 9, 0.5, (Step(at, "sent"),), {"a": "ä"})
    assert type(row.yes) is bool
    assert type(row.added) is int
    assert await db.read_one(Everything, ASKED, uuid4()) is None


class Day(msgspec.Struct, frozen=True):
    """A row with something that need not be there."""

    day: date
    n: int = 0


@pytest.mark.parametrize(
    "row",
    [
        {"day": date(2026, 1, 1)},
        {"day": None, "n": 1},
        {"day": date(2026, 1, 1), "n": "x"},
        {"day": date(2026, 1, 1), "n": Decimal("1.5")},
        {"day": date(2026, 1, 1), "n": None},
    ],
)
def test_what_is_not_as_the_struct_says_is_a_fault(row: dict[str, Any]) -> None:
    """A column that was not asked for is one too, even where the struct has a value for it."""
    with pytest.raises(msgspec.ValidationError):
        db.rows_of(Day, [row])


def test_other_columns_are_left_out() -> None:
    assert db.rows_of(Day, [{"day": date(2026, 1, 1), "n": 2, "id": 7}]) == [Day(date(2026, 1, 1), 2)]
