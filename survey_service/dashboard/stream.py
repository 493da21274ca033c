"""New events for open pages: one reader of the log per process, however many pages are open.

A page only learns that something happened and fetches itself again, so nothing here must be complete: what a slow
page misses is in what it fetches next.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from survey_service.core import database, logs
from survey_service.jobs.schemas import EventRow

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
KEPT = 1000
AT_ONCE = 500
"""Events that are read with one look at the log."""
READS_AT_MOST = 20
"""In one round: of a crowd a page is told in the same second, not a minute later."""
COME_BACK_MS = (1_000, 5_000)

log = logs.get(__name__)

ReadAfter = Callable[[int, int], Awaitable[Sequence[EventRow]]]
ReadLast = Callable[[], Awaitable[int]]
ReadHolding = Callable[[Collection[str]], Awaitable[set[str]]]
"""From sessions to those of them that hold."""


class Told(NamedTuple):
    """An event as pages are told it."""

    sequence: int
    workspace: UUID
    kind: str
    subject: UUID


class EventReader:
    """Reads the log once a second while anybody listens, and wakes the listeners. At each turn it also asks whose
    sessions have ended, wherever that was done: they hear nothing more."""

    def __init__(
        self,
        read_after: ReadAfter,
        read_last: ReadLast,
        read_holding: ReadHolding,
        *,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self.read_after = read_after
        self.read_last = read_last
        self.read_holding = read_holding
        self.poll_seconds = poll_seconds
        self.recent: deque[Told] = deque(maxlen=KEPT)
        self.sequence = 0
        self.sessions: Counter[str] = Counter()
        self.ended: set[str] = set()
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def start(self, session: str) -> None:
        """Counts a listener in; the first one starts the reading, at the log's end."""
        self.sessions[session] += 1
        if self._task is None:
            self._task = asyncio.create_task(self._poll(), name="event reader")

    async def stop(self, session: str) -> None:
        """Counts a listener out; the last one ends the reading."""
        self.sessions[session] -= 1
        if not self.sessions[session]:
            del self.sessions[session]
            self.ended.discard(session)
        if not self.sessions and self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.recent.clear()
            self.sequence = 0

    async def wait(self, seconds: float, end: "asyncio.Task[bool]") -> bool:
        """Until something new was read, the time is over or `end` has come: whether it has."""
        news = asyncio.create_task(self._heard())
        await asyncio.wait((news, end), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        news.cancel()
        return end.done()

    async def _heard(self) -> None:
        async with self._news:
            await self._news.wait()

    def after(self, sequence: int, workspace: UUID) -> list[Told]:
        """What is remembered for a workspace after `sequence`, oldest first."""
        return [told for told in self.recent if told.sequence > sequence and told.workspace == workspace]

    async def _poll(self) -> None:
        while True:
            database.allow(database.HURRIED_SECONDS)  # of its own: it was begun in somebody's request
            try:
                await self._look_who_may()
                await self._read()
            except Exception as error:  # the next second may find the database again
                log.warning("event_stream_unreadable", error=str(error))
            await asyncio.sleep(self.poll_seconds)

    async def _look_who_may(self) -> None:
        asked = list(self.sessions)
        self.ended |= self.sessions.keys() & (set(asked) - await self.read_holding(asked))

    async def _read(self) -> None:
        if self.sequence == 0:
            self.sequence = await self.read_last()
        before = self.sequence
        for _ in range(READS_AT_MOST):
            rows = await self.read_after(self.sequence, AT_ONCE)
            self.recent.extend(Told(row.sequence, row.workspace, row.kind, row.subject) for row in rows)
            self.sequence = rows[-1].sequence if rows else self.sequence
            if len(rows) < AT_ONCE:
                break
        if self.sequence > before:
            async with self._news:
                self._news.notify_all()


async def messages(
    reader: EventReader,
    workspace: UUID,
    session: str,
    last_seen: int | None,
    stopping: asyncio.Event,
    *,
    heartbeat_seconds: float = HEARTBEAT_SECONDS,
) -> AsyncGenerator[bytes, None]:
    """The lines of an event stream (WHATWG server-sent events) until the process stops, the page goes, or the
    session ends in which it was opened: of all that came since the last round one message, for a page fetches itself
    whole.

    A page that comes back with an older `last_seen` is told at once, for it may have missed something.
    """
    await reader.start(session)
    end = asyncio.create_task(stopping.wait())
    try:
        yield _come_back()
        seen = reader.sequence or await reader.read_last()
        if last_seen is not None and last_seen < seen:
            yield _message(seen, "missed", None)
        quiet = 0.0
        pause = min(reader.poll_seconds, heartbeat_seconds)
        while not await reader.wait(pause, end):
            if session in reader.ended:
                return
            news = reader.after(seen, workspace)
            seen = max(seen, reader.sequence)
            if news:
                yield _message(news[-1].sequence, news[-1].kind, news[-1].subject)
            quiet = 0.0 if news else quiet + pause
            if quiet >= heartbeat_seconds:
                quiet = 0.0
                yield b": alive\n\n"
        yield _come_back()
    finally:
        end.cancel()
        await reader.stop(session)


def _come_back() -> bytes:
    """When a page that loses the stream asks again: each at a moment of its own, or all would come at once."""
    return b"retry: %d\n\n" % random.randint(*COME_BACK_MS)  # noqa: S311  (nothing secret)


def _message(sequence: int, kind: str, subject: UUID | None) -> bytes:
    text = msgspec.json.encode({"kind": kind, "subject": subject})
    return b"id: %d\nevent: change\ndata: %s\n\n" % (sequence, text)
