"""Responses. Columns only."""

from piccolo.columns import UUID, Date, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id


class Response(Table, tablename="response"):
    """A customer's answers to one version of a form. Unique by (form, client_id).

    `id` is ours and grows with time; `client_id` is the submission's own and what clients are told.
    `state`: partial, complete, test, spam, erased. `answers` is a JSON object of normalised values, `fingerprint`
    its hash. `score` is the answer to the form's first NPS question, for lists. `comment` is the first long text,
    `comment_folded` what of it a search compares.
    `sentiment` is the label of its current reading, empty before it was read.
    """

    id = UUID(primary_key=True, default=new_id)
    client_id = UUID(default=None)
    workspace = UUID(default=None)
    form = UUID(default=None)
    version = Integer()
    state = Varchar(length=16)
    channel = Varchar(length=16)
    place = UUID(default=None, null=True)
    language = Varchar(length=35)
    answers = Text()
    hidden = Text(default="{}")
    fingerprint = Varchar(length=64)
    receipt = Varchar(length=16)
    score = SmallInt(default=None, null=True)
    comment = Text(default="")
    comment_folded = Text(default="")
    comment_language = Varchar(length=35, default="")
    sentiment = Varchar(length=16, default="")
    customer = UUID(default=None, null=True)
    customer_strength = Varchar(length=16, default="")
    invitation = UUID(default=None, null=True)
    spam_reason = Varchar(length=64, default="")
    received_at = Timestamptz()
    day = Date()
    answered_at = Timestamptz(default=None, null=True)
