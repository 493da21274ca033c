"""Bulk statements below the ORM, written once for both databases.

A *batch* is a generator that yields statements and is sent their rows; it runs as one transaction. On PostgreSQL a
statement takes all its rows in one go, and inserts that nobody waits for travel together; on SQLite one thread
writes them row by row. A batch can also be run *assuming that all is new*: as if no row were there yet, which is all
that most groups need, and takes a single statement.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

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
    """The rows of `table` whose `keys` equal one of the tuples in `rows`; yields `columns` as tuples.

    `lasting`: what is found is promised to somebody, so the batch ends only when it would survive the loss of this
    server. On PostgreSQL the rows' lock is shared, which is written, and so waits for a synchronous replica; a plain
    SELECT does not. In SQLite's one file, what is found is durable.
    """

    table: str
    columns: tuple[Column, ...]
    keys: tuple[Column, ...]
    rows: Sequence[Values]
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """Sets `columns` in the rows of `table` with the given `key`s; each row is (key, *values, *what was read).
    `only_if` is a condition on the row as it is, such as `state = 'spam'`, and `as_read` are columns that must be what
    they were when it was read; yields the keys that were changed."""

    table: str
    key: Column
    columns: tuple[Column, ...]
    rows: Sequence[Values]
    only_if: str = ""
    as_read: tuple[Column, ...] = ()


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
Batch = Generator[Statement, list[Values], T]


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The end of a batch, with what it returned."""

    result: T


def advance(
    batch: Batch[T], rows: list[Values] | None, *, all_new: bool = False
) -> tuple[list[Insert], Statement | Done[T]]:
    """Drives `batch`, sent the `rows` of its last statement, to the next one whose rows are needed or to its end.

    Gives the inserts on the way, and that statement or the end. With `all_new` the batch is told that each insert put
    in all its rows.
    """
    inserts: list[Insert] = []
    while True:
        try:
            statement = next(batch) if rows is None else batch.send(rows)
        except StopIteration as stop:
            return inserts, Done(stop.value)
        if not statement.rows:
            rows = []
        elif isinstance(statement, Insert) and (all_new or statement.returning is None):
            inserts.append(statement)
            rows = _returned(statement) if statement.returning else []
        else:
            return inserts, statement


def _returned(statement: Insert) -> list[Values]:
    position = position_of_returned(statement)
    return [(row[position],) for row in statement.rows]


def position_of_returned(statement: Insert) -> int:
    """At which position of its rows an insert has what it gives back."""
    return [column.name for column in statement.columns].index(statement.returning or "")


def names_of(columns: Iterable[Column]) -> str:
    """The columns as SQL lists them."""
    return ", ".join(column.name for column in columns)


def addition(table: str, keys: Iterable[Column], sums: Iterable[Column]) -> str:
    """The end of an INSERT that adds `sums` to a row that is there; the same words for both engines."""
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name, _ in sums)
    return f"ON CONFLICT ({names_of(keys)}) DO UPDATE SET {added}"
