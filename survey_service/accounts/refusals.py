"""What was refused, for the audit trail. An attacker is refused as often as they like, so the refusals of a few seconds
are kept in memory and written together, beside the requests: those of one kind, person and day are one entry that says
how many there were. A process that is killed takes those of the last few seconds with it.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection

from survey_service.accounts import queries
from survey_service.accounts.actions import AuditAction, RefusalAction
from survey_service.accounts.schemas import Caller
from survey_service.accounts.tables import AuditEntry
from survey_service.accounts.throttle import network_of
from survey_service.core import clock, database, logs, text, tokens
from survey_service.core.errors import Unavailable
from survey_service.core.http import state_of
from survey_service.core.i18n.staff import N_

NOBODY = N_("Somebody unknown")
"""Who was refused, where that is not known."""
SECONDS = 5.0
END_SECONDS = 2.0
MOST_AT_ONCE = 200
"""Different refusals that are held in memory; further ones are counted without saying whose they were."""
MOST_A_DAY = 100
"""Different entries of a workspace, an action and a day; further ones are counted likewise."""

log = logs.get(__name__)

Connection = ASGIConnection[Any, Any, Any, Any]


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


WHOEVER = Refusal()


class Tally(msgspec.Struct):
    """How many there were, and when the first and the last."""

    first: datetime
    last: datetime
    times: int = 0


class Refusals:
    """Those of this process that are not written yet."""

    def __init__(self) -> None:
        self.waiting: dict[Refusal, Tally] = {}
        self.ending = asyncio.Event()
        self.running: asyncio.Task[None] | None = None

    def note(self, action: AuditAction, refusal: Refusal) -> None:
        """One more. Who is refused may have sent anything."""
        shown = {part: text.one_line(getattr(refusal, part)) for part in ("name", "subject", "email")}
        self._add(msgspec.structs.replace(refusal, action=action.key, **shown), Tally(clock.now(), clock.now(), 1))

    def _add(self, refusal: Refusal, tally: Tally) -> None:
        if refusal not in self.waiting and len(self.waiting) >= MOST_AT_ONCE:
            refusal = Refusal(refusal.action)
        known = self.waiting.setdefault(refusal, Tally(tally.first, tally.last))
        known.times += tally.times
        known.last = max(known.last, tally.last)

    def start(self) -> None:
        """Begins to write what is noted, beside the requests."""
        self.running = asyncio.create_task(self._run(), name="refusals")

    async def stop(self) -> None:
        """Writes the rest, but does not wait for a database that says nothing."""
        self.ending.set()
        if self.running:
            await asyncio.wait({self.running}, timeout=END_SECONDS)
            self.running.cancel()

    async def _run(self) -> None:
        """Writes every few seconds what was noted, and the rest at the end."""
        while not self.ending.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ending.wait(), SECONDS)
            await self.write()

    async def write(self) -> None:
        """Writes what was noted, together or, where one of them cannot be written, each by itself; while the database
        is away all of it waits for the next time."""
        taken, self.waiting = self.waiting, {}
        if taken and not await self._written(taken):
            for refusal, tally in taken.items():
                await self._written({refusal: tally})

    async def _written(self, taken: Mapping[Refusal, Tally]) -> bool:
        """Whether all of these are written, or wait; none is otherwise."""
        try:
            async with database.transaction():
                for refusal, tally in taken.items():
                    await _count(refusal, tally)
        except Unavailable:
            for refusal, tally in taken.items():
                self._add(refusal, tally)
        except Exception as error:
            log.error("refusals_not_written", refusals=len(taken), exc_info=error)
            return False
        return True


async def _count(refusal: Refusal, tally: Tally) -> None:
    """Adds to the entry of its kind and day, which is made if there is none."""
    entry = await _entry(refusal, tally)
    if entry is None:
        return
    made = AuditEntry.insert(entry)
    held = made.on_conflict(target=AuditEntry.tally, action="DO UPDATE", values=[AuditEntry.tally])
    await database.execute(held)
    change = AuditEntry.update({AuditEntry.times: AuditEntry.times + tally.times, AuditEntry.last_at: tally.last})
    await database.execute(change.where(AuditEntry.tally == entry.tally))


async def _entry(refusal: Refusal, tally: Tally) -> AuditEntry | None:
    """The entry as it begins, with none counted yet; None where there is no workspace to tell it in."""
    person = await queries.staff_with_email(refusal.email) if refusal.email else None
    key = await queries.ended_key(refusal.key_hash) if refusal.key_hash else None
    known = person or key
    home = known.workspace if known else refusal.workspace or await _own()
    if home is None:
        return None
    subject = ", ".join(filter(None, (person.email if person else refusal.subject, refusal.host)))
    told = AuditEntry(
        workspace=home,
        actor=refusal.actor,
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


def refused(connection: Connection, action: AuditAction, refusal: Refusal = WHOEVER) -> None:
    """Notes that staff or a program is refused, or who tries to pass for them, with the network they come from."""
    host = connection.client.host if connection.client else ""
    _note(connection, action, msgspec.structs.replace(refusal, host=network_of(host)))


def respondent_waits(connection: Connection, workspace: UUID | None = None, form: str = "") -> None:
    """Notes that a respondent is asked to wait, with the workspace and the form's name and nothing of who it is."""
    _note(connection, RefusalAction.TOO_MANY, Refusal(workspace=workspace, subject=form))


def _note(connection: Connection, action: AuditAction, refusal: Refusal) -> None:
    refusals = state_of(connection).part_or_none(Refusals)
    if refusals is not None:
        refusals.note(action, refusal)


def of(caller: Caller, subject: str = "") -> Refusal:
    """A refusal of somebody who is known."""
    return Refusal(workspace=caller.workspace, actor=caller.actor, name=caller.name, subject=subject)
