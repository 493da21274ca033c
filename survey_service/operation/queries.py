"""What operating the installation reads across workspaces."""

from survey_service.accounts.queries import WORKSPACE_COLUMNS, WorkspaceRow
from survey_service.core import database


async def workspaces() -> list[WorkspaceRow]:
    """Every workspace of the installation, the oldest first."""
    rows = await database.fetch(f"SELECT {WORKSPACE_COLUMNS} FROM workspace w ORDER BY w.created_at, w.id")
    return [WorkspaceRow(**row) for row in rows]
