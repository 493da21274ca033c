"""Bulk statements below the ORM, written once for both databases.

A *plan* is a generator that yields statements and is sent their rows; it runs as one transaction. On PostgreSQL a
statement takes all its rows in one go, and inserts that nobody waits for travel together; on SQLite one thread
writes them row by row. A plan can also be run *hopefully*: as if no row were there yet, which is all that most
groups need, and takes a single statement.
"""

import sqlite3
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import msgspec

T = TypeVar("T")
Values = tuple[Any, ...]


class Column(NamedTuple):
    """A column of a bulk statement and its PostgreSQL type, such as `uuid` or `timestamptz`.

    A tuple, because cached SQL is found by its columns, and a tuple's hash costs least.
    """

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows for one table, each as long as `columns`. With `returning`, only rows that were really inserted
    come back (a conflict with any unique key is skipped); without it a conflict is skipped silently."""

    table: str
    columns: tuple[Column, ...]
    rows: Sequence[Values]
    returning: str | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """The rows of `table` whose `keys` equal one of the tuples in `rows`; yields `columns` as tuples."""

    table: str
    columns: tuple[Column, ...]
    keys: tuple[Column, ...]
    rows: Sequence[Values]


@dataclass(frozen=True, slots=True)
class Update:
    """Sets `columns` in the rows of `table` with the given `key`s; each row is (key, *values).
    `only_if` is a condition on the row as it is, such as `state = 'spam'`; yields the keys that were changed."""

    table: str
    key: Column
    columns: tuple[Column, ...]
    rows: Sequence[Values]
    only_if: str = ""


@dataclass(frozen=True, slots=True)
class Add:
    """Adds numbers to the rows of `table` with the given `keys`, a unique key whole; a row that is not there begins
    with them. Each row is (*keys, *sums); nothing comes back."""

    table: str
    keys: tuple[Column, ...]
    sums: tuple[Column, ...]
    rows: Sequence[Values]


@dataclass(frozen=True, slots=True)
class Delete:
    """Takes out the rows of `table` whose `keys` equal one of the tuples in `rows`; nothing comes back."""

    table: str
    keys: tuple[Column, ...]
    rows: Sequence[Values]


Statement = Insert | Select | Update | Add | Delete
Plan = Generator[Statement, list[Values], T]


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The end of a plan, with what it returned."""

    result: T


def advance(
    plan: Plan[T], rows: list[Values] | None, *, hopeful: bool = False
) -> tuple[list[Insert], Statement | Done[T]]:
    """Drives `plan`, sent the `rows` of its last statement, to the next one whose rows are needed or to its end.

    Gives the inserts on the way, and that statement or the end. A hopeful plan is told that each insert put in all
    its rows.
    """
    inserts: list[Insert] = []
    while True:
        try:
            statement = next(plan) if rows is None else plan.send(rows)
        except StopIteration as stop:
            return inserts, Done(stop.value)
        if not statement.rows:
            rows = []
        elif isinstance(statement, Insert) and (hopeful or statement.returning is None):
            inserts.append(statement)
            rows = _returned(statement) if statement.returning else []
        else:
            return inserts, statement


def _returned(statement: Insert) -> list[Values]:
    place = _place_of(statement)
    return [(row[place],) for row in statement.rows]


def _place_of(statement: Insert) -> int:
    return [column.name for column in statement.columns].index(statement.returning or "")


async def run_on_postgres(connection: Any, plan: Plan[T]) -> T:
    """Runs `plan` in the transaction that is open on asyncpg's `connection`; gives its result."""
    rows: list[Values] | None = None
    while True:
        inserts, statement = advance(plan, rows)
        if inserts:
            await connection.fetch(together(inserts), *map(_as_json, inserts))
        if isinstance(statement, Done):
            return statement.result
        if isinstance(statement, (Insert, Add)):
            rows = await connection.fetch(postgres_sql(statement), _as_json(statement))
        else:
            rows = await connection.fetch(postgres_sql(statement), *zip(*statement.rows, strict=True))


async def insert_on_postgres(connection: Any, inserts: Sequence[Insert]) -> None:
    """Puts in every row of a hopeful plan, or none: asyncpg.UniqueViolationError. One statement, one round trip."""
    await connection.fetch(together(inserts, hopeful=True), *map(_as_json, inserts))


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


def together(inserts: Sequence[Insert], *, hopeful: bool = False) -> str:
    """Several inserts as one statement, each with its rows as a parameter of its own."""
    return _together(tuple((one.table, one.columns, one.returning, hopeful) for one in inserts))


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


def names_of(columns: Iterable[Column]) -> str:
    """The columns as SQL lists them."""
    return ", ".join(column.name for column in columns)


