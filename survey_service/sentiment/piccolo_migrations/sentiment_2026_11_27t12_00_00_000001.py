"""Readings of comments, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Real, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Readings of comments"

TABLES = {
    ("CommentReading", "comment_reading"): {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "response": UUID(default=None, index=True),
        "question": Varchar(length=40),
        "engine": Varchar(length=40),
        "version": Varchar(length=40),
        "language": Varchar(length=35),
        "script": Varchar(length=16),
        "label": Varchar(length=16),
        "polarity": Real(default=None, null=True),
        "p_positive": Real(default=None, null=True),
        "confidence": Real(default=None, null=True),
        "reason": Text(default=""),
        "current": Boolean(default=True),
        "read_at": Timestamptz(),
    },
}
INDEXES = []


async def forwards() -> MigrationManager:
    return tables("sentiment", ID, DESCRIPTION, TABLES, INDEXES)
