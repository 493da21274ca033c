"""Promises and who was told of them. Columns only."""

from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id


class Promise(Table, tablename="promise"):
    """Somebody waits: a response to a form that promises a reply or a call. One for each response.

    `kind`: reply, call. `kept_at` is when a person said that it was kept. Nothing here is personal: who waits and
    for what stands in the response.
    """

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    form = UUID(default=None)
    response = UUID(unique=True, default=None)
    place = UUID(default=None, null=True)
    kind = Varchar(length=8)
    made_at = Timestamptz()
    kept_at = Timestamptz(default=None, null=True)
    kept_by = UUID(default=None, null=True)


class PromiseNotice(Table, tablename="promise_notice"):
    """A member of staff is to be told of a promise by mail; `told_at` is when the mail was handed over."""

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    promise = UUID(default=None)
    staff = UUID(default=None)
    made_at = Timestamptz()
    told_at = Timestamptz(default=None, null=True)
