"""Tables, columns and plain SQL in Piccolo migrations, on either engine, short enough to be reviewed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import Column
from piccolo.engine.finder import engine_finder

Tables = Mapping[tuple[str, str], Mapping[str, Column]]
"""(Class, table) → its columns by name, each written as in `tables.py`."""


class Manager(MigrationManager):
    """Piccolo's, which runs what is raw before it makes tables: `afterwards` is run when they are there."""

    afterwards: Callable[[], Awaitable[None]] | None = None

    async def run(self, backwards: bool = False) -> None:
        await super().run(backwards)
        if self.afterwards and not backwards:
            await self.afterwards()


def tables(
    app: str, identity: str, about: str, made: Tables, indexes: Sequence[str], postgres_only: Sequence[str] = ()
) -> MigrationManager:
    """A domain's migration: new tables, then the keys and indexes that Piccolo's columns cannot say."""
    manager = _manager(app, identity, about, indexes, postgres_only)
    for (table, tablename), columns in made.items():
        create_table(manager, table, tablename, columns)
    return manager


def more_columns(app: str, identity: str, about: str, added: Tables, indexes: Sequence[str] = ()) -> MigrationManager:
    """A domain's migration: more columns for tables that are there, then the keys and indexes that they stand in."""
    manager = _manager(app, identity, about, indexes)
    for (table, tablename), columns in added.items():
        add_columns(manager, table, tablename, columns)
    return manager


def _manager(
    app: str, identity: str, about: str, statements: Sequence[str], postgres_only: Sequence[str] = ()
) -> Manager:
    async def afterwards() -> None:
        await run_statements(statements, postgres_only)

    manager = Manager(migration_id=identity, app_name=app, description=about)
    manager.afterwards = afterwards
    return manager


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


def _engine() -> Any:
    engine = engine_finder()
    assert engine is not None, "migrations need PICCOLO_CONF"
    return engine
