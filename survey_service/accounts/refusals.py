"""What was refused, on its way to the audit trail. An attacker is refused as often as they like, so the refusals of a
few seconds are kept in memory and written together, beside the requests. A process that is killed takes those of the
last few seconds with it.
"""

import asyncio
import contextlib
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection

from survey_service.accounts import refusal_service
from survey_service.accounts.actions import AuditAction, RefusalAction
from survey_service.accounts.refusal_service import Refusal, Tally
from survey_service.accounts.schemas import Caller
from survey_service.accounts.throttle import network_of
from survey_service.core import clock, logs, text
from survey_service.core.errors import Unavailable
from survey_service.core.http import state_of

SECONDS = 5.0
END_SECONDS = 2.0
MOST_AT_ONCE = 200
"""Different refusals that are held in memory; further ones are counted without saying whose they were."""

TOGETHER = 10
"""So many are written in one transaction: whoever sends an answer waits for it to end, where one writes at a time."""

log = logs.get(__name__)

Connection = ASGIConnection[Any, Any, Any, Any]

WHOEVER = Refusal()


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
        known.first = min(known.first, tally.first)
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
        await self.write()

    async def write(self) -> None:
        """Writes what was noted, some together or, from where one of them cannot be written, each by itself; while the
        database is away all that is left waits for the next time."""
        left, self.waiting = list(self.waiting.items()), {}
        together = TOGETHER
        while left:
            some = left[:together]
            try:
                await refusal_service.write(dict(some))
            except Unavailable:
                break
            except Exception as error:
                log.error("refusals_not_written", refusals=len(some), exc_info=error)
                if together > 1:
                    together = 1
                    continue
            del left[: len(some)]
        for refusal, tally in left:
            self._add(refusal, tally)


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


def refusal_of(caller: Caller, subject: str = "") -> Refusal:
    """A refusal of somebody who is known."""
    return Refusal(workspace=caller.workspace, actor=caller.doer, name=caller.name, subject=subject)
