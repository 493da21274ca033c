"""The columns of a table as batches write them, so that nobody lists them again."""

from collections.abc import Mapping

from piccolo import columns as kinds
from piccolo.table import Table

from survey_service.core.batch.statements import Column

TYPES: Mapping[type[kinds.Column], str] = {
    kinds.UUID: "uuid",
    kinds.Varchar: "varchar",
    kinds.Text: "text",
    kinds.SmallInt: "smallint",
    kinds.Integer: "integer",
    kinds.BigInt: "bigint",
    kinds.Real: "real",
    kinds.Boolean: "boolean",
    kinds.Date: "date",
    kinds.Timestamptz: "timestamptz",
}
"""What PostgreSQL calls them. Lengths are the table's to hold."""


def columns_of(table: type[Table]) -> Mapping[str, Column]:
    """Each column by its name, in the order of `tables.py`."""
    names = [column._meta.db_column_name for column in table._meta.columns]
    return dict(zip(names, picked(table, *names), strict=True))


def picked(table: type[Table], *names: str) -> tuple[Column, ...]:
    """Some columns, in this order: rows are made for it. TypeError for one of a type that no batch has written yet."""
    return tuple(Column(name, _type_of(table, name)) for name in names)


def _type_of(table: type[Table], name: str) -> str:
    kind = type(table._meta.get_column_by_name(name))
    if kind not in TYPES:
        raise TypeError(f"{table._meta.tablename}.{name} is a {kind.__name__}, which TYPES does not name")
    return TYPES[kind]
