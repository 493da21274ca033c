"""Promises and who is told of them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz, Varchar

from survey_service.core.ids import new_id
from survey_service.core.migration import create_table

ID = "2026-11-26T22:40:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "promises"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="cases", description=DESCRIPTION)
    create_table(manager, "Promise", "promise", {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "response": UUID(unique=True, default=None),
        "place": UUID(default=None, null=True),
        "kind": Varchar(length=8),
        "made_at": Timestamptz(),
        "kept_at": Timestamptz(default=None, null=True),
        "kept_by": UUID(default=None, null=True),
    })  # fmt: skip
    create_table(manager, "PromiseNotice", "promise_notice", {
        "id": UUID(primary_key=True, default=new_id),
        "workspace": UUID(default=None),
        "promise": UUID(default=None),
        "staff": UUID(default=None),
        "made_at": Timestamptz(),
        "told_at": Timestamptz(default=None, null=True),
    })  # fmt: skip
    return manager
