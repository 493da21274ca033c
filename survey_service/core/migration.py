"""Plain SQL, new columns and what fills them inside Piccolo migrations, on either engine."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import Column
from piccolo.engine.finder import engine_finder
from piccolo.querystring import QueryString

AT_ONCE = 2_000


async def run_statements(statements: Sequence[str], postgres_only: Sequence[str] = ()) -> None:
    """Runs `statements` on both engines and `postgres_only` on PostgreSQL, in the migration's transaction."""
    engine = _engine()
    for statement in statements:
        await engine.run_ddl(statement)
    if engine.engine_type == "postgres":
        for statement in postgres_only:
            await engine.run_ddl(statement)


def add_columns(manager: MigrationManager, table: str, tablename: str, columns: Mapping[str, Column]) -> None:
    """Adds columns by name to a table of class name `table`; each is written as in `tables.py`."""
    for name, column in columns.items():
        manager.add_column(
            table_class_name=table,
            tablename=tablename,
            column_name=name,
            db_column_name=name,
            column_class_name=type(column).__name__,
            column_class=type(column),
            params=column._meta.params,
            schema=None,
        )


def create_table(manager: MigrationManager, table: str, tablename: str, columns: Mapping[str, Column]) -> None:
    """A new table with these columns. Piccolo ignores columns that are given with the table itself."""
    manager.add_table(class_name=table, tablename=tablename, schema=None, columns=None)
    add_columns(manager, table, tablename, columns)


async def fill(table: str, source: str, made: Mapping[str, Callable[[str], str]]) -> None:
    """Sets columns of every row to what is made of its text in the column `source`; blank ones stay as they are."""
    last: Any = None
    while rows := await _batch(table, source, last):
        last = rows[-1]["id"]
        values = [[row["id"] for row in rows], *([make(row[source]) for row in rows] for make in made.values())]
        await _set(table, list(made), values)


async def _batch(table: str, source: str, last: Any) -> list[dict[str, Any]]:
    after, values = ("", ()) if last is None else (" AND id > {}", (last,))
    sql = f"SELECT id, {source} FROM {table} WHERE {source} <> ''{after} ORDER BY id LIMIT {AT_ONCE}"
    rows: list[dict[str, Any]] = await _engine().run_querystring(QueryString(sql, *values))
    return rows


async def _set(table: str, names: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    engine = _engine()
    if engine.engine_type == "postgres":
        sets = ", ".join(f"{name} = given_{name}" for name in names)
        given = ", ".join(f"given_{name}" for name in names)
        arrays = ", ".join(["{}::text[]"] * len(names))
        rows = f"UNNEST({{}}::uuid[], {arrays}) AS g(given_id, {given})"
        sql = f"UPDATE {table} SET {sets} FROM {rows} WHERE id = given_id"
        await engine.run_querystring(QueryString(sql, *values))
        return
    sets = ", ".join(f"{name} = {{}}" for name in names)
    for identity, *texts in zip(*values, strict=True):
        await engine.run_querystring(QueryString(f"UPDATE {table} SET {sets} WHERE id = {{}}", *texts, identity))


def _engine() -> Any:
    engine = engine_finder()
    assert engine is not None, "migrations need PICCOLO_CONF"
    return engine
