"""SQLite and PostgreSQL behind one interface.

Piccolo's query builder serves what touches one table, SQL what earns its keep, and batches (`core.batch`) what must be
fast.
"""

from survey_service.core.database.access import (
    Row,
    after_bulk,
    current,
    dialect,
    execute,
    fetch,
    fetch_one,
    in_list,
    in_transaction,
    table_exists,
    transaction,
    use,
)
from survey_service.core.database.base import Database
from survey_service.core.database.dialects import (
    columns,
    containing,
    hold_tables,
    json_member,
    kept,
    one_writer,
    see_one_moment,
    skip_locked,
)
from survey_service.core.database.notes import note
from survey_service.core.database.opening import database_of
from survey_service.core.database.patience import HURRIED_SECONDS, PATIENT_SECONDS, allow, allowing
from survey_service.core.database.reading import read, read_one, rows_of, select, selected

__all__ = [
    "HURRIED_SECONDS",
    "PATIENT_SECONDS",
    "Database",
    "Row",
    "after_bulk",
    "allow",
    "allowing",
    "columns",
    "containing",
    "current",
    "database_of",
    "dialect",
    "execute",
    "fetch",
    "fetch_one",
    "hold_tables",
    "in_list",
    "in_transaction",
    "json_member",
    "kept",
    "note",
    "one_writer",
    "read",
    "read_one",
    "rows_of",
    "see_one_moment",
    "select",
    "selected",
    "skip_locked",
    "table_exists",
    "transaction",
    "use",
]
