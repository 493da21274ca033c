"""What lies in the spam box for long is deleted, as its page says."""

from datetime import datetime
from uuid import UUID

from survey_service.accounts import audit
from survey_service.accounts import queries as accounts
from survey_service.core import database
from survey_service.responses import queries
from survey_service.responses.actions import AnswerAction
from survey_service.responses.tables import Response

AT_ONCE = 500
"""So many in one transaction: answers come in between."""


async def forget(before: datetime) -> int:
    """Deletes what came into any spam box before a moment; gives how much that was. Each workspace's audit trail says
    that the installation did so."""
    gone = 0
    for workspace in await accounts.workspaces():
        while chosen := await queries.old_spam(workspace.id, before, AT_ONCE):
            gone += await _discard(workspace.id, chosen)
    return gone


async def _discard(workspace: UUID, chosen: list[UUID]) -> int:
    theirs = Response.id.is_in(chosen) & (Response.workspace == workspace)
    async with database.transaction():
        gone = await database.execute(
            Response.delete().where(theirs & (Response.state == "spam")).returning(Response.id)
        )
        if gone:
            await audit.record_of_installation(workspace, AnswerAction.DISCARDED, str(len(gone)))
    return len(gone)
