"""The event log and the durable jobs. Columns only."""

from piccolo.columns import UUID, BigSerial, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id
from survey_service.core.personal import Erased, Impersonal


class Event(Table, tablename="event"):
    """What happened, in order. Consumers take rows with no `handled_at`; streams read by `sequence`.

    On PostgreSQL a column `transaction_id xid8` (added by the migration) tells a stream how far it may read.
    """

    sequence: Impersonal[BigSerial] = BigSerial(primary_key=True)
    id: Impersonal[UUID] = UUID(default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    kind: Impersonal[Varchar] = Varchar(length=64)
    subject: Impersonal[UUID] = UUID(default=None)
    payload: Impersonal[Text] = Text(default="{}")
    created_at: Impersonal[Timestamptz] = Timestamptz()
    handled_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)


class Job(Table, tablename="job"):
    """Work that can fail later. `key` makes queueing idempotent; the last error stays on the row.

    States: ready, running, done, failed.
    """

    id: Impersonal[UUID] = UUID(primary_key=True, default=new_id)
    workspace: Impersonal[UUID] = UUID(default=None)
    kind: Impersonal[Varchar] = Varchar(length=64)
    key: Impersonal[Varchar] = Varchar(length=200, unique=True)
    payload: Impersonal[Text] = Text(default="{}")
    state: Impersonal[Varchar] = Varchar(length=16, default="ready")
    run_at: Impersonal[Timestamptz] = Timestamptz()
    attempts: Impersonal[SmallInt] = SmallInt(default=0)
    max_attempts: Impersonal[Integer] = Integer(default=10)
    locked_until: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
    last_error: Erased[Text] = Text(default="")
    created_at: Impersonal[Timestamptz] = Timestamptz()
    finished_at: Impersonal[Timestamptz] = Timestamptz(default=None, null=True)
