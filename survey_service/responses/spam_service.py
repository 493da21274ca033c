"""What lies in the spam box for long is deleted, as its page says."""

from datetime import datetime

from survey_service.accounts import installation_service
from survey_service.accounts import queries as accounts
from survey_service.responses import queries, service

AT_ONCE = 500
"""So many in one transaction: answers come in between."""


async def forget(before: datetime) -> int:
    """Deletes what came into any spam box before a moment; gives how much that was. Each workspace's audit trail says
    that the installation did so."""
    gone = 0
    for workspace in await accounts.workspaces():
        while chosen := await queries.old_spam(workspace.id, before, AT_ONCE):
            gone += await service.discard(installation_service.caller(workspace), chosen)
    return gone