def addition(table: str, keys: Iterable[Column], sums: Iterable[Column]) -> str:
    """The end of an INSERT that adds `sums` to a row that is there; the same words for both engines."""
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name, _ in sums)
    return f"ON CONFLICT ({names_of(keys)}) DO UPDATE SET {added}"


def postgres_sql(statement: Statement) -> str:
    """The statement: what puts rows in takes them as one JSON array, the others an array for each column."""
    match statement:
        case Add(table, keys, sums, _):
            # Rows are locked in the order of their key, as whoever else adds to them locks them.
            ordered = f"{_from_json(keys + sums, 1)} ORDER BY {names_of(keys)}"
            return f"INSERT INTO {table} ({names_of(keys + sums)}) {ordered} {addition(table, keys, sums)}"
        case Insert(table, columns, _, returning):
            sql = _insert_sql((table, columns, returning, False), 1)
            return f"{sql} RETURNING {returning}" if returning else sql
        case Select(table, columns, keys, _):
            arrays = ", ".join(f"${n}::{key.type}[]" for n, key in enumerate(keys, 1))
            names = names_of(keys)
            wanted = ", ".join(f"t.{column.name}" for column in columns)
            return f"SELECT {wanted} FROM {table} t JOIN unnest({arrays}) AS k({names}) USING ({names})"
        case Delete(table, keys, _):
            arrays = ", ".join(f"${n}::{key.type}[]" for n, key in enumerate(keys, 1))
            names = names_of(keys)
            return f"DELETE FROM {table} WHERE ({names}) IN (SELECT * FROM unnest({arrays}) AS k({names}))"
        case Update(table, key, columns, _, only_if):
            every = (key, *columns)
            arrays = ", ".join(f"${n}::{column.type}[]" for n, column in enumerate(every, 1))
            names = ", ".join(f"new_{column.name}" for column in every)  # so that `only_if` can mean the row only
            sets = ", ".join(f"{column.name} = new_{column.name}" for column in columns)
            extra = f" AND {only_if}" if only_if else ""
            return (
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given({names}) "
                f"WHERE {key.name} = new_{key.name}{extra} RETURNING {key.name}"
            )


def run_on_sqlite(connection: sqlite3.Connection, plan: Plan[T]) -> T:
    """Runs `plan` in the transaction that is open on `connection`; gives its result."""
    rows: list[Values] | None = None
    while True:
        inserts, statement = advance(plan, rows)
        for insert in inserts:
            connection.executemany(_sqlite_insert(insert.table, insert.columns), as_sqlite(insert.rows))
        if isinstance(statement, Done):
            return statement.result
        rows = execute_on_sqlite(connection, statement)


def insert_on_sqlite(connection: sqlite3.Connection, inserts: Sequence[Insert]) -> None:
    """Puts in every row of a hopeful plan; sqlite3.IntegrityError if one of them is there."""
    for insert in inserts:
        sql = _sqlite_insert(insert.table, insert.columns, strict=insert.returning is not None)
        connection.executemany(sql, as_sqlite(insert.rows))


@lru_cache(maxsize=256)
def _sqlite_insert(table: str, columns: tuple[Column, ...], strict: bool = False) -> str:
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


def execute_on_sqlite(connection: sqlite3.Connection, statement: Statement) -> list[Values]:
    """The same statement row by row: prepared once, and without the wire there is nothing to save."""
    match statement:
        case Add(table, keys, sums, rows):
            sql = _sqlite_insert(table, keys + sums, strict=True)
            connection.executemany(f"{sql} {addition(table, keys, sums)}", as_sqlite(rows))
            return []
        case Insert(table, columns, rows):
            sql, place = _sqlite_insert(table, columns), _place_of(statement)
            run = connection.execute
            pairs = zip(rows, as_sqlite(rows), strict=True)
            return [(row[place],) for row, plain in pairs if run(sql, plain).rowcount == 1]
        case Select(table, columns, keys, rows):
            wanted = names_of(columns)
            where = " AND ".join(f"{key.name} = ?" for key in keys)
            sql = f"SELECT {wanted} FROM {table} WHERE {where}"
            return [found for row in rows for found in connection.execute(sql, row)]
        case Delete(table, keys, rows):
            where = " AND ".join(f"{key.name} = ?" for key in keys)
            connection.executemany(f"DELETE FROM {table} WHERE {where}", as_sqlite(rows))
            return []
        case Update(table, key, columns, rows, only_if):
            sets = ", ".join(f"{column.name} = ?" for column in columns)
            extra = f" AND {only_if}" if only_if else ""
            sql = f"UPDATE {table} SET {sets} WHERE {key.name} = ?{extra}"
            return [(row[0],) for row in rows if connection.execute(sql, (*row[1:], row[0])).rowcount]
