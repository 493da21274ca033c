"""The schema comes up to date on both databases, also when two machines start at once."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from survey_service import piccolo_conf
from survey_service.core import database as db
from survey_service.core.database import Database, schema
from tests import conftest


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    """A database without any table."""
    async with conftest.opened_for(conftest.settings_for(empty_url)) as opened:
        yield opened


async def test_a_new_database_is_brought_up_to_date(empty: Database) -> None:
    assert await schema.applied() == set()
    expected = schema.expected()
    assert await schema.pending() == expected
    assert {name.split(":")[0] for name in expected} == set(piccolo_conf.APPS)
    assert await schema.migrate() == len(expected)
    assert await schema.applied() == expected
    assert await schema.pending() == set()
    assert await schema.migrate() == 0
    for table in ("response", "event", "job", "count_cell", "invitation", "customer"):
        assert await db.fetch(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]


async def test_two_starts_at_once_migrate_once(empty: Database) -> None:
    if empty.dialect == "sqlite":
        pytest.skip("one machine serves from a SQLite file")
    assert sorted(await asyncio.gather(schema.migrate(), schema.migrate())) == [0, len(schema.expected())]
    assert await schema.pending() == set()
    rows = await db.fetch("SELECT app_name, name, count(*) AS n FROM migration GROUP BY app_name, name")
    assert {row["n"] for row in rows} == {1}


async def test_a_migration_that_was_not_run_is_pending(database: Database) -> None:
    row = await db.fetch_one("SELECT id, app_name, name FROM migration ORDER BY id DESC")
    assert row is not None
    await db.execute("DELETE FROM migration WHERE id = {}", row["id"])
    (pending,) = await schema.pending()
    assert pending.split(":")[0] == row["app_name"]


async def test_a_failed_migration_is_told_with_its_reason(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(app_name: str) -> None:
        print("the third column is the one")
        raise SystemExit(1)

    monkeypatch.setattr("piccolo.apps.migrations.commands.forwards.run_forwards", broken)
    with pytest.raises(schema.Unfit, match="the third column is the one"):
        await schema.migrate()


COLUMNS = {
    "sqlite": 'SELECT m.name AS of, p.name, p.type, p."notnull" AS required, p.dflt_value AS given, p.pk AS key '
    "FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'",
    "postgres": "SELECT table_name AS of, column_name AS name, data_type AS type, character_maximum_length AS length, "
    "is_nullable AS required, column_default AS given FROM information_schema.columns WHERE table_schema = 'public'",
}
A_FRESH_ID = re.compile(r"'[0-9a-f]{8}-[0-9a-f-]{27}'")
MADE_BY_SQL = {("event", "transaction_id")}
"""Columns that Piccolo has no type for."""


async def columns() -> set[tuple[str, ...]]:
    """Table, name, type, length, whether it may be absent and what it is by default, of each column that there is."""
    rows = await db.fetch(COLUMNS[db.dialect()])
    ours = [row for row in rows if row["of"] in OURS and (row["of"], row["name"]) not in MADE_BY_SQL]
    return {tuple(A_FRESH_ID.sub("an id", str(value)) for value in row.values()) for row in ours}


OURS = {
    table._meta.tablename: table
    for app in piccolo_conf.APPS
    for table in piccolo_conf.APP_REGISTRY.get_table_classes(app)
}


async def test_the_tables_are_what_the_migrations_make(empty: Database) -> None:
    await schema.migrate()
    migrated = await columns()
    for name in sorted(OURS, reverse=True):
        await db.execute(f"DROP TABLE {name}")
    for table in OURS.values():
        await table.create_table()
    assert await columns() == migrated
    assert {row[0] for row in migrated} == set(OURS)
