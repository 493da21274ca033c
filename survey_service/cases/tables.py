"""Promises and who was told of them. Columns only."""

from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Answerable, Impersonal, OfPerson


class Promise(Table, tablename="promise"):
    """Somebody waits: a response to a form that promises a reply or a call. One for each response.

    `kind`: reply, call. `kept_at` is when a person said that it was kept. Nothing here is personal: who waits and
    for what stands in the response.
    """

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    form: Impersonal[UUID] = UUID(default=None)
    response: Impersonal[UUID] = UUID(unique=True, default=None)
    place: Impersonal[UUID] = UUID(default=None, null=True)
    kind: Impersonal[Varchar] = Varchar(length=8)
    made_at: Impersonal[Timestamptz] = Timestamptz()
    kept_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
    kept_by: Answerable[UUID] = UUID(default=None, null=True)


class PromiseNotice(Table, tablename="promise_notice"):
    """A member of staff is to be told of a promise by mail; `told_at` is when the mail was handed over."""

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    promise: Impersonal[UUID] = UUID(default=None)
    staff: OfPerson[UUID] = UUID(default=None)
    made_at: Impersonal[Timestamptz] = Timestamptz()
    told_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
