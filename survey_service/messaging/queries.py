"""Reading who must not be written to."""

from collections.abc import Sequence
from uuid import UUID

from survey_service.core import database
from survey_service.messaging.schemas import Withdrawal
from survey_service.messaging.tables import Suppression

EVERY = "SELECT workspace, address_hash, reason, created_at AS at FROM suppression"
"""The withdrawals that a database knows, on either engine."""


async def reason(workspace: UUID, hashes: Sequence[str], *, lasting: bool = False) -> str | None:
    """Why the address with one of these hashes must not be written to; None if it may be. `lasting`: somebody is
    told that it is so, so the transaction ends only when that would survive the loss of the server, as in
    `core.batch.statements.Select`."""
    ours = (Suppression.workspace == workspace) & Suppression.address_hash.is_in([*hashes])
    asked = Suppression.select(Suppression.reason).where(ours)
    row = await database.fetch_one(database.kept(asked) if lasting else asked)
    return row["reason"] if row else None


async def known() -> list[Withdrawal]:
    """The withdrawals of the open database."""
    rows = await database.fetch(EVERY)
    return database.rows_of(Withdrawal, [row | {"back": False} for row in rows])
