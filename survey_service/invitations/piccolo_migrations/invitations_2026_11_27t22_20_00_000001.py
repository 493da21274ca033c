"""How many invitations a workspace has added in a day, which has an end."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Date, Integer

from survey_service.core.database.migration import tables

ID = "2026-11-27T22:20:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "How many invitations a workspace has added in a day"

TABLES = {
    ("InvitationQuota", "invitation_quota"): {
        "workspace": UUID(primary_key=True, default=None),
        "day": Date(),
        "added": Integer(default=0),
    },
}


async def forwards() -> MigrationManager:
    """The table."""
    return tables("invitations", ID, DESCRIPTION, TABLES, [])
