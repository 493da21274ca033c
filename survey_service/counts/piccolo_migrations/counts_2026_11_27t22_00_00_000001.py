"""Counts of answers, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, BigSerial, Column, Date, Integer, SmallInt, Varchar

from survey_service.core.database.migration import tables

ID = "2026-11-27T22:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Counts of answers"


def counted() -> dict[str, Column]:
    """What every row of counts is of."""
    return {
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "question": Varchar(length=40),
        "part": Varchar(length=40, default=""),
        "revision": SmallInt(default=1),
        "day": Date(),
    }


def received() -> dict[str, Column]:
    """The dimensions that are known when an answer is received."""
    return {
        "place": Varchar(length=36, default=""),
        "employee": Varchar(length=36, default=""),
        "channel": Varchar(length=16, default=""),
        "language": Varchar(length=35, default=""),
    }


TABLES = {
    ("CountDelta", "count_delta"): {
        "id": BigSerial(primary_key=True),
        **counted(),
        "kind": Varchar(length=16, default="answer"),
        **received(),
        "sentiment": Varchar(length=16, default=""),
        **{f"b{n}": Integer(default=0) for n in range(11)},
    },
    ("CountCell", "count_cell"): {
        **counted(),
        **received(),
        **{f"b{n}": BigInt(default=0) for n in range(11)},
    },
    ("CountMargin", "count_margin"): {
        **counted(),
        "dimension": Varchar(length=16),
        "value": Varchar(length=36, default=""),
        **{f"b{n}": BigInt(default=0) for n in range(11)},
    },
}
INDEXES = [
    "CREATE INDEX count_delta_form ON count_delta (workspace, form, question)",
    "CREATE UNIQUE INDEX count_cell_key "
    f"ON count_cell (workspace, form, question, day, {', '.join(received())}, revision, part)",
    "CREATE UNIQUE INDEX count_margin_key "
    "ON count_margin (workspace, form, question, dimension, day, value, revision, part)",
]


async def forwards() -> MigrationManager:
    return tables("counts", ID, DESCRIPTION, TABLES, INDEXES)
