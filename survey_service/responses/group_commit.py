"""Concurrent submissions of one process share a transaction.

A group is what arrived while the last one was being committed: no timer, so that a lone answer waits for
nobody and a crowd costs one commit. An answer is acknowledged only after its group's commit.
"""

import asyncio
import contextlib
import time
from collections import deque

from survey_service.core import database, logs
from survey_service.core.database import Database
from survey_service.core.errors import Unavailable
from survey_service.core.i18n.staff import gettext as _
from survey_service.responses.plans import write
from survey_service.responses.schemas import Outcome, PreparedResponse

MAX_GROUP = 500
MAX_WAITING = 5_000
"""More cannot be kept within a few seconds; they are refused rather than accepted and lost."""

SILENCE_SECONDS = 1.0
"""A database that was away at once, as when it starts anew, may be back for the next group."""

log = logs.get(__name__)
Waiting = tuple[PreparedResponse, "asyncio.Future[Outcome]"]


def said_anew(error: Unavailable) -> Unavailable:
    """The same in the language of whoever is told: it was made in a task that speaks nobody's."""
    return Unavailable(_(error.message), retry_after=error.retry_after)


class GroupCommit:
    """The queue of one process. `start` it in the loop that serves; `stop` finishes what was accepted."""

    def __init__(self, opened: Database, max_waiting: int = MAX_WAITING) -> None:
        self.database = opened
        self.max_waiting = max_waiting
        self.waiting: deque[Waiting] = deque()
        self.arrived = asyncio.Event()
        self.stopping = False
        self.groups = 0
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to commit."""
        self.task = asyncio.create_task(self._run(), name="group-commit")

    async def stop(self) -> None:
        """Takes nothing more and returns when everything accepted is committed or refused."""
        self.stopping = True
        self.arrived.set()
        if self.task:
            await self.task

    async def submit(self, entry: PreparedResponse) -> Outcome:
        """Waits for the commit of `entry`. Unavailable when the queue is full or the service is ending."""
        if self.stopping:
            raise Unavailable(_("The service is being restarted. Try again in a moment."), retry_after=3)
        if len(self.waiting) >= self.max_waiting:
            raise Unavailable(_("More answers arrive than can be kept. Try again in a moment."), retry_after=2)
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.waiting.append((entry, future))
        self.arrived.set()
        try:
            return await future
        except Unavailable as error:
            raise said_anew(error) from error

    async def _run(self) -> None:
        while self.waiting or not self.stopping:
            if not self.waiting:
                self.arrived.clear()
                await self.arrived.wait()
                continue
            group = [self.waiting.popleft() for _ in range(min(len(self.waiting), MAX_GROUP))]
            try:
                await self._commit(group)
            except Exception as error:  # whatever it is: this is the one task that keeps answers
                self._refuse(group, error)
                log.error("group_broke_off", size=len(group), exc_info=error)

    async def _commit(self, group: list[Waiting]) -> None:
        """One transaction for the group; if it fails for a reason of one entry's own, each by itself."""
        self.groups += 1
        database.allow(database.HURRIED_SECONDS)
        began = time.monotonic()
        try:
            entries = [entry for entry, _ in group]
            outcomes = await self.database.run_assuming_new(lambda: write(entries))
        except Unavailable as error:
            self._refuse(group, error)
            if time.monotonic() - began > SILENCE_SECONDS:
                self._refuse(self._all_waiting(), error)
        except Exception as error:
            log.warning("group_failed", size=len(group), error=repr(error))
            if len(group) == 1:
                self._refuse(group, error)
            else:
                for single in group:
                    await self._commit([single])
        else:
            for (_, future), outcome in zip(group, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)

    def _all_waiting(self) -> list[Waiting]:
        """Those who came during a silence have waited for it already; they are not made to wait for the next."""
        waiting = [*self.waiting]
        self.waiting.clear()
        return waiting

    @staticmethod
    def _refuse(group: list[Waiting], error: Exception) -> None:
        for _submission, future in group:
            with contextlib.suppress(asyncio.InvalidStateError):
                future.set_exception(error)
