"""Batches on SQLite: row by row, on a connection whose transaction is open."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

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
    position_of_returned,
)

T = TypeVar("T")


def run(connection: sqlite3.Connection, batch: Batch[T]) -> T:
    """Runs `batch` in the transaction that is open on `connection`; gives its result."""
    rows: list[Values] | None = None
    while True:
        inserts, statement = advance(batch, rows)
        for insert in inserts:
            connection.executemany(_insert_sql(insert.table, insert.columns), as_sqlite(insert.rows))
        if isinstance(statement, Done):
            return statement.result
        rows = execute(connection, statement)


def insert(connection: sqlite3.Connection, inserts: Sequence[Insert]) -> None:
    """Puts in every row of a batch of which all is new; sqlite3.IntegrityError if one of them is there."""
    for insert in inserts:
        sql = _insert_sql(insert.table, insert.columns, strict=insert.returning is not None)
        connection.executemany(sql, as_sqlite(insert.rows))


@lru_cache(maxsize=256)
def _insert_sql(table: str, columns: tuple[Column, ...], strict: bool = False) -> str:
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT INTO {table} ({names_of(columns)}) VALUES ({marks})"
    return sql if strict else f"{sql} ON CONFLICT DO NOTHING"


def as_sqlite(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows as the texts that Piccolo's adapters would make of ids, moments and days, at a third of their cost:
    an id that stands in every row of a group is written out once."""
    known: dict[int, str] = {}
    return [tuple([value if type(value) in PLAIN else _text_of(value, known) for value in row]) for row in rows]


PLAIN = frozenset({str, int, float, bool, type(None)})


def _text_of(value: Any, known: dict[int, str]) -> Any:
    kind = type(value)
    if kind is UUID:
        text = known.get(id(value))
        if text is None:
            digits = f"{value.int:032x}"
            text = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
            known[id(value)] = text
        return text
    if kind is datetime:
        return str(value if value.tzinfo is UTC else value.astimezone(UTC))
    return value.isoformat() if kind is date else value


def execute(connection: sqlite3.Connection, statement: Statement) -> list[Values]:
    """The same statement row by row: prepared once, and without the wire there is nothing to save."""
    match statement:
        case Add(table, keys, sums, rows):
            sql = _insert_sql(table, keys + sums, strict=True)
            connection.executemany(f"{sql} {addition(table, keys, sums)}", as_sqlite(rows))
            return []
        case Insert(table, columns, rows):
            sql, position = _insert_sql(table, columns), position_of_returned(statement)
            run = connection.execute
            pairs = zip(rows, as_sqlite(rows), strict=True)
            return [(row[position],) for row, plain in pairs if run(sql, plain).rowcount == 1]
        case Select(table, columns, keys, rows):
            wanted = names_of(columns)
            where = " AND ".join(f"{key.name} = ?" for key in keys)
            sql = f"SELECT {wanted} FROM {table} WHERE {where}"
            return [found for row in rows for found in connection.execute(sql, row)]
        case Delete(table, keys, rows):
            where = " AND ".join(f"{key.name} = ?" for key in keys)
            connection.executemany(f"DELETE FROM {table} WHERE {where}", as_sqlite(rows))
            return []
        case Update(table, key, columns, rows, only_if, as_read):
            sets, read = ", ".join(f"{column.name} = ?" for column in columns), len(columns) + 1
            same = "".join(f" AND {column.name} = ?" for column in as_read)
            extra = f" AND {only_if}" if only_if else ""
            sql = f"UPDATE {table} SET {sets} WHERE {key.name} = ?{same}{extra}"
            return [(row[0],) for row in rows if connection.execute(sql, (*row[1:read], row[0], *row[read:])).rowcount]
