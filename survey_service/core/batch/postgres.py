"""Batches on PostgreSQL: a statement takes all its rows in one go, as one JSON text or an array for each column."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from survey_service.core.batch.statements import (
    Add,
    Batch,
    Column,
    Delete,
    Done,
    Insert,
    Select,
    Statement,
    Update,
    Values,
    addition,
    advance,
    names_of,
)

T = TypeVar("T")


async def run(connection: Any, batch: Batch[T]) -> T:
    """Runs `batch` in the transaction that is open on asyncpg's `connection`; gives its result."""
    rows: list[Values] | None = None
    while True:
        inserts, statement = advance(batch, rows)
        if inserts:
            await connection.fetch(together(inserts), *map(_as_json, inserts))
        if isinstance(statement, Done):
            return statement.result
        if isinstance(statement, (Insert, Add)):
            rows = await connection.fetch(sql_of(statement), _as_json(statement))
        else:
            rows = await connection.fetch(sql_of(statement), *zip(*statement.rows, strict=True))


async def insert(connection: Any, inserts: Sequence[Insert]) -> None:
    """Puts in every row of a batch of which all is new, or none: asyncpg.UniqueViolationError. One round trip."""
    await connection.fetch(together(inserts, all_new=True), *map(_as_json, inserts))


def _as_json(statement: Insert | Add) -> str:
    """The rows as one JSON parameter: half the processor time of an array for each column."""
    row_of = _row_type(_columns(statement))
    return msgspec.json.encode([row_of(*row) for row in statement.rows]).decode()


def _columns(statement: Insert | Add) -> tuple[Column, ...]:
    return statement.columns if isinstance(statement, Insert) else statement.keys + statement.sums


@lru_cache(maxsize=256)
def _row_type(columns: tuple[Column, ...]) -> type[msgspec.Struct]:
    """A structure with a member for each column, which is made and written faster than a dictionary."""
    return msgspec.defstruct("Row", [column.name for column in columns], gc=False)


def together(inserts: Sequence[Insert], *, all_new: bool = False) -> str:
    """Several inserts as one statement, each with its rows as a parameter of its own."""
    return _together(tuple((one.table, one.columns, one.returning, all_new) for one in inserts))


Shape = tuple[str, tuple[Column, ...], str | None, bool]
"""An insert without its rows: table, columns, what comes back, and whether a conflict is an error."""


@lru_cache(maxsize=256)
def _together(shapes: tuple[Shape, ...]) -> str:
    *first, last = [_insert_sql(shape, number) for number, shape in enumerate(shapes, 1)]
    named = ", ".join(f"i{number} AS ({sql})" for number, sql in enumerate(first))
    return f"WITH {named} {last}" if first else last


def _insert_sql(shape: Shape, parameter: int) -> str:
    table, columns, returning, strict = shape
    sql = f"INSERT INTO {table} ({names_of(columns)}) {_from_json(columns, parameter)}"
    return sql if strict and returning else f"{sql} ON CONFLICT DO NOTHING"


def _from_json(columns: tuple[Column, ...], parameter: int) -> str:
    typed = ", ".join(f"{column.name} {column.type}" for column in columns)
    return f"SELECT {names_of(columns)} FROM json_to_recordset(${parameter}::json) AS rows({typed})"


def sql_of(statement: Statement) -> str:
    """The statement: what puts rows in takes them as one JSON array, the others an array for each column."""
    match statement:
        case Add(table, keys, sums, _):
            # Rows are locked in the order of their key, as whoever else adds to them locks them.
            ordered = f"{_from_json(keys + sums, 1)} ORDER BY {names_of(keys)}"
            return f"INSERT INTO {table} ({names_of(keys + sums)}) {ordered} {addition(table, keys, sums)}"
        case Insert(table, columns, _, returning):
            sql = _insert_sql((table, columns, returning, False), 1)
            return f"{sql} RETURNING {returning}" if returning else sql
        case Select(table, columns, keys, _, lasting):
            arrays = ", ".join(f"${n}::{key.type}[]" for n, key in enumerate(keys, 1))
            names = names_of(keys)
            wanted = ", ".join(f"t.{column.name}" for column in columns)
            lock = " FOR SHARE OF t" if lasting else ""
            return f"SELECT {wanted} FROM {table} t JOIN unnest({arrays}) AS k({names}) USING ({names}){lock}"
        case Delete(table, keys, _):
            arrays = ", ".join(f"${n}::{key.type}[]" for n, key in enumerate(keys, 1))
            names = names_of(keys)
            return f"DELETE FROM {table} WHERE ({names}) IN (SELECT * FROM unnest({arrays}) AS k({names}))"
        case Update(table, key, columns, _, only_if, as_read):
            every = (key, *columns, *as_read)
            arrays = ", ".join(f"${n}::{column.type}[]" for n, column in enumerate(every, 1))
            # Names of their own, so that `only_if` can mean the row only.
            names = ", ".join([f"new_{one.name}" for one in (key, *columns)] + [f"old_{one.name}" for one in as_read])
            sets = ", ".join(f"{column.name} = new_{column.name}" for column in columns)
            same = "".join(f" AND {column.name} = old_{column.name}" for column in as_read)
            extra = f" AND {only_if}" if only_if else ""
            return (
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given({names}) "
                f"WHERE {key.name} = new_{key.name}{same}{extra} RETURNING {key.name}"
            )
