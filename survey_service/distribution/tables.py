"""Invitations, posters and who does not want to be written to. Columns only."""

from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id


class Invitation(Table, tablename="invitation"):
    """One personal mail. `state`: queued, sent, failed, suppressed; answered is a moment of its own.

    `trace` is a JSON list of {"at", "what", "next_try"} that staff can read; `response` is the answer it led to.
    """

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    form = UUID(default=None)
    customer = UUID(default=None)
    email = Varchar(length=320)
    name = Varchar(length=200, default="")
    language = Varchar(length=35, default="")
    place = UUID(default=None, null=True)
    question = Varchar(length=40, default="")
    state = Varchar(length=16, default="queued")
    message_id = Varchar(length=200, default="")
    attempts = Integer(default=0)
    last_error = Text(default="")
    trace = Text(default="[]")
    created_at = Timestamptz()
    sent_at = Timestamptz(default=None, null=True)
    answered_at = Timestamptz(default=None, null=True)
    response = UUID(default=None, null=True)


class Poster(Table, tablename="poster"):
    """Which form the QR code of a place opens. Unique by place."""

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    place = UUID(unique=True, default=None)
    form = UUID(default=None)
    created_at = Timestamptz()


class Suppression(Table, tablename="suppression"):
    """An address that must not be written to. Unique by (workspace, address_hash); the address itself is not kept."""

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    address_hash = Varchar(length=64)
    reason = Varchar(length=32)
    source = UUID(default=None, null=True)
    created_at = Timestamptz()
