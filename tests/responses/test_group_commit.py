"""One transaction for whoever comes meanwhile: each told its own outcome, and nothing acknowledged that is not kept."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import msgspec
import pytest

from survey_service.core import clock
from survey_service.core import database as db
from survey_service.core.batch.statements import Batch
from survey_service.core.database import Database
from survey_service.core.database.postgres import POOL_SIZE
from survey_service.core.database.sqlite import SQLiteDatabase
from survey_service.core.errors import Unavailable
from survey_service.core.ids import new_id
from survey_service.core.settings import Settings
from survey_service.forms import queries as forms
from survey_service.responses import group_commit as module
from survey_service.responses import plans, service
from survey_service.responses.group_commit import GroupCommit
from survey_service.responses.schemas import Outcome, PreparedResponse, Submission
from tests import factories
from tests.conftest import KEYS
from tests.locks import until_one_waits


@pytest.fixture
async def commits(database: Database) -> AsyncIterator[GroupCommit]:
    """A queue that works, on a database with the form `visit`."""
    await factories.published()
    queue = GroupCommit(database)
    queue.start()
    yield queue
    await queue.stop()


async def entry(score: int = 9, **more: Any) -> PreparedResponse:
    """A checked submission."""
    published = await forms.published("visit")
    submission = Submission({"recommend": score}, id=more.pop("client_id", new_id()))
    made = await service.prepare(published, submission, service.Origin(channel="api"), KEYS, clock.now())
    return msgspec.structs.replace(made, **more)


async def kept() -> set[Any]:
    return {row["client_id"] for row in await db.fetch("SELECT client_id FROM response")}


async def announced() -> int:
    return len(await db.fetch("SELECT id FROM event WHERE kind = {}", plans.RECEIVED))


async def settled(tasks: Sequence["asyncio.Task[Outcome]"]) -> list[Outcome | BaseException]:
    async with asyncio.timeout(30):
        return await asyncio.gather(*tasks, return_exceptions=True)


async def test_each_is_told_its_own_outcome(commits: GroupCommit) -> None:
    entries = [await entry(n % 11) for n in range(30)]
    await commits.submit(entries[0])
    again = msgspec.structs.replace(entries[0], id=new_id())
    other = await entry(7, client_id=entries[0].client_id)
    before = commits.groups
    outcomes = await asyncio.gather(*(commits.submit(one) for one in [again, *entries[1:], other]))
    assert [outcome.client_id for outcome in outcomes] == [e.client_id for e in [again, *entries[1:], other]]
    assert [outcome.status for outcome in outcomes] == ["replayed", *["created"] * 29, "conflict"]
    assert outcomes[0].id == entries[0].id
    assert commits.groups - before <= 2
    assert await kept() == {e.client_id for e in entries}


async def test_the_same_id_twice_in_one_group_is_kept_once(commits: GroupCommit) -> None:
    first = await entry(9)
    equal = msgspec.structs.replace(first, id=new_id())
    other = await entry(3, client_id=first.client_id)
    outcomes = await asyncio.gather(*(commits.submit(one) for one in (first, equal, other)))
    assert [outcome.status for outcome in outcomes] == ["created", "replayed", "conflict"]
    assert {outcome.receipt for outcome in outcomes} == {first.receipt}
    assert await db.fetch("SELECT id, score FROM response") == [{"id": first.id, "score": 9}]
    assert await announced() == 1


async def test_one_poisoned_entry_does_not_fail_its_group(
    commits: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(entries: Sequence[PreparedResponse]) -> Batch[list[Outcome]]:
        outcomes = yield from plans.write(entries)
        if any(e.score == 4 for e in entries):
            raise ValueError("poison")
        return outcomes

    monkeypatch.setattr(module, "write", poisoned)
    entries = [await entry(n) for n in range(8)]
    outcomes = await settled([asyncio.create_task(commits.submit(one)) for one in entries])
    assert isinstance(outcomes.pop(4), ValueError)
    assert {outcome.status for outcome in outcomes if isinstance(outcome, Outcome)} == {"created"}
    assert await kept() == {e.client_id for e in entries if e.score != 4}
    assert await announced() == 7


async def test_what_postgresql_cannot_store_fails_alone(commits: GroupCommit) -> None:
    if commits.database.dialect == "sqlite":
        pytest.skip("SQLite stores this")
    entries = [await entry(1), await entry(2, comment="\0"), await entry(3, hidden="\ud800"), await entry(4)]
    outcomes = await settled([asyncio.create_task(commits.submit(one)) for one in entries])
    assert [isinstance(outcome, Outcome) for outcome in outcomes] == [True, False, False, True]
    assert await kept() == {entries[0].client_id, entries[3].client_id}


async def test_whatever_happens_the_next_answer_is_kept(commits: GroupCommit, monkeypatch: pytest.MonkeyPatch) -> None:
    """One task keeps the answers of a process: nobody would be told if it had ended."""
    commit = commits._commit

    async def broken(group: Any) -> None:
        monkeypatch.setattr(commits, "_commit", commit)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(commits, "_commit", broken)
    one, two = await entry(), await entry()
    async with asyncio.timeout(10):
        with pytest.raises(OSError, match="No space left"):
            await commits.submit(one)
        await commits.submit(two)
    assert await kept() == {two.client_id}


async def test_a_full_queue_refuses_and_keeps_what_it_has(commits: GroupCommit) -> None:
    commits.max_waiting = 3
    tasks = [asyncio.create_task(commits.submit(await entry())) for _ in range(3)]
    entries = [await entry(n) for n in range(8)]
    await asyncio.gather(*tasks)
    outcomes = await settled([asyncio.create_task(commits.submit(one)) for one in entries])
    assert [isinstance(outcome, Outcome) for outcome in outcomes] == [True] * 3 + [False] * 5
    refused = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
    assert len(refused) == 5
    assert all(error.retry_after for error in refused)
    assert len(await kept()) == 6


async def test_the_end_finishes_what_was_accepted_and_takes_nothing_new(commits: GroupCommit) -> None:
    entries = [await entry() for _ in range(20)]
    late = await entry()
    accepted = [asyncio.create_task(commits.submit(one)) for one in entries]
    await asyncio.sleep(0)
    ending = asyncio.create_task(commits.stop())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await commits.submit(late)
    await ending
    assert {outcome.status for outcome in await asyncio.gather(*accepted)} == {"created"}
    assert await kept() == {e.client_id for e in entries}
    await commits.stop()


async def test_who_leaves_while_waiting_breaks_nobody_elses(commits: GroupCommit) -> None:
    entries = [await entry() for _ in range(10)]
    tasks = [asyncio.create_task(commits.submit(one)) for one in entries]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    outcomes = await settled(tasks)
    for position, outcome in enumerate(outcomes):
        assert isinstance(outcome, asyncio.CancelledError if position % 3 == 0 else Outcome)
    assert await kept() == {e.client_id for e in entries}
    again = await commits.submit(msgspec.structs.replace(entries[0], id=new_id()))
    assert again.status == "replayed"


async def test_who_leaves_a_failing_group_breaks_nobody_elses(
    commits: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(make: Any) -> Any:
        await asyncio.sleep(0.01)
        raise Unavailable("away", retry_after=2)

    entries = [await entry() for _ in range(3)]
    monkeypatch.setattr(commits.database, "run_assuming_new", down)
    tasks = [asyncio.create_task(commits.submit(one)) for one in entries]
    await asyncio.sleep(0)
    tasks[0].cancel()
    outcomes = await settled(tasks)
    assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError, Unavailable, Unavailable]
    monkeypatch.undo()
    assert (await commits.submit(entries[0])).status == "created"


async def test_a_busy_file_is_refused_and_taken_later(commits: GroupCommit, monkeypatch: pytest.MonkeyPatch) -> None:
    if not isinstance(commits.database, SQLiteDatabase):
        pytest.skip("PostgreSQL has many writers")
    import sqlite3

    monkeypatch.setattr(db, "HURRIED_SECONDS", 0)
    one = await entry()
    other = sqlite3.connect(commits.database.path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            await commits.submit(one)
        other.execute("ROLLBACK")
    finally:
        other.close()
    assert await kept() == set()
    assert (await commits.submit(one)).status == "created"


@pytest.fixture
async def killer(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the same PostgreSQL that can end the others."""
    if settings.is_sqlite:
        pytest.skip("SQLite has no connections to end")
    connection = await asyncpg.connect(settings.database_url)
    yield connection
    await connection.close()


KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid()"
)

OTHERS = (
    "SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
STILL_THERE = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1::integer[])"


async def kept_when_heard() -> set[Any]:
    """What is kept, asked again while the driver has not heard yet which of its connections ended."""
    for _ in range(POOL_SIZE):
        with contextlib.suppress(Unavailable):
            return await kept()
    return await kept()


async def test_a_connection_that_ends_in_the_middle_acknowledges_nothing(
    settings: Settings, killer: asyncpg.Connection, commits: GroupCommit
) -> None:
    entries = [await entry() for _ in range(5)]
    await killer.execute("BEGIN; LOCK TABLE response IN ACCESS EXCLUSIVE MODE")
    tasks = [asyncio.create_task(commits.submit(one)) for one in entries]
    await until_one_waits(killer, tasks[0])
    await killer.execute(KILL)
    outcomes = await settled(tasks)
    await killer.execute("ROLLBACK")
    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    assert await kept_when_heard() == set()
    again = await asyncio.gather(*(commits.submit(one) for one in entries))
    assert {outcome.status for outcome in again} == {"created"}


async def test_a_connection_that_ended_while_nobody_answered_refuses_nobody(
    killer: asyncpg.Connection, commits: GroupCommit
) -> None:
    assert (await commits.submit(await entry())).status == "created"
    others = await killer.fetchval(OTHERS)
    await killer.execute(KILL)
    while await killer.fetchval(STILL_THERE, others):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)  # the driver hears of it
    assert (await commits.submit(await entry())).status == "created"
    assert len(await kept()) == 2


