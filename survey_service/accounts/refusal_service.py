"""What was refused, written to the audit trail: those of one kind, person and day as one entry that counts them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.accounts import queries
from survey_service.accounts.tables import AuditEntry
from survey_service.core import database, tokens
from survey_service.core.i18n.staff import N_

NOBODY = N_("Somebody unknown")
"""Who was refused, where that is not known."""
MOST_A_DAY = 100
"""Different entries of a workspace, an action and a day; further ones are counted without saying whose they were."""


class Refusal(msgspec.Struct, frozen=True):
    """Who was refused what. With an `email` or a key that somebody tried, the workspace is that of whoever has or had
    it; without any it is told in the installation's own. `host` is the network that staff and programs, or who tries
    to pass for them, came from; of respondents it is never known here."""

    action: str = ""
    workspace: UUID | None = None
    actor: UUID | None = None
    name: str = NOBODY
    subject: str = ""
    email: str = ""
    key_hash: str = ""
    host: str = ""


class Tally(msgspec.Struct):
    """How many there were, and when the first and the last."""

    first: datetime
    last: datetime
    times: int = 0


async def write(refusals: Mapping[Refusal, Tally]) -> None:
    """Adds all of them, or none: to the entries of their kind and day."""
    async with database.transaction():
        for refusal, tally in refusals.items():
            await _count(refusal, tally)


async def _count(refusal: Refusal, tally: Tally) -> None:
    """Adds to the entry of its kind and day, which is made if there is none."""
    entry = await _entry(refusal, tally)
    if entry is None:
        return
    made = AuditEntry.insert(entry)
    held = made.on_conflict(target=AuditEntry.tally, action="DO UPDATE", values=[AuditEntry.tally])
    await database.execute(held)
    ours = AuditEntry.tally == entry.tally
    await database.execute(AuditEntry.update({AuditEntry.times: AuditEntry.times + tally.times}).where(ours))
    later = AuditEntry.update({AuditEntry.last_at: tally.last})  # another process may have told of a later one
    await database.execute(later.where(ours & (AuditEntry.last_at < tally.last)))


async def _entry(refusal: Refusal, tally: Tally) -> AuditEntry | None:
    """The entry as it begins, with none counted yet; None where there is no workspace to tell it in."""
    person = await queries.staff_with_email(refusal.email) if refusal.email else None
    key = await queries.tried_key(refusal.key_hash) if refusal.key_hash else None
    known = person or key
    home = known.workspace if known else refusal.workspace or await _own()
    if home is None:
        return None
    subject = ", ".join(filter(None, (person.email if person else refusal.subject, refusal.host)))
    told = AuditEntry(
        workspace=home,
        actor=key.id if key else refusal.actor,
        actor_name=key.name if key else refusal.name[:320],
        action=refusal.action,
        subject=subject[:500],
        at=tally.first,
        times=0,
        last_at=tally.last,
    )
    told.tally = _key(told)
    midnight = tally.first.replace(hour=0, minute=0, second=0, microsecond=0)
    today = await queries.tallies(home, refusal.action, midnight)
    if told.tally not in today and len(today) >= MOST_A_DAY:
        told.actor, told.actor_name, told.subject = None, NOBODY, ""
        told.tally = _key(told)
    return told


async def _own() -> UUID | None:
    own = await queries.default_workspace()
    return own.id if own else None


def _key(entry: AuditEntry) -> str:
    """What refusals have in common that are counted together."""
    parts = (entry.workspace, entry.action, entry.actor, entry.actor_name, entry.subject, entry.at.date())
    return tokens.hashed("\n".join(str(part) for part in parts))
