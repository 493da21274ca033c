"""Invitations. Columns only."""

from piccolo.columns import UUID, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Erased, Impersonal, OfPerson


class Invitation(Table, tablename="invitation"):
    """One personal mail. `state`: queued, sent, failed, suppressed; answered is a moment of its own.

    `trace` is a JSON list of {"at", "what", "next_try"} that staff can read; `response` is the answer it led to.
    """

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    form: Impersonal[UUID] = UUID(default=None)
    customer: OfPerson[UUID] = UUID(default=None)
    email: Erased[Varchar] = Varchar(length=320)
    name: Erased[Varchar] = Varchar(length=200, default="")
    language: Erased[Varchar] = Varchar(length=35, default="")
    place: Impersonal[UUID] = UUID(default=None, null=True)
    employee: Impersonal[UUID] = UUID(default=None, null=True)
    question: Impersonal[Varchar] = Varchar(length=40, default="")
    state: Impersonal[Varchar] = Varchar(length=16, default="queued")
    message_id: Erased[Varchar] = Varchar(length=200, default="")
    attempts: Impersonal[Integer] = Integer(default=0)
    last_error: Erased[Text] = Text(default="")
    trace: Erased[Text] = Text(default="[]")
    created_at: Impersonal[Timestamptz] = Timestamptz()
    sent_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
    answered_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
    response: Erased[UUID] = UUID(default=None, null=True)


class InvitationQuota(Table, tablename="invitation_quota"):
    """How many invitations a workspace has added on the last local `day` on which it added any."""

    workspace: Impersonal[UUID] = UUID(primary_key=True, default=None)
    day: Impersonal[Date] = Date()
    added: Impersonal[Integer] = Integer(default=0)
