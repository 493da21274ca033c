"""The event log and the durable jobs. Columns only."""

from piccolo.columns import UUID, BigSerial, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from survey_service.core.ids import new_id


class Event(Table, tablename="event"):
    """What happened, in order. Consumers take rows with no `handled_at`; streams read by `sequence`.

    On PostgreSQL a column `transaction_id xid8` (added by the migration) tells a stream how far it may read.
    """

    sequence = BigSerial(primary_key=True)
    id = UUID(default=new_id)
    workspace = UUID(default=None)
    kind = Varchar(length=64)
    subject = UUID(default=None)
    payload = Text(default="{}")
    created_at = Timestamptz()
    handled_at = Timestamptz(default=None, null=True)


class Job(Table, tablename="job"):
    """Work that can fail later. `key` makes queueing idempotent; the last error stays on the row.

    States: ready, running, done, failed.
    """

    id = UUID(primary_key=True, default=new_id)
    workspace = UUID(default=None)
    kind = Varchar(length=64)
    key = Varchar(length=200, unique=True)
    payload = Text(default="{}")
    state = Varchar(length=16, default="ready")
    run_at = Timestamptz()
    attempts = SmallInt(default=0)
    max_attempts = Integer(default=10)
    locked_until = Timestamptz(default=None, null=True)
    last_error = Text(default="")
    created_at = Timestamptz()
    finished_at = Timestamptz(default=None, null=True)
