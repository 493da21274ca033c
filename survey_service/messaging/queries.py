"""Reading who must not be written to."""

from collections.abc import Sequence
from uuid import UUID

from survey_service.core import database
from survey_service.messaging.schemas import Withdrawal

EVERY = "SELECT workspace, address_hash, reason, created_at AS at FROM suppression"
"""The withdrawals that a database knows, on either engine."""


async def reason(workspace: UUID, hashes: Sequence[str]) -> str | None:
    """Why the address with one of these hashes must not be written to; None if it may be."""
    row = await database.fetch_one(
        f"SELECT reason FROM suppression WHERE workspace = {{}} AND address_hash IN ({database.in_list(hashes)})",
        workspace, *hashes,
    )  # fmt: skip
    return row["reason"] if row else None


async def known() -> list[Withdrawal]:
    """The withdrawals of the open database."""
    rows = await database.fetch(EVERY)
    return database.rows_of(Withdrawal, [row | {"back": False} for row in rows])