async def test_connections_that_end_at_random_lose_and_double_nothing(
    killer: asyncpg.Connection, commits: GroupCommit
) -> None:
    acknowledged: set[Any] = set()
    over = asyncio.Event()

    shares = [[await entry(n) for n in range(11)] for _ in range(8)]

    async def answer(share: Sequence[PreparedResponse]) -> None:
        for one in share:
            while True:
                try:
                    await commits.submit(one)
                except Unavailable:
                    await asyncio.sleep(0.01)
                else:
                    acknowledged.add(one.client_id)
                    break

    async def kill() -> None:
        while not over.is_set():
            await killer.execute(KILL)
            await asyncio.sleep(0.05)

    killing = asyncio.create_task(kill())
    async with asyncio.timeout(60):
        await asyncio.gather(*(answer(share) for share in shares))
    over.set()
    await killing
    rows = await killer.fetch("SELECT client_id FROM response")
    assert len(rows) == len(acknowledged) == 88
    assert {row["client_id"] for row in rows} == acknowledged
    assert await killer.fetchval("SELECT count(*) FROM event WHERE kind = $1", plans.RECEIVED) == 88


async def test_no_database_at_all_is_unavailable_within_seconds(commits: GroupCommit, settings: Settings) -> None:
    if settings.is_sqlite:
        pytest.skip("a file does not go away")
    one = await entry()
    engine: Any = commits.database.engine
    pool, spare = engine.pool, engine.spare
    try:
        engine.spare = None
        engine.pool = asyncpg.create_pool(host="127.0.0.1", port=1, user="nobody", min_size=0)
        await engine.pool
        async with asyncio.timeout(10):
            with pytest.raises(Unavailable) as refused:
                await commits.submit(one)
        assert refused.value.retry_after
        await engine.pool.close()
    finally:
        engine.pool, engine.spare = pool, spare
    assert (await commits.submit(one)).status == "created"
