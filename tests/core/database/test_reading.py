"""Rows become structs in one place, the same from either database."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from piccolo.query.methods.delete import Delete, DeletionError
from piccolo.query.methods.update import Update, UpdateError

from survey_service.core import database as db
from survey_service.core.clock import now
from survey_service.core.database import Database
from survey_service.jobs.tables import Job


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


class Task(msgspec.Struct, frozen=True):
    """What the builder asks of a job."""

    id: UUID
    created_at: datetime
    payload: tuple[Step, ...]
    done: bool


async def test_the_query_builder_gives_the_same_struct_as_sql(database: Database) -> None:
    key, at = uuid4(), now()
    steps = msgspec.json.encode([Step(at, "sent")]).decode()
    new = Job(
        id=key, workspace=key, kind="k", key="k", payload=steps, state="ready", run_at=at, attempts=0, max_attempts=1,
        last_error="", created_at=at,
    )  # fmt: skip
    once = Job.insert(new).on_conflict(action="DO NOTHING").returning(Job.id)
    assert [row["id"] for row in await db.execute(once)] == [key]
    assert await db.execute(once) == []
    done = "finished_at IS NOT NULL"
    ours = db.select(Task, Job, done=done).where(Job.id == key)
    sql = f"SELECT {db.selected(Task, done=done)} FROM job WHERE id = {{}}"
    async with db.transaction():
        assert await db.read(Task, db.kept(ours)) == [Task(key, at, (Step(at, "sent"),), False)]
    assert await db.read_one(Task, ours) == await db.read_one(Task, sql, key)
    changed = Job.update({Job.finished_at: at}).where(Job.id == key, Job.finished_at.is_null()).returning(Job.id)
    assert len(await db.execute(changed)) == 1
    assert await db.execute(changed) == []
    assert (await db.read(Task, ours))[0].done is True
    assert len(await db.execute(Job.delete().where(Job.id == key).returning(Job.id))) == 1
    assert await db.read_one(Task, ours) is None


async def test_a_query_of_the_builder_fails_by_the_name_of_what_failed(database: Database) -> None:
    with pytest.raises(msgspec.ValidationError, match="Day"):
        await db.read(Day, Job.select(Job.id).where(Job.id == await _kept_job()))


@pytest.mark.parametrize("query", [Job.delete(), Job.update({Job.kind: "k"})])
async def test_no_row_is_meant_where_no_condition_says_which(database: Database, query: Delete | Update[Job]) -> None:
    key = await _kept_job()
    with pytest.raises((DeletionError, UpdateError)):
        await db.execute(query)
    assert await db.fetch(Job.select(Job.id)) == [{"id": key}]


async def _kept_job() -> UUID:
    key, at = uuid4(), now()
    new = Job(id=key, workspace=key, kind="k", key=str(key), payload="[]", state="ready", run_at=at, created_at=at)
    await db.execute(Job.insert(new))
    return key
