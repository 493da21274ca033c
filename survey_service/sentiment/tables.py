"""Readings of comments. Columns only."""

from piccolo.columns import UUID, Boolean, Real, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Erased, Impersonal


class CommentReading(Table, tablename="comment_reading"):
    """How one engine read one comment; older readings stay, `current` marks the one in force."""

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    response: Impersonal[UUID] = UUID(default=None, index=True)
    question: Erased[Varchar] = Varchar(length=40)
    engine: Erased[Varchar] = Varchar(length=40)
    version: Erased[Varchar] = Varchar(length=40)
    language: Erased[Varchar] = Varchar(length=35)
    script: Erased[Varchar] = Varchar(length=16)
    label: Erased[Varchar] = Varchar(length=16)
    polarity: Erased[Real] = Real(default=None, null=True)
    p_positive: Erased[Real] = Real(default=None, null=True)
    confidence: Erased[Real] = Real(default=None, null=True)
    reason: Erased[Text] = Text(default="")
    current: Impersonal[Boolean] = Boolean(default=True)
    read_at: Erased[Timestamptz] = Timestamptz()
