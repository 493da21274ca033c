"""Rows as structs, decoded once where they are read: `queries.py` gives nothing else on.

The engines give the same types for plain columns. What an expression gives differs, and what is kept as JSON text is
decoded where the struct wants more than text.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from piccolo.query.methods.select import Select
from piccolo.querystring import QueryString
from piccolo.table import Table

from survey_service.core.database.access import Row, Statement, fetch

T = TypeVar("T", bound=msgspec.Struct)


async def read(kind: type[T], asked: Statement, *values: Any) -> list[T]:
    """The rows of a query or of SQL as structs; each member is a column of its name, other columns are left out."""
    return rows_of(kind, await fetch(asked, *values))


async def read_one(kind: type[T], asked: Statement, *values: Any) -> T | None:
    """The first row as a struct, or None."""
    rows = await read(kind, asked, *values)
    return rows[0] if rows else None


def select(kind: type[msgspec.Struct], table: type[Table], **asked: str) -> Select[Any]:
    """The columns of `table` that `kind` has as members, still without a condition; `asked` are the members that say
    whether something is true of the row, as SQL of its columns, such as `archived="archived_at IS NOT NULL"`."""
    names = [name for name in kind.__struct_fields__ if name not in asked]
    told = [QueryString(condition, alias=name) for name, condition in asked.items()]
    return table.select(*[getattr(table, name) for name in names], *told)


def selected(kind: type[msgspec.Struct], **asked: str) -> str:
    """The same columns for SQL that is written out."""
    return ", ".join(f"{asked[name]} AS {name}" if name in asked else name for name in kind.__struct_fields__)


def rows_of(kind: type[T], rows: Sequence[Row]) -> list[T]:
    """Rows as structs. A column that is missing, or of another type, is a fault of the SQL: msgspec.ValidationError."""
    if not rows:
        return []
    fields, differing = _shape(kind)
    if missing := fields - rows[0].keys():
        raise msgspec.ValidationError(f"{kind.__name__} was read without {', '.join(sorted(missing))}")
    for name, made in differing.items():
        for row in rows:
            row[name] = made(row[name])
    return msgspec.convert(rows, list[kind])  # type: ignore[valid-type]


@lru_cache(maxsize=256)
def _shape(kind: type[msgspec.Struct]) -> tuple[frozenset[str], Mapping[str, Callable[[Any], Any]]]:
    """The columns of a struct, and what makes its values of those that may come otherwise."""
    hints = {name: _plain(hint) for name, hint in get_type_hints(kind).items() if name in kind.__struct_fields__}
    return frozenset(hints), {name: made for name, hint in hints.items() if (made := _made(hint))}


def _plain(hint: Any) -> Any:
    """A type without its None."""
    if get_origin(hint) not in (Union, UnionType):
        return hint
    wanted = [part for part in get_args(hint) if part is not type(None)]
    return wanted[0] if len(wanted) == 1 else hint


def _made(hint: Any) -> Callable[[Any], Any] | None:
    if hint is bool:
        return _truth
    if hint is int:
        return _whole
    inner = get_origin(hint) or hint
    of_json = isinstance(inner, type) and issubclass(inner, (dict, list, tuple, msgspec.Struct))
    return _json(hint) if of_json else None


def _truth(value: Any) -> Any:
    """SQLite has no truth: what is asked gives 0 or 1 there."""
    return bool(value) if value in (0, 1) else value


def _whole(value: Any) -> Any:
    """PostgreSQL adds whole numbers up to a decimal."""
    return int(value) if type(value) is Decimal and value == value.to_integral_value() else value


def _json(hint: Any) -> Callable[[Any], Any]:
    decode = msgspec.json.Decoder(hint).decode
    return lambda value: decode(value) if isinstance(value, str) else value
