"""The stream of news: one reader for all pages, nothing of other workspaces, an end."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from uuid import UUID

import pytest

from survey_service.accounts import installation_service, service, session_service, sign_in
from survey_service.core import clock, tokens
from survey_service.core.database import Database
from survey_service.core.ids import new_id
from survey_service.dashboard.stream import AT_ONCE, EventReader, messages
from survey_service.jobs import queries as events
from survey_service.jobs.schemas import EventRow
from tests.answers import signed_in
from tests.dashboard import seeding

OURS, THEIRS = new_id(), new_id()
SESSION = "session"
EMAIL = "alice@example.org"
NEW = "eight maids a milking"
ALIVE = b": alive\n\n"
Stream = AsyncGenerator[bytes, None]


class Log:
    """An event log in memory that counts how often it is read, with the reader that serves its pages."""

    def __init__(self, poll_seconds: float = 0.01) -> None:
        self.rows: list[EventRow] = []
        self.reads = 0
        self.broken = False
        self.ended: set[str] = set()
        self.stopping = asyncio.Event()
        self.reader = EventReader(self.after, self.last, self.holding, poll_seconds=poll_seconds)

    def add(self, workspace: UUID = OURS) -> None:
        number = len(self.rows) + 1
        moment = datetime(2026, 11, 2, tzinfo=UTC)
        self.rows.append(EventRow(number, new_id(), workspace, "response.received", new_id(), "{}", moment))

    async def after(self, sequence: int, limit: int) -> Sequence[EventRow]:
        self.reads += 1
        if self.broken:
            raise ConnectionError("no database")
        return [row for row in self.rows if row.sequence > sequence][:limit]

    async def last(self) -> int:
        return len(self.rows)

    async def holding(self, sessions: Collection[str]) -> set[str]:
        return set(sessions) - self.ended

    def page(
        self, workspace: UUID = OURS, session: str = SESSION, seen: int | None = None, heartbeat: float = 0.02
    ) -> Stream:
        """What a page hears that is opened now."""
        return messages(self.reader, workspace, session, seen, self.stopping, heartbeat_seconds=heartbeat)


@pytest.fixture
def log() -> Log:
    """One in which something has happened already."""
    made = Log()
    made.add()
    return made


async def next_message(stream: Stream) -> bytes:
    """The next line that is no heartbeat. On PostgreSQL it waits for whatever else has begun on the same server."""
    async with asyncio.timeout(60):
        async for message in stream:
            if not message.startswith((b":", b"retry")):
                return message
    return b""


async def begun(stream: Stream) -> None:
    """Until nothing is left to be told of what was before."""
    assert (await anext(stream)).startswith(b"retry")
    assert await anext(stream) == ALIVE


async def read_to_its_end(log: Log, stream: Stream) -> None:
    """Until the reader has come to the end of the log."""
    async with asyncio.timeout(30):
        while not log.reader.sequence:
            await anext(stream)


async def rest_of(stream: Stream) -> list[bytes]:
    """All that a stream says until it ends by itself."""
    async with asyncio.timeout(60):
        return [message async for message in stream]


async def test_an_event_reaches_the_pages_of_its_workspace_only(log: Log) -> None:
    ours, theirs = (log.page(who, heartbeat=0.05) for who in (OURS, THEIRS))
    for stream in (ours, theirs):
        await begun(stream)
    log.add(OURS)
    assert b"id: 2\nevent: change\n" in await next_message(ours)
    log.add(THEIRS)
    assert b"id: 3\n" in await next_message(theirs)
    log.stopping.set()
    assert await next_message(ours) == b""


async def test_one_reader_serves_many_pages_and_rests_without_any(log: Log) -> None:
    pages = [log.page() for _ in range(20)]
    await asyncio.gather(*(anext(page) for page in pages))
    assert log.reader.sessions == {SESSION: 20}
    before = log.reads
    await asyncio.sleep(0.1)
    assert log.reads - before <= 15
    for page in pages:
        await page.aclose()
    assert not log.reader.sessions
    resting = log.reads
    await asyncio.sleep(0.05)
    assert log.reads == resting


async def test_at_the_end_all_pages_are_sent_away_at_once_and_come_back_one_by_one() -> None:
    log = Log(poll_seconds=600)
    log.add()
    pages = [log.page(heartbeat=600) for _ in range(20)]
    await asyncio.gather(*(anext(page) for page in pages))
    waiting = [asyncio.create_task(anext(page)) for page in pages]  # type: ignore[arg-type]
    await asyncio.sleep(0)
    log.stopping.set()
    async with asyncio.timeout(30):
        last = await asyncio.gather(*waiting)
    assert all(message.startswith(b"retry: ") for message in last)
    assert len(set(last)) > 5
    for page in pages:
        assert await anext(page, b"over") == b"over"
    assert not log.reader.sessions


async def test_a_page_that_comes_back_is_told_what_it_missed(log: Log) -> None:
    for _ in range(4):
        log.add()
    async with aclosing(log.page(seen=3)) as stream:
        assert b"id: 5\n" in await next_message(stream)


async def test_of_a_crowd_a_page_is_told_once_a_round_and_at_once(log: Log) -> None:
    async with aclosing(log.page()) as stream:
        await read_to_its_end(log, stream)
        for _ in range(3 * AT_ONCE + 10):
            log.add()
        assert b"id: %d\n" % len(log.rows) in await next_message(stream)
        assert await anext(stream) == ALIVE, "nothing is left to be told"


async def test_a_database_that_is_away_for_a_while_ends_no_stream(log: Log) -> None:
    async with aclosing(log.page()) as stream:
        await read_to_its_end(log, stream)
        log.broken = True
        await asyncio.sleep(0.05)
        log.broken = False
        log.add()
        assert b"id: 2\n" in await next_message(stream)


async def test_a_stream_ends_with_its_session_and_no_other_does(log: Log) -> None:
    ending, staying = (log.page(session=session) for session in ("ending", "staying"))
    for stream in (ending, staying):
        assert (await anext(stream)).startswith(b"retry")
    assert await anext(ending) == ALIVE
    log.ended.add("ending")
    await rest_of(ending)
    log.add()
    assert b"id: 2\n" in await next_message(staying)
    assert log.reader.sessions == {"staying": 1}
    assert not log.reader.ended
    await staying.aclose()


@pytest.mark.parametrize("how", ["disabled", "role", "link", "password", "signed out", "elsewhere"])
async def test_the_stream_of_a_person_ends_with_their_access(database: Database, how: str) -> None:
    """Whichever process took it away: each asks the database."""
    await installation_service.ensure_owner(EMAIL)
    (caller, secret), (elsewhere, _) = [await signed_in(EMAIL) for _ in range(2)]
    assert caller.actor is not None
    boss = installation_service.caller(await installation_service.workspace_default())
    await service.add_staff(boss, "second@example.org", "Second", "owner")
    reader = EventReader(events.stream_after, events.last_sequence, session_service.holding, poll_seconds=0.02)
    held = tokens.hashed(secret)
    stream = messages(reader, caller.workspace, held, None, asyncio.Event(), heartbeat_seconds=0.05)
    await begun(stream)
    ends: dict[str, Callable[[], Awaitable[object]]] = {
        "disabled": lambda: service.set_disabled(boss, caller.actor, True),
        "role": lambda: service.change_role(boss, caller.actor, "viewer"),
        "link": lambda: service.renew_access(boss, caller.actor),
        "password": lambda: sign_in.change_password(elsewhere, "", NEW, NEW),
        "signed out": lambda: sign_in.sign_out(caller, secret),
        "elsewhere": lambda: session_service.end_session(elsewhere, held),
    }
    await ends[how]()
    assert not [message for message in await rest_of(stream) if not message.startswith(b":")]
    assert not reader.sessions


async def everybody(sessions: Collection[str]) -> set[str]:
    return set(sessions)


async def test_the_real_log_tells_of_a_new_answer(database: Database) -> None:
    shop = await seeding.open_shop(database)
    await shop.answer([9], clock.now().date())
    reader = EventReader(events.stream_after, events.last_sequence, everybody, poll_seconds=0.02)
    opened = messages(reader, shop.workspace, SESSION, None, asyncio.Event(), heartbeat_seconds=0.05)
    async with aclosing(opened) as stream:
        await begun(stream)
        await shop.answer([3], clock.now().date())
        assert b'"kind":"response.received"' in await next_message(stream)
