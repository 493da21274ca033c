"""Readings of comments. Columns only."""

from piccolo.columns import UUID, Boolean, Real, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id


class CommentReading(Table, tablename="comment_reading"):
    """How one engine read one comment; older readings stay, `current` marks the one in force."""

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    response = UUID(default=None, index=True)
    question = Varchar(length=40)
    engine = Varchar(length=40)
    version = Varchar(length=40)
    language = Varchar(length=35)
    script = Varchar(length=16)
    label = Varchar(length=16)
    polarity = Real(default=None, null=True)
    p_positive = Real(default=None, null=True)
    confidence = Real(default=None, null=True)
    reason = Text(default="")
    current = Boolean(default=True)
    read_at = Timestamptz()
