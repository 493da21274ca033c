"""Reading who must not be written to."""

from collections.abc import Sequence
from uuid import UUID

from survey_service.core import database
from survey_service.messaging.schemas import SuppressionRow, Withdrawal
from survey_service.messaging.tables import Suppression

COLUMNS = (Suppression.address_hash, Suppression.reason, Suppression.source, Suppression.created_at)
EVERY = "SELECT workspace, address_hash, reason, created_at AS at FROM suppression"
"""The withdrawals that a database knows, on either engine."""


async def suppressed(workspace: UUID, hashes: Sequence[str], *, lasting: bool = False) -> list[SuppressionRow]:
    """What is known of the address with these hashes, what was first said first; empty if it may be written to.
    `lasting`: somebody is told that it is so, so the transaction ends only when that would survive the loss of the
    server, as in `core.batch.statements.Select`."""
    ours = (Suppression.workspace == workspace) & Suppression.address_hash.is_in([*hashes])
    asked = Suppression.select(*COLUMNS).where(ours).order_by(Suppression.created_at, Suppression.address_hash)
    return await database.read(SuppressionRow, database.kept(asked) if lasting else asked)


async def count_keyed() -> int:
    """How many are known by a hash with a key in it, which has 64 characters."""
    row = await database.fetch_one("SELECT count(*) AS n FROM suppression WHERE length(address_hash) = 64")
    return int(row["n"]) if row else 0


async def known() -> list[Withdrawal]:
    """The withdrawals of the open database."""
    rows = await database.fetch(EVERY)
    return database.rows_of(Withdrawal, [row | {"back": False} for row in rows])
