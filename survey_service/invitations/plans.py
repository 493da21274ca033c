"""What a submission writes about its invitation, inside its own bulk transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from survey_service.core.batch.statements import Batch, Update
from survey_service.core.database.written import columns_of, picked
from survey_service.invitations.tables import Invitation

INVITATION = tuple(columns_of(Invitation).values())
"""Every column of an invitation."""
ANSWER = picked(Invitation, "response", "answered_at")


def mark_answered(rows: Sequence[tuple[UUID, UUID, datetime]]) -> Batch[set[UUID]]:
    """Notes the response of each invitation that had none; rows are (invitation, response, at).

    Gives the invitations that were open until now. Of two rows for one invitation the first counts.
    """
    first: dict[UUID, tuple[UUID, datetime]] = {}
    for invitation, response, at in rows:
        first.setdefault(invitation, (response, at))
    if not first:
        return set()
    ordered = [(invitation, *first[invitation]) for invitation in sorted(first)]
    changed = yield Update("invitation", INVITATION[0], ANSWER, ordered, only_if="answered_at IS NULL")
    return {row[0] for row in changed}
