"""Batches and plain SQL behave alike on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from piccolo.engine.sqlite import ADAPTERS

from survey_service.core import database as db
from survey_service.core.batch.sqlite import as_sqlite
from survey_service.core.batch.statements import Batch, Column, Insert, Select, Update
from survey_service.core.database import Database, schema
from survey_service.core.ids import new_id

COLUMNS = (Column("name", "text"), Column("value", "text"))
MOMENT = datetime(2026, 3, 4, 5, 6, 7, 890, tzinfo=UTC)


def write(rows: list[tuple[str, str]]) -> Batch[list[str]]:
    inserted = yield Insert("installation", COLUMNS, rows, returning="name")
    return [name for (name,) in inserted]


async def test_a_batch_returns_only_what_was_inserted(database: Database) -> None:
    assert await database.run(write([("a", "1"), ("b", "2")])) == ["a", "b"]
    assert await database.run(write([("b", "3"), ("c", "4"), ("c", "5")])) == ["c"]
    rows = await db.fetch("SELECT name, value FROM installation ORDER BY name")
    assert rows == [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}, {"name": "c", "value": "4"}]


async def test_a_batch_is_all_or_nothing(database: Database) -> None:
    def broken() -> Batch[None]:
        yield Insert("installation", COLUMNS, [("a", "1")])
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        await database.run(broken())
    assert await db.fetch("SELECT name FROM installation") == []


async def test_select_and_update_by_keys(database: Database) -> None:
    def batch() -> Batch[tuple[list[tuple[str, ...]], list[tuple[str, ...]]]]:
        found = yield Select("installation", COLUMNS, COLUMNS[:1], [("a",), ("z",)])
        changed = yield Update("installation", COLUMNS[0], COLUMNS[1:], [("a", "9"), ("z", "9")])
        return found, changed

    await database.run(write([("a", "1"), ("b", "2")]))
    assert await database.run(batch()) == ([("a", "1")], [("a",)])
    assert await db.fetch_one("SELECT value FROM installation WHERE name = {}", "a") == {"value": "9"}


async def test_conditional_update_happens_once(database: Database) -> None:
    identity = new_id()
    await db.execute(
        "INSERT INTO sign_in_link (id, workspace, staff, expires_at) VALUES ({}, {}, {}, {})",
        "x", identity, identity, MOMENT,
    )  # fmt: skip

    def use(moment: datetime) -> Batch[int]:
        rows = [("x", moment)]
        columns = (Column("used_at", "timestamptz"),)
        changed = yield Update("sign_in_link", Column("id", "text"), columns, rows, only_if="used_at IS NULL")
        return len(changed)

    assert await database.run(use(MOMENT)) == 1
    assert await database.run(use(MOMENT + timedelta(days=1))) == 0
    row = await db.fetch_one("SELECT used_at, workspace FROM sign_in_link")
    assert row == {"used_at": MOMENT, "workspace": identity}
    assert isinstance(row["workspace"], UUID)


async def test_an_update_leaves_what_is_not_as_it_was_read(database: Database) -> None:
    def batch() -> Batch[list[tuple[str, ...]]]:
        rows = [("a", "9", "1"), ("b", "9", "1"), ("c", "9", "3")]
        changed = yield Update(
            "installation", COLUMNS[0], COLUMNS[1:], rows, only_if="name <> 'c'", as_read=COLUMNS[1:]
        )
        return changed

    await database.run(write([("a", "1"), ("b", "2"), ("c", "3")]))
    assert [tuple(row) for row in await database.run(batch())] == [("a",)]
    rows = await db.fetch("SELECT name, value FROM installation ORDER BY name")
    assert [(row["name"], row["value"]) for row in rows] == [("a", "9"), ("b", "2"), ("c", "3")]


async def test_transaction_rolls_back_and_nests(database: Database) -> None:
    async def broken() -> None:
        async with db.transaction():
            await db.execute("INSERT INTO installation (name, value) VALUES ({}, {})", "a", "1")
            async with db.transaction():
                await db.execute("INSERT INTO installation (name, value) VALUES ({}, {})", "b", "1")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        await broken()
    assert await db.fetch("SELECT name FROM installation") == []


async def test_schema_is_complete(database: Database) -> None:
    assert await schema.pending() == set()
    assert await schema.migrate() == 0
    assert await db.table_exists("response")
    assert not await db.table_exists("no_such_table")


async def test_json_member(database: Database) -> None:
    sql = f"SELECT {db.json_member('value', 'recommend')} AS found FROM installation"
    await database.run(write([("a", '{"recommend": 7}')]))
    assert str((await db.fetch(sql))[0]["found"]) == "7"


def test_sqlite_texts_are_those_of_the_orm() -> None:
    identity, east = new_id(), timezone(timedelta(hours=3))
    moments = [MOMENT, MOMENT.replace(microsecond=0), MOMENT.astimezone(east)]
    values = [identity, MOMENT.date(), *moments, "text", 7, None, True, 0.5]
    (row,) = as_sqlite([tuple(values)])
    assert list(row) == [ADAPTERS[type(value)](value) if type(value) in ADAPTERS else value for value in values]


async def test_a_batch_of_new_rows_keeps_all_its_rows_in_one_go(database: Database) -> None:
    made = []

    def make() -> Batch[list[str]]:
        made.append(1)
        return write([("a", "1"), ("b", "2")])

    assert await database.run_assuming_new(make) == ["a", "b"]
    assert len(made) == 1
    assert await db.fetch("SELECT name FROM installation ORDER BY name") == [{"name": "a"}, {"name": "b"}]


async def test_a_batch_whose_row_is_there_is_run_with_care(database: Database) -> None:
    def make() -> Batch[list[str]]:
        names = yield from write([("a", "1"), ("b", "2")])
        yield Insert("installation", COLUMNS, [(f"{name}-too", "") for name in names])
        return names

    await database.run(write([("b", "3")]))
    assert await database.run_assuming_new(make) == ["a"]
    rows = await db.fetch("SELECT name, value FROM installation ORDER BY name")
    assert [tuple(row.values()) for row in rows] == [("a", "1"), ("a-too", ""), ("b", "3")]


async def test_a_batch_that_asks_gets_its_answer_after_what_it_inserted(database: Database) -> None:
    def make() -> Batch[list[tuple[str, ...]]]:
        yield Insert("installation", COLUMNS, [("a", "1")])
        yield Insert("installation", COLUMNS, [("b", "2")])
        found = yield Select("installation", COLUMNS, COLUMNS[:1], [("a",), ("b",)])
        return found

    assert sorted(await database.run_assuming_new(make)) == [("a", "1"), ("b", "2")]


async def test_plain_inserts_of_a_batch_pass_over_what_is_there(database: Database) -> None:
    def make() -> Batch[str]:
        yield Insert("installation", COLUMNS, [("a", "1")])
        yield Insert("installation", COLUMNS, [("a", "2"), ("b", "2")])
        return "done"

    assert await database.run_assuming_new(make) == "done"
    assert await database.run(make()) == "done"
    rows = await db.fetch("SELECT name, value FROM installation ORDER BY name")
    assert {row["name"] for row in rows} == {"a", "b"}
