"""Which addresses must not be written to. Keyed hashes are kept, never the addresses; it reads and writes the table
`suppression`.
"""

from datetime import datetime
from uuid import UUID

from survey_service.core import database, tokens
from survey_service.core.email_address import former_key_of, key_of
from survey_service.messaging import queries
from survey_service.messaging.schemas import UNSUBSCRIBED, SuppressionRow, Withdrawal
from survey_service.messaging.tables import Suppression

SUPPRESSION, FORMER_SUPPRESSION = "suppression of a key", "suppression"


def address_hash(secret: str, email: str) -> str:
    """What is kept of an address that does not want mail."""
    return tokens.keyed(secret, SUPPRESSION, key_of(email))


def former_hash(secret: str, email: str) -> str:
    """What was kept of it before addresses had keys: lists of who has left, which outlive databases, have it still."""
    return tokens.keyed(secret, FORMER_SUPPRESSION, former_key_of(email))


def address_hashes(secret: str, email: str) -> tuple[str, str]:
    """Both of them: who has left once stays away."""
    return address_hash(secret, email), former_hash(secret, email)


async def reason(secret: str, workspace: UUID, email: str) -> str | None:
    """Why an address must not be written to; None if it may be."""
    return await queries.reason(workspace, address_hashes(secret, email))


async def add(secret: str, workspace: UUID, email: str, source: UUID, now: datetime) -> Withdrawal | None:
    """Nothing is sent to the address any more; None if that was so before. `source` is the message by whose link it
    left. Joins the transaction around it."""
    if await queries.reason(workspace, address_hashes(secret, email), lasting=True) is not None:
        return None
    hashed = address_hash(secret, email)
    added = await _insert(workspace, SuppressionRow(hashed, source, now))
    return Withdrawal(workspace, hashed, now) if added else None


async def _insert(workspace: UUID, left: SuppressionRow) -> bool:
    """False if the address was there already."""
    row = Suppression(
        workspace=workspace,
        address_hash=left.address_hash,
        reason=UNSUBSCRIBED,
        source=left.source,
        created_at=left.created_at,
    )
    new = Suppression.insert(row).on_conflict(action="DO NOTHING").returning(Suppression.id)
    return bool(await database.execute(new))


async def lift(secret: str, workspace: UUID, email: str, now: datetime) -> list[Withdrawal]:
    """The address may be written to again, unless it is suppressed for another reason; gives what the ledger has to
    know, empty if nothing changed. Joins the transaction around it."""
    hashes = address_hashes(secret, email)
    theirs = (Suppression.workspace == workspace) & Suppression.address_hash.is_in([*hashes])
    removal = Suppression.delete().where(theirs & (Suppression.reason == UNSUBSCRIBED))
    told = removal.returning(Suppression.address_hash, Suppression.source, Suppression.created_at)
    removed = database.rows_of(SuppressionRow, await database.execute(told))
    if not removed:
        return []
    stays = await _keep_for_the_other(secret, workspace, email, removed)
    # The former hash too: a restore may have put it there, and each start goes by the last word of every hash.
    back = {hashes[0], *(found.address_hash for found in removed)}
    return [Withdrawal(workspace, hashed, now, back=hashed not in stays) for hashed in sorted(back | stays)]


async def _keep_for_the_other(secret: str, workspace: UUID, email: str, removed: list[SuppressionRow]) -> set[str]:
    """A former hash is of two addresses, such as `weiß@…` and `weiss@…`: for the other one it stays, as the hash that
    comes back."""
    other = former_key_of(email)
    stays: set[str] = set()
    for found in removed:
        if found.address_hash == former_hash(secret, email) and other != key_of(email):
            hashed = address_hash(secret, other)
            stays.add(hashed)
            await _insert(workspace, SuppressionRow(hashed, found.source, found.created_at))
    return stays
