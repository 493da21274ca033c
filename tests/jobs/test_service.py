"""Jobs are queued once, claimed by one worker, tried again; events are handed on once, and streams miss none."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from survey_service.core import database as db
from survey_service.core.database import Database
from survey_service.core.ids import new_id
from survey_service.core.settings import Settings
from survey_service.jobs import queries, service
from survey_service.jobs.plans import MAX_ATTEMPTS
from survey_service.jobs.schemas import Failure, GivenUp, JobRow

HOME = new_id()
NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
MAIL, READ = "mail", "read"


class OnPurpose(Exception):
    """Breaks a transaction."""


def after(**delta: float) -> datetime:
    return NOON + timedelta(**delta)


async def queue(count: int, kind: str = MAIL, at: datetime = NOON) -> None:
    for n in range(count):
        await service.enqueue(HOME, kind, f"{kind}:{n}", {"n": n}, at + timedelta(seconds=n))


async def job(key: str = "mail:0") -> dict[str, Any]:
    row = await db.fetch_one("SELECT * FROM job WHERE key = {}", key)
    assert row is not None
    return row


async def claimed(now: datetime = NOON) -> JobRow:
    (row,) = await service.claim([MAIL], 1, now)
    return row


async def test_a_key_is_queued_once(database: Database) -> None:
    assert await service.enqueue(HOME, MAIL, "a", {"n": 1}, NOON)
    assert not await service.enqueue(HOME, MAIL, "a", {"n": 2}, NOON)
    assert not await service.enqueue(HOME, READ, "a", {"n": 3}, NOON)
    (row,) = await service.claim([MAIL, READ], 9, NOON)
    assert (row.kind, row.key, row.payload, row.attempts, row.max_attempts) == (MAIL, "a", '{"n":1}', 1, MAX_ATTEMPTS)
    await service.finish([row.id], NOON)
    assert not await service.enqueue(HOME, MAIL, "a", {"n": 4}, NOON)
    assert await service.claim([MAIL], 9, after(days=1)) == []


async def test_a_job_that_was_queued_in_a_broken_transaction_is_not_there(database: Database) -> None:
    with contextlib.suppress(OnPurpose):
        async with db.transaction():
            assert await service.enqueue(HOME, MAIL, "a", {}, NOON)
            raise OnPurpose
    assert await service.claim([MAIL], 9, after(days=1)) == []


async def test_the_oldest_due_jobs_of_a_kind_are_taken(database: Database) -> None:
    await queue(3)
    await queue(1, READ)
    await service.enqueue(HOME, MAIL, "later", {}, NOON, run_at=after(hours=1))
    assert {row.key for row in await service.claim([MAIL], 2, after(seconds=10))} == {"mail:0", "mail:1"}
    assert {row.key for row in await service.claim([MAIL], 9, after(seconds=10))} == {"mail:2"}
    assert await service.claim([MAIL], 9, after(seconds=10)) == []
    assert {row.key for row in await service.claim([MAIL, READ], 9, after(seconds=10))} == {"read:0"}
    assert {row.key for row in await service.claim([MAIL], 9, after(hours=1))} >= {"later"}


async def test_a_lease_ends(database: Database) -> None:
    await queue(1)
    assert (await claimed()).attempts == 1
    assert await service.claim([MAIL], 1, NOON + service.LEASE) == []
    late = NOON + service.LEASE + timedelta(milliseconds=1)
    (again,) = await service.claim([MAIL], 1, late, timedelta(hours=1))
    assert again.attempts == 2
    assert await service.claim([MAIL], 1, late + timedelta(minutes=59)) == []


async def test_who_lost_a_job_does_not_undo_the_others_work(database: Database) -> None:
    await queue(1)
    first = await claimed()
    second = await claimed(after(minutes=5))
    assert await service.fail(first, "too late", after(minutes=5), permanent=True) == Failure(False, None)
    assert (await job())["state"] == "running"
    await service.finish([second.id], after(minutes=5))
    await service.fail(second, "too late", after(minutes=6))
    assert ((await job())["state"], (await job())["last_error"]) == ("done", "")


async def test_many_workers_take_each_job_once(database: Database) -> None:
    await queue(60)
    now = after(minutes=5)

    async def work() -> list[UUID]:
        taken: list[UUID] = []
        while rows := await service.claim([MAIL], 4, now):
            taken += [row.id for row in rows]
            await service.finish([row.id for row in rows], now)
        return taken

    shares = await asyncio.gather(*(work() for _ in range(6)))
    every = [identity for share in shares for identity in share]
    assert len(every) == len(set(every)) == 60
    assert {row["attempts"] for row in await db.fetch("SELECT attempts FROM job")} == {1}


async def test_failures_wait_longer_each_time_and_end(database: Database) -> None:
    await queue(1)
    now, waits = NOON, []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        row = await claimed(now)
        assert row.attempts == attempt
        failure = await service.fail(row, f"error {attempt}", now)
        last, next_try = failure.last, failure.next_try
        assert last == (attempt == MAX_ATTEMPTS)
        kept = await job()
        assert next_try == (None if last else kept["run_at"])
        assert kept["last_error"] == f"error {attempt}"
        assert kept["state"] == ("failed" if last else "ready")
        waits.append((kept["run_at"] - now).total_seconds())
        assert await service.claim([MAIL], 1, kept["run_at"] - timedelta(seconds=1)) == []
        now = kept["run_at"]
    assert waits == [5, 15, 45, 135, 405, 1215, 3645, 10935, 21600, 21600]
    assert (await job())["finished_at"] is not None
    assert await service.claim([MAIL], 1, now + timedelta(days=365)) == []
    assert await queries.given_up() == [GivenUp(MAIL, 1, f"error {MAX_ATTEMPTS}")]


LATER = {"hour": timedelta(hours=1), "year": timedelta(days=365)}


@pytest.mark.parametrize("wrong", LATER.values(), ids=LATER)
async def test_what_a_clock_that_ran_ahead_has_put_off_goes_on(database: Database, wrong: timedelta) -> None:
    """A lease, a second try, a first one, and one that was to wait for three minutes: all were made ahead of time."""
    ahead = NOON + wrong
    for key in ("leased", "tried", "new"):
        await service.enqueue(HOME, MAIL, key, {}, ahead)
        if key != "new":
            (row,) = await service.claim([MAIL], 1, ahead)
            if key == "tried":
                await service.fail(row, "no", ahead)
    await service.enqueue(HOME, MAIL, "waits", {}, ahead, ahead + timedelta(minutes=3))
    assert await service.claim([MAIL], 9, NOON) == []
    await service.settle_clock(NOON, {})
    now = NOON + timedelta(seconds=1)
    due = await service.claim([MAIL], 9, now)
    assert {row.key for row in due} == {"leased", "tried", "new"}
    await service.finish([row.id for row in due], now)
    (last,) = await service.claim([MAIL], 9, after(minutes=3))
    assert last.key == "waits"


async def test_what_waits_by_a_right_clock_goes_on_waiting(database: Database) -> None:
    await queue(2)
    row = await claimed()
    await service.fail(row, "no", NOON)
    other = await claimed(after(seconds=1))
    await service.enqueue(HOME, MAIL, "later", {}, NOON, after(hours=1))
    before = await db.fetch("SELECT * FROM job ORDER BY key")
    await service.settle_clock(NOON, {MAIL: (timedelta(hours=2),)})
    await service.settle_clock(NOON - timedelta(seconds=30), {})
    assert await db.fetch("SELECT * FROM job ORDER BY key") == before
    assert {row.key, other.key} == {"mail:0", "mail:1"}


async def died_with_it(now: datetime, times: int) -> datetime:
    """Claims the job so often, tells nothing, and gives the moment after the last lease."""
    for _ in range(times):
        await claimed(now)
        now += service.LEASE + timedelta(seconds=1)
    return now


async def test_who_is_claimed_more_often_than_tried_is_worn_out(database: Database) -> None:
    await queue(1)
    now = await died_with_it(NOON, MAX_ATTEMPTS - 1)
    last = await claimed(now)
    assert (last.attempts, service.worn_out(last)) == (MAX_ATTEMPTS, "")
    after_it = await claimed(now + timedelta(hours=1))
    words = service.worn_out(after_it)
    assert words == f"The worker ended {MAX_ATTEMPTS} times while it was being done."
    assert not (await service.fail(last, "from the grave", now, permanent=True)).last
    assert (await service.fail(after_it, words, now, permanent=True)).last
    kept = await job()
    assert (kept["state"], kept["last_error"]) == ("failed", words)
    assert await service.claim([MAIL], 1, now + timedelta(days=365)) == []
    assert await queries.given_up() == [GivenUp(MAIL, 1, words)]


async def test_the_error_before_the_deaths_is_told_too(database: Database) -> None:
    await queue(1)
    await service.fail(await claimed(), "no such host", NOON)
    now = await died_with_it(after(hours=1), MAX_ATTEMPTS - 1)
    words = service.worn_out(await claimed(now))
    assert f"begun {MAX_ATTEMPTS} times" in words
    assert words.endswith("The error before: no such host")


async def test_begun_jobs_are_told_from_new_ones(database: Database) -> None:
    await queue(2)
    first = await claimed(after(seconds=5))
    now = after(hours=1)
    assert [row.key for row in await service.claim([MAIL], 9, now, tried=True)] == [first.key]
    assert {row.key for row in await service.claim([MAIL], 9, now, tried=False)} == {"mail:0", "mail:1"} - {first.key}
    assert await service.claim([MAIL], 9, now, tried=False) == []


async def test_a_permanent_failure_is_the_last(database: Database) -> None:
    await queue(1)
    assert (await service.fail(await claimed(), "x" * 5000, NOON, permanent=True)).last
    assert (await job())["state"] == "failed"
    assert len((await job())["last_error"]) == 2000


async def test_success_forgets_the_error(database: Database) -> None:
    await queue(1)
    await service.fail(await claimed(), "not yet", NOON)
    await service.finish([(await claimed(after(hours=1))).id], after(hours=1))
    kept = await job()
    assert (kept["state"], kept["last_error"], kept["locked_until"]) == ("done", "", None)


async def test_how_much_is_due_and_how_late(database: Database) -> None:
    assert await queries.waiting(NOON) == (0, 0.0)
    await queue(3)
    assert await queries.waiting(after(seconds=1)) == (2, 1.0)
    (row,) = await service.claim([MAIL], 1, after(seconds=1))
    assert await queries.waiting(after(seconds=1)) == (2, 1.0)
    await service.finish([row.id], NOON)
    assert await queries.waiting(after(seconds=3)) == (2, 2.0)


# Events ----------------------------------------------------------------------------------------------------------


async def tell(kind: str = "happened", at: datetime = NOON) -> UUID:
    subject = new_id()
    await service.record_event(HOME, kind, subject, {"kind": kind}, at)
    return subject


async def test_events_are_taken_in_order_until_they_are_handled(database: Database) -> None:
    subjects = [await tell() for _ in range(5)]
    async with db.transaction():
        first = await queries.take_events(3)
        await service.mark_handled([event.sequence for event in first], NOON)
    assert [event.subject for event in first] == subjects[:3]
    assert (first[0].workspace, first[0].payload, first[0].created_at) == (HOME, '{"kind":"happened"}', NOON)
    assert await queries.event(first[0].sequence) == first[0]
    assert await queries.event(first[0].sequence + 1000) is None
    assert await queries.unhandled_events() == 2
    with contextlib.suppress(OnPurpose):
        async with db.transaction():
            await service.mark_handled([event.sequence for event in await queries.take_events(9)], NOON)
            raise OnPurpose
    async with db.transaction():
        assert [event.subject for event in await queries.take_events(9)] == subjects[3:]


async def test_two_consumers_take_each_event_once(database: Database) -> None:
    for _ in range(40):
        await tell()

    async def consume() -> list[int]:
        taken: list[int] = []
        while True:
            async with db.transaction():
                events = await queries.take_events(3)
                await service.mark_handled([event.sequence for event in events], NOON)
            if not events and not await db.fetch("SELECT 1 FROM event WHERE handled_at IS NULL"):
                return taken
            taken += [event.sequence for event in events]

    shares = await asyncio.gather(consume(), consume(), consume())
    every = sorted(number for share in shares for number in share)
    assert len(every) == len(set(every)) == 40


async def test_a_stream_gives_what_comes_after(database: Database) -> None:
    assert await queries.last_sequence() == 0
    subjects = [await tell() for _ in range(4)]
    every = await queries.stream_after(0)
    assert [event.subject for event in every] == subjects
    assert [event.subject for event in await queries.stream_after(every[1].sequence)] == subjects[2:]
    assert [event.subject for event in await queries.stream_after(0, limit=1)] == subjects[:1]
    assert await queries.last_sequence() == every[-1].sequence
    assert await queries.stream_after(every[-1].sequence) == []


async def test_an_event_that_commits_late_is_not_skipped(database: Database, settings: Settings) -> None:
    if database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: numbers are given in the order of commits")
    first = await tell()
    other = await asyncpg.connect(settings.database_url)
    try:
        slow = other.transaction()
        await slow.start()
        late = new_id()
        await other.execute(
            "INSERT INTO event (id, workspace, kind, subject, payload, created_at) VALUES ($1, $2, 'x', $3, '{}', $4)",
            new_id(), HOME, late, NOON,
        )  # fmt: skip
        quick = await tell()
        seen = await queries.stream_after(0)
        assert [event.subject for event in seen] == [first]
        assert await queries.last_sequence() == seen[-1].sequence
        await slow.commit()
        assert [event.subject for event in await queries.stream_after(seen[-1].sequence)] == [late, quick]
    finally:
        await other.close()


async def test_a_stream_loses_nothing_among_many_writers(database: Database) -> None:
    seen: list[UUID] = []
    over = asyncio.Event()

    async def follow() -> None:
        place = 0
        while True:
            ending = over.is_set()
            events = await queries.stream_after(place)
            seen.extend(event.subject for event in events)
            place = events[-1].sequence if events else place
            if ending and not events:
                return
            await asyncio.sleep(0.001)

    async def write() -> list[UUID]:
        told: list[UUID] = []
        for n in range(10):
            async with db.transaction():
                told.append(await tell())
                await asyncio.sleep(0.002 * (n % 3))
        return told

    follower = asyncio.create_task(follow())
    told = [subject for share in await asyncio.gather(*(write() for _ in range(6))) for subject in share]
    over.set()
    await follower
    assert len(seen) == len(told)
    assert set(seen) == set(told)


async def test_pruning_keeps_what_is_needed(database: Database) -> None:
    for at in (NOON - timedelta(days=40), NOON - timedelta(days=20)):
        await tell(at=at)
        async with db.transaction():
            await service.mark_handled([event.sequence for event in await queries.take_events(9)], at)
    old = await tell(at=NOON - timedelta(days=40))
    for key, days in (("a", 9), ("b", 5), ("c", 9)):
        await service.enqueue(HOME, MAIL, key, {}, NOON - timedelta(days=days))
        (row,) = await service.claim([MAIL], 1, NOON - timedelta(days=days))
        if key == "c":
            await service.fail(row, "no", NOON - timedelta(days=days), permanent=True)
        else:
            await service.finish([row.id], NOON - timedelta(days=days))
    await service.prune(NOON)
    events = await db.fetch("SELECT subject, handled_at FROM event ORDER BY sequence")
    assert len(events) == 2
    assert (events[1]["subject"], events[1]["handled_at"]) == (old, None)
    assert {row["key"] for row in await db.fetch("SELECT key FROM job")} == {"b", "c"}


async def test_numbers_go_on_after_everything_was_pruned(database: Database) -> None:
    for _ in range(3):
        await tell(at=NOON - timedelta(days=90))
    async with db.transaction():
        await service.mark_handled([e.sequence for e in await queries.take_events(9)], NOON - timedelta(days=90))
    newest = await queries.last_sequence()
    await service.prune(NOON)
    fresh = await tell()
    assert [event.subject for event in await queries.stream_after(newest)] == [fresh]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_events_that_were_copied_from_a_server_that_had_counted_further_are_told(database: Database) -> None:
    """As after `pg_dump | pg_restore` into a new cluster: its transactions begin at the beginning."""
    copied = [await tell() for _ in range(3)]
    await db.execute("UPDATE event SET transaction_id = (2 ^ 62)::bigint::text::xid8")
    following = await tell()
    assert [event.subject for event in await queries.stream_after(0)] == [following]
    assert await queries.copied_unsettled() == 3
    await queries.settle_copied()
    assert await queries.copied_unsettled() == 0
    assert [event.subject for event in await queries.stream_after(0)] == [*copied, following]
