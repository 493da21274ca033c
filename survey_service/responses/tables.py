"""Responses. Columns only."""

from piccolo.columns import UUID, Date, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Anonymised, Erased, Impersonal, OfPerson


class Response(Table, tablename="response"):
    """A customer's answers to one version of a form. Unique by (form, client_id).

    `id` is ours and grows with time; `client_id` is the submission's own and what clients are told.
    `state`: partial, complete, test, spam, erased. `answers` is a JSON object of normalised values, `fingerprint`
    its hash. `score` is the answer to the form's first NPS question, for lists. `comment` is the first long text,
    `comment_folded` what of it a search compares.
    `employee` is whom the answer counts for; `claimed_employee` is whom an open submission named, which counts for
    nobody. `sentiment` is the label of its current reading, empty before it was read.
    """

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    client_id: Anonymised[UUID] = UUID(default=None)
    workspace: Impersonal[UUID] = UUID(default=None)
    form: Impersonal[UUID] = UUID(default=None)
    version: Impersonal[Integer] = Integer()
    state: Impersonal[Varchar] = Varchar(length=16)
    channel: Impersonal[Varchar] = Varchar(length=16)
    place: Impersonal[UUID] = UUID(default=None, null=True)
    employee: Impersonal[UUID] = UUID(default=None, null=True)
    claimed_employee: Erased[UUID] = UUID(default=None, null=True)
    language: Impersonal[Varchar] = Varchar(length=35)
    answers: Erased[Text] = Text()
    hidden: Erased[Text] = Text(default="{}")
    fingerprint: Erased[Varchar] = Varchar(length=64)
    receipt: Erased[Varchar] = Varchar(length=16)
    score: Impersonal[SmallInt] = SmallInt(default=None, null=True)
    comment: Erased[Text] = Text(default="")
    comment_folded: Erased[Text] = Text(default="")
    comment_language: Impersonal[Varchar] = Varchar(length=35, default="")
    sentiment: Impersonal[Varchar] = Varchar(length=16, default="")
    customer: OfPerson[UUID] = UUID(default=None, null=True)
    customer_strength: Erased[Varchar] = Varchar(length=16, default="")
    invitation: Erased[UUID] = UUID(default=None, null=True)
    spam_reason: Impersonal[Varchar] = Varchar(length=64, default="")
    received_at: Impersonal[Timestamptz] = Timestamptz()
    day: Impersonal[Date] = Date()
    answered_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
