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
    kinds.Boolean: "boolean",
    kinds.Date: "date",
    kinds.Timestamptz: "timestamptz",
}
"""What PostgreSQL calls them. Lengths are the table's to hold."""


def columns_of(table: type[Table]) -> Mapping[str, Column]:
    """Each column by its name, in the order of `tables.py`."""
    return {
        column._meta.db_column_name: Column(column._meta.db_column_name, TYPES[type(column)])
        for column in table._meta.columns
    }
