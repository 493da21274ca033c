"""The ledger of withdrawals: who left the mails, in a file beside the database, so that a backup that is older than
their word does not undo it. It holds hashes only, one JSON object a line, and is only ever added to.
"""

import asyncio
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

import msgspec

from survey_service.core import database, logs
from survey_service.core.batch.statements import Batch, Insert, Values
from survey_service.core.database.written import picked
from survey_service.core.ids import new_id
from survey_service.messaging import queries
from survey_service.messaging.schemas import Withdrawal
from survey_service.messaging.tables import Suppression

SUPPRESSION = picked(Suppression, "id", "workspace", "address_hash", "reason", "created_at")
AT_ONCE = 500
"""So many are brought into the database in one transaction."""

log = logs.get(__name__)


async def note(ledger: Path | None, *withdrawals: Withdrawal) -> None:
    """Adds to the ledger, durably. Where that fails the database still knows: it is logged, and nobody is refused."""
    if ledger is None:
        return
    try:
        await asyncio.to_thread(append, ledger, withdrawals)
    except OSError as error:
        log.error("withdrawal_not_noted", file=str(ledger), error=str(error))


def append(ledger: Path, withdrawals: Iterable[Withdrawal]) -> None:
    """Adds lines to the ledger and returns when they are on the disk. Raises OSError."""
    lines = b"".join(msgspec.json.encode(withdrawal) + b"\n" for withdrawal in withdrawals)
    if not lines:
        return
    left = memoryview(b"\n" + lines)  # a torn line before them ends here, and takes none of them along
    descriptor = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        while left:  # in one piece, so that processes that write at once do not mix their lines, but for a full disk
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(ledger: Path | None) -> list[Withdrawal]:
    """The last word of each address, in the order in which they were said; empty without a ledger."""
    if ledger is None or not ledger.exists():
        return []
    last: dict[tuple[UUID, str], Withdrawal] = {}
    for withdrawal in _lines(ledger):
        before = last.get((withdrawal.workspace, withdrawal.address_hash))
        if before is None or before.at <= withdrawal.at:
            last[withdrawal.workspace, withdrawal.address_hash] = withdrawal
    return sorted(last.values(), key=lambda said: said.at)


def _lines(ledger: Path) -> Iterable[Withdrawal]:
    """Every line that can be read: a torn one, as a power cut leaves, is passed over and told. Empty ones part them."""
    with ledger.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield msgspec.json.decode(line, type=Withdrawal)
            except msgspec.MsgspecError:
                log.warning("withdrawal_unreadable", file=str(ledger), line=number)


def add_missing(ledger: Path, known: Iterable[Withdrawal]) -> None:
    """Adds the withdrawals of a database that the ledger does not have. Raises OSError."""
    noted = {(said.workspace, said.address_hash): said for said in read(ledger)}
    append(ledger, (said for said in known if _is_news(said, noted.get((said.workspace, said.address_hash)))))


def _is_news(said: Withdrawal, noted: Withdrawal | None) -> bool:
    return noted is None or (noted.back and said.at > noted.at)


async def apply(ledger: Path | None) -> int:
    """Brings the open database to the ledger's last words; gives how many addresses were news to it.

    It runs at each start: whichever way an older file came back, nobody who left is written to. It is done in batches
    that others need not wait for; one that breaks off is done again at the next start. What the database knows and the
    ledger does not, because it could not be written or is new, is added to it.
    """
    if ledger is None:
        return 0
    said = await asyncio.to_thread(read, ledger)
    changed = sum([await _apply(said[start : start + AT_ONCE]) for start in range(0, len(said), AT_ONCE)])
    try:
        await asyncio.to_thread(add_missing, ledger, await queries.known())
    except OSError as error:
        log.error("withdrawal_not_noted", file=str(ledger), error=str(error))
    return changed


async def _apply(said: Sequence[Withdrawal]) -> int:
    changed = len(await database.current().run(_suppress([each for each in said if not each.back])))
    async with database.transaction():
        for each in said:
            changed += bool(each.back and await _take_back(each))
    return changed


def _suppress(said: Sequence[Withdrawal]) -> Batch[list[Values]]:
    rows = [(new_id(), each.workspace, each.address_hash, each.reason, each.at) for each in said]
    return (yield Insert("suppression", SUPPRESSION, rows, returning="id"))


async def _take_back(said: Withdrawal) -> bool:
    theirs = (Suppression.workspace == said.workspace) & (Suppression.address_hash == said.address_hash)
    before = (Suppression.reason == said.reason) & (Suppression.created_at <= said.at)
    removal = Suppression.delete().where(theirs & before).returning(Suppression.id)
    return bool(await database.execute(removal))
