"""Answers, as the first release has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Date, Integer, SmallInt, Text, Timestamptz, Varchar

from survey_service.core.database.migration import tables
from survey_service.core.ids import new_id

ID = "2026-11-27T22:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Answers"

TABLES = {
    ("Response", "response"): {
        "id": UUID(primary_key=True, default=new_id),
        "client_id": UUID(default=None),
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "version": Integer(),
        "state": Varchar(length=16),
        "channel": Varchar(length=16),
        "place": UUID(default=None, null=True),
        "employee": UUID(default=None, null=True),
        "claimed_employee": UUID(default=None, null=True),
        "language": Varchar(length=35),
        "answers": Text(),
        "hidden": Text(default="{}"),
        "fingerprint": Varchar(length=64),
        "receipt": Varchar(length=16),
        "score": SmallInt(default=None, null=True),
        "comment": Text(default=""),
        "comment_folded": Text(default=""),
        "comment_language": Varchar(length=35, default=""),
        "sentiment": Varchar(length=16, default=""),
        "customer": UUID(default=None, null=True),
        "customer_strength": Varchar(length=16, default=""),
        "invitation": UUID(default=None, null=True),
        "spam_reason": Varchar(length=64, default=""),
        "received_at": Timestamptz(),
        "day": Date(),
        "answered_at": Timestamptz(default=None, null=True),
    },
}
INDEXES = [
    "CREATE UNIQUE INDEX response_key ON response (form, client_id)",
    "CREATE INDEX response_newest ON response (form, received_at, id)",
    "CREATE INDEX response_comments ON response (form, received_at, id) WHERE comment <> ''",
    "CREATE INDEX response_spam ON response (workspace, received_at, id) WHERE state = 'spam'",
    "CREATE INDEX response_all ON response (workspace, received_at, id)",
    "CREATE INDEX response_uncounted ON response (form, received_at, id) WHERE state IN ('spam', 'test', 'partial')",
    "CREATE INDEX response_customer ON response (workspace, customer, received_at) WHERE customer IS NOT NULL",
    "CREATE INDEX response_receipt ON response (workspace, receipt)",
    "CREATE INDEX response_uncounted_where "
    "ON response (form, state, day, workspace, place, employee, channel, language) WHERE state IN ('spam', 'test', 'partial')",
]


async def forwards() -> MigrationManager:
    return tables("responses", ID, DESCRIPTION, TABLES, INDEXES)
