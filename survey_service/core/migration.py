"""Plain SQL and new columns inside Piccolo migrations, on either engine."""

from collections.abc import Mapping, Sequence

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.base import Column
from piccolo.engine.finder import engine_finder


async def run_statements(statements: Sequence[str], postgres_only: Sequence[str] = ()) -> None:
    """Runs `statements` on both engines and `postgres_only` on PostgreSQL, in the migration's transaction."""
    engine = engine_finder()
    assert engine is not None, "migrations need PICCOLO_CONF"
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
