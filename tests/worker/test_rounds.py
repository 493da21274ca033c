"""The rounds of a worker: every step has its turn, and it ends when it is told to."""

import asyncio
import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import structlog

from survey_service import worker as module
from survey_service.accounts import throttle
from survey_service.core import clock, database
from survey_service.core.settings import Settings
from survey_service.counts import fold
from survey_service.jobs import service as jobs
from survey_service.jobs.schemas import EventRow
from survey_service.responses import spam_service
from survey_service.responses.plans import RECEIVED
from survey_service.worker import Worker
from tests import factories
from tests.answers import keep
from tests.conftest import KEYS
from tests.worker.conftest import read_labels, unhandled

pytestmark = pytest.mark.usefixtures("client")


async def test_a_fault_that_stays_is_told_whole_once(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then in a line, more and more seldom; whole again when another one comes."""
    faults = [*[RuntimeError("the first")] * 4, RuntimeError("the second")]
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.01)

    async def broken() -> bool:
        fault = faults.pop(0)
        if not faults:
            worker.stop()
        raise fault

    with structlog.testing.capture_logs() as told:
        await worker._repeat(broken)
    assert [line["seconds"] for line in told] == [0.01, 0.02, 0.04, 0.08, 0.01]
    assert ["exc_info" in line and line["exc_info"] is not None for line in told] == [True, False, False, False, True]


async def test_one_step_that_fails_holds_up_no_other(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> int:
        raise RuntimeError("counting on purpose")

    monkeypatch.setattr(fold, "fold", broken)
    await factories.published()
    await factories.send(client, factories.submission({"recommend": 9, "comment": "I love it"}))
    with pytest.raises(RuntimeError, match="counting"):
        await worker.once()
    assert await read_labels() == {"I love it": "positive"}
    assert await unhandled() == 0


async def test_the_log_is_pruned_once_an_hour(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    pruned: list[datetime] = []

    async def prune(now: datetime) -> None:
        pruned.append(now)

    monkeypatch.setattr(jobs, "prune", prune)
    start = clock.now()
    for minutes in (0, 30, 60, 61, 100):
        await worker._prune(start + timedelta(minutes=minutes))
    assert pruned == [start, start + timedelta(minutes=61)]


async def test_a_clock_that_runs_ahead_for_a_while_throws_away_a_day_at_most(
    settings: Settings, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hour after hour, and however often a worker begins."""
    pruned: list[datetime] = []

    async def prune(now: datetime) -> None:
        pruned.append(now)

    monkeypatch.setattr(jobs, "prune", prune)
    start, year, seconds = clock.now(), timedelta(days=365), clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: seconds)
    await worker._prune(start)
    for minutes in range(61, 23 * 60, 61):
        seconds += 61 * 60
        right = start + timedelta(minutes=minutes)
        await worker._prune(right + year)
        await Worker(settings, KEYS)._prune(right + year)
        assert max(pruned) <= right + timedelta(days=1)
    assert len(pruned) == 1 + 2 * 22
    assert max(pruned) == right + timedelta(days=1)
    await worker._prune(right)
    assert pruned[-1] == right


async def test_failed_sign_ins_that_no_longer_count_go_without_another_one(worker: Worker) -> None:
    now = clock.now()
    lasting, *_ = throttle.of_stranger("bo@example.org", "192.0.2.8")
    over, *_ = throttle.of_stranger("ada@example.org", "192.0.2.7")
    await throttle.count([lasting], now)
    await throttle.count([over], now - timedelta(minutes=20))
    assert len(await database.fetch("SELECT id FROM sign_in_attempt")) == 2
    await worker._prune(now)
    rows = await database.fetch("SELECT id FROM sign_in_attempt")
    assert [row["id"] for row in rows] == [lasting.subject]


async def test_suspects_stay_where_the_settings_say_so(worker: Worker) -> None:
    await factories.published()
    await keep(state="spam", at=clock.now() - timedelta(days=3_000), spam_reason="honeypot")
    tools = worker.tools
    worker.tools = dataclasses.replace(tools, settings=dataclasses.replace(tools.settings, spam_days=0))
    await worker._prune(clock.now())
    assert len(await database.fetch("SELECT id FROM response")) == 1
    worker.tools, worker.pruned_at = tools, None
    await worker._prune(clock.now())
    assert await database.fetch("SELECT id FROM response") == []


async def test_old_suspects_go_and_a_clock_that_runs_ahead_takes_a_day_more_at_most(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[datetime] = []

    async def forget(before: datetime) -> int:
        forgotten.append(before)
        return 0

    monkeypatch.setattr(spam_service, "forget", forget)
    monkeypatch.setattr(clock, "monotonic", lambda: 0.0)
    start, month = clock.now(), timedelta(days=30)
    for moment in (start, start + timedelta(days=365)):
        await worker._prune(moment)
    assert forgotten == [start - month, start + timedelta(days=1) - month]


async def test_a_clock_that_is_set_back_holds_up_no_job(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await factories.published()
    right = clock.now
    with monkeypatch.context() as wrong:
        wrong.setattr(clock, "now", lambda: right() + timedelta(hours=1))
        await worker.once()
        await factories.send(client, factories.submission({"recommend": 9, "comment": "I love it"}))
    await worker.drain()
    assert await read_labels() == {"I love it": "positive"}


async def test_an_idle_worker_ends_at_once(worker: Worker) -> None:
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.1)
    worker.stop()
    async with asyncio.timeout(2):
        await running


async def test_on_sqlite_much_is_done_in_slices_so_that_others_have_their_turn(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    async def handle(events: Sequence[EventRow]) -> None:
        sizes.append(len(events))

    monkeypatch.setattr(module, "SLICE", 3)
    monkeypatch.setattr(module, "EVENTS", {RECEIVED: (handle,)})
    await factories.published()
    await asyncio.gather(*(factories.send(client, factories.submission()) for _ in range(10)))
    assert await worker.once() is False
    assert sizes == ([2, 3, 3, 2] if database.dialect() == "sqlite" else [10]), "with the form's own event first"
    assert await unhandled() == 0
    assert await fold.fold() == 0, "the counts, too, are whole after the round"


async def test_what_is_more_than_a_round_takes_is_said(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLICE", 2)
    monkeypatch.setattr(module, "EVENTS_AT_ONCE", 4)
    await factories.published()
    await asyncio.gather(*(factories.send(client, factories.submission()) for _ in range(6)))
    assert await unhandled() == 7, "six answers and the form"
    assert await worker.once() is True
    assert await unhandled() == 3
    await worker.once()
    assert await unhandled() == 0
