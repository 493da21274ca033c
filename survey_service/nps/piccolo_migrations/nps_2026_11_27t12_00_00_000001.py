"""Counts of scores, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, BigSerial, Date, Integer, SmallInt, Varchar

from survey_service.core.database.migration import tables

ID = "2026-11-27T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Counts of scores"

TABLES = {
    ("ScoreDelta", "score_delta"): {
        "id": BigSerial(primary_key=True),
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "question": Varchar(length=40),
        "revision": SmallInt(default=1),
        "day": Date(),
        "kind": Varchar(length=16, default="answer"),
        "place": Varchar(length=36, default=""),
        "channel": Varchar(length=16, default=""),
        "language": Varchar(length=35, default=""),
        "sentiment": Varchar(length=16, default=""),
        **{f"b{n}": Integer(default=0) for n in range(11)},
    },
    ("ScoreCell", "score_cell"): {
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "question": Varchar(length=40),
        "revision": SmallInt(default=1),
        "day": Date(),
        "place": Varchar(length=36, default=""),
        "channel": Varchar(length=16, default=""),
        "language": Varchar(length=35, default=""),
        **{f"b{n}": BigInt(default=0) for n in range(11)},
    },
    ("ScoreMargin", "score_margin"): {
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "question": Varchar(length=40),
        "revision": SmallInt(default=1),
        "day": Date(),
        "dimension": Varchar(length=16),
        "value": Varchar(length=36, default=""),
        **{f"b{n}": BigInt(default=0) for n in range(11)},
    },
}
INDEXES = [
    "CREATE INDEX score_delta_form ON score_delta (workspace, form, question)",
    "CREATE UNIQUE INDEX score_cell_key "
    "ON score_cell (workspace, form, question, day, place, channel, language, revision)",
    "CREATE UNIQUE INDEX score_margin_key ON score_margin (workspace, form, question, dimension, day, value, revision)",
]


async def forwards() -> MigrationManager:
    return tables("nps", ID, DESCRIPTION, TABLES, INDEXES)
