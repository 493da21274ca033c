"""What was refused, on its way to the audit trail. An attacker is refused as often as they like, so the refusals of a
few seconds are kept in memory and written together, beside the requests. A process that is killed takes those of the
last few seconds with it.
"""

import asyncio
import contextlib
from collections.abc import Mapping
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
            await refusal_service.write(taken)
        except Unavailable:
            for refusal, tally in taken.items():
                self._add(refusal, tally)
        except Exception as error:
            log.error("refusals_not_written", refusals=len(taken), exc_info=error)
            return False
        return True


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
