"""Which addresses must not be written to. Hashes are kept, never the addresses; it reads and writes the table
`suppression`.

No key is in what is kept, so that whoever left stays away whatever becomes of keys and databases. It was keyed once:
such rows and lines of the ledger hold as long as their key is known, and are written anew when their address is met.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from survey_service.core import database, tokens
from survey_service.core.email_address import former_key_of, key_of
from survey_service.core.keyring import Keyring
from survey_service.messaging import queries
from survey_service.messaging.schemas import UNSUBSCRIBED, SuppressionRow, Withdrawal
from survey_service.messaging.tables import Suppression

PURPOSE = "who wants no mail"
SUPPRESSION, FORMER_SUPPRESSION = "suppression of a key", "suppression"
"""Purposes of keyed hashes: of an address's key, and before addresses had keys of how it was compared then."""


def address_hash(workspace: UUID, email: str) -> str:
    """What is kept of an address that does not want mail: SHA-256 of it and of the workspace, which stands beside it
    in the database and in the ledger. 43 characters; what was keyed has 64."""
    text = f"{PURPOSE}\0{workspace.hex}\0{key_of(email)}"
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def keyed_hash(key: str, email: str) -> str:
    """What was kept of it when a key was in it."""
    return tokens.keyed(key, SUPPRESSION, key_of(email))


def former_hash(key: str, email: str) -> str:
    """What was kept of it before addresses had keys: lists of who has left, which outlive databases, have it still."""
    return tokens.keyed(key, FORMER_SUPPRESSION, former_key_of(email))


def address_hashes(keys: Keyring, workspace: UUID, email: str) -> list[str]:
    """All of them, what is kept now first: who has left once stays away."""
    keyed = [made(key, email) for key in keys.keys for made in (keyed_hash, former_hash)]
    return [address_hash(workspace, email), *keyed]


async def reason(keys: Keyring, workspace: UUID, email: str) -> str | None:
    """Why an address must not be written to; None if it may be."""
    return _reason(await queries.suppressed(workspace, address_hashes(keys, workspace, email)))


async def met(keys: Keyring, workspace: UUID, email: str) -> str | None:
    """The same where the address is about to be written to: what was keyed is kept without a key from now on. Joins
    the transaction around it."""
    return _reason(await _kept_anew(keys, workspace, email))


def _reason(found: Sequence[SuppressionRow]) -> str | None:
    return found[0].reason if found else None


async def _kept_anew(keys: Keyring, workspace: UUID, email: str, *, lasting: bool = False) -> list[SuppressionRow]:
    """What is known of the address. What was keyed stays beside what is written now: it may be of two addresses."""
    hashes = address_hashes(keys, workspace, email)
    found = await queries.suppressed(workspace, hashes, lasting=lasting)
    if found and all(each.address_hash != hashes[0] for each in found):
        await _insert(workspace, hashes[0], found[0])
    return found


async def add(keys: Keyring, workspace: UUID, email: str, source: UUID, now: datetime) -> Withdrawal | None:
    """Nothing is sent to the address any more; None if that was so before. `source` is the message by whose link it
    left. Joins the transaction around it."""
    if await _kept_anew(keys, workspace, email, lasting=True):
        return None
    hashed = address_hash(workspace, email)
    added = await _insert(workspace, hashed, SuppressionRow(hashed, UNSUBSCRIBED, source, now))
    return Withdrawal(workspace, hashed, now) if added else None


async def _insert(workspace: UUID, hashed: str, left: SuppressionRow) -> bool:
    """Keeps under this hash what is known of the address; False if it was there already."""
    row = Suppression(
        workspace=workspace,
        address_hash=hashed,
        reason=left.reason,
        source=left.source,
        created_at=left.created_at,
    )
    new = Suppression.insert(row).on_conflict(action="DO NOTHING").returning(Suppression.id)
    return bool(await database.execute(new))


async def lift(keys: Keyring, workspace: UUID, email: str, now: datetime) -> list[Withdrawal]:
    """The address may be written to again, unless it is suppressed for another reason; gives what the ledger has to
    know, empty if nothing changed. Joins the transaction around it."""
    hashes = address_hashes(keys, workspace, email)
    theirs = (Suppression.workspace == workspace) & Suppression.address_hash.is_in(hashes)
    removal = Suppression.delete().where(theirs & (Suppression.reason == UNSUBSCRIBED))
    told = removal.returning(*queries.COLUMNS)
    removed = database.rows_of(SuppressionRow, await database.execute(told))
    if not removed:
        return []
    stays = await _keep_for_the_other(keys, workspace, email, removed)
    # What was keyed, too: a restore may have put it there, and each start goes by the last word of every hash.
    back = {hashes[0], *(found.address_hash for found in removed)}
    return [Withdrawal(workspace, hashed, now, back=hashed not in stays) for hashed in sorted(back | stays)]


async def _keep_for_the_other(keys: Keyring, workspace: UUID, email: str, removed: list[SuppressionRow]) -> set[str]:
    """A former hash is of two addresses, such as `weiß@…` and `weiss@…`: for the other one it stays, as the hash that
    comes back."""
    other = former_key_of(email)
    former = {former_hash(key, email) for key in keys.keys}
    stays: set[str] = set()
    for found in removed:
        if found.address_hash in former and other != key_of(email):
            hashed = address_hash(workspace, other)
            stays.add(hashed)
            await _insert(workspace, hashed, found)
    return stays
