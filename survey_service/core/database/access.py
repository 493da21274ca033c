"""The one database of the process: which it is, what is asked of it and transactions.

A statement is a query of Piccolo's builder, or SQL with its values.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from piccolo.query.base import Query
from piccolo.querystring import QueryString

from survey_service.core.database.base import Database, Dialect
from survey_service.core.database.ending import answering

Row = dict[str, Any]
Statement = str | Query[Any, Any]

_current: Database | None = None


def use(database: Database | None) -> None:
    """Makes `database` the process's own."""
    global _current
    _current = database


def current() -> Database:
    """The process's database; an error if none was opened."""
    if _current is None:
        raise RuntimeError("No database has been opened")
    return _current


def dialect() -> Dialect:
    """The SQL dialect of the process's database."""
    return current().dialect


async def fetch(asked: Statement, *values: Any) -> list[Row]:
    """Rows of a query, or of SQL whose placeholders are `{}` on both engines. Joins the transaction around it, if any.

    Raises Unavailable while the database does not answer.
    """
    engine = current().engine
    statement = QueryString(asked, *values) if isinstance(asked, str) else _one(asked)
    with answering():
        rows = await engine.run_querystring(statement)
    return [dict(row) for row in rows or ()]


def _one(query: Query[Any, Any]) -> QueryString:
    """Refuses what awaiting the query would: an update or a deletion of every row that does not say `force`."""
    query._validate()  # type: ignore[no-untyped-call]
    (statement,) = query.querystrings
    return statement


async def fetch_one(asked: Statement, *values: Any) -> Row | None:
    """The first row, or None."""
    rows = await fetch(asked, *values)
    return rows[0] if rows else None


async def execute(asked: Statement, *values: Any) -> list[Row]:
    """Runs what writes; gives what it RETURNs."""
    return await fetch(asked, *values)


@contextlib.asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing. On SQLite it is IMMEDIATE and takes its turn; keep it under 100 ms. Nested ones join."""
    async with current().transaction():
        yield


def in_transaction() -> bool:
    """Whether this task is inside a transaction."""
    return bool(current().engine.transaction_exists())


async def after_bulk() -> None:
    """Lets the database look at what a bulk load has left: until then PostgreSQL plans as for an empty one."""
    await execute("ANALYZE")


async def table_exists(name: str) -> bool:
    """Whether the database has a table of this name."""
    if dialect() == "sqlite":
        return bool(await fetch("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = {}", name))
    return bool(await fetch("SELECT 1 FROM pg_tables WHERE tablename = {} AND schemaname = 'public'", name))


def in_list(values: Sequence[Any]) -> str:
    """`{}, {}, {}` for as many values: the placeholders of an IN list that is not empty."""
    assert values, "an empty IN list has no SQL"
    return ", ".join(["{}"] * len(values))
