"""The worker: events handed on once, one bad comment or slow mail server holds up nothing else, a clean end."""

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from survey_service import worker as module
from survey_service.core import clock, database
from survey_service.core.errors import TransportError, Unavailable
from survey_service.core.settings import Settings
from survey_service.distribution import queries as invitations
from survey_service.distribution import service as distribution
from survey_service.distribution.schemas import NewInvitation
from survey_service.jobs import service as jobs
from survey_service.jobs.schemas import EventRow, JobRow
from survey_service.nps import rollups
from survey_service.responses import comments
from survey_service.responses.plans import READ_COMMENT, RECEIVED
from survey_service.sentiment import service as sentiment
from survey_service.worker import Worker
from tests import factories
from tests.conftest import SECRET

pytestmark = pytest.mark.usefixtures("client")


@pytest.fixture
def worker(settings: Settings) -> Worker:
    return Worker(dataclasses.replace(settings, smtp_url="smtp://127.0.0.1:1", mail_from="a@example.org"), SECRET)


async def unhandled() -> int:
    return len(await database.fetch("SELECT id FROM event WHERE handled_at IS NULL"))


async def read_labels() -> dict[str, str]:
    rows = await database.fetch("SELECT comment, sentiment FROM response")
    return {row["comment"]: row["sentiment"] for row in rows}


def on_event(monkeypatch: pytest.MonkeyPatch, handler: Any) -> None:
    monkeypatch.setattr(module, "ON_EVENT", {RECEIVED: (handler,)})


async def test_each_event_is_handed_on_once(
    client: httpx.AsyncClient, worker: Worker, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[UUID] = []

    async def handle(events: Sequence[EventRow]) -> None:
        assert {event.kind for event in events} <= {RECEIVED}
        await asyncio.sleep(0.01)
        handed.extend(event.subject for event in events)

    on_event(monkeypatch, handle)
    await factories.published()
    await asyncio.gather(*(factories.send(client, factories.submission()) for _ in range(20)))
    await asyncio.gather(worker.drain(), Worker(settings, SECRET).drain(), Worker(settings, SECRET).drain())
    subjects = [row["id"] for row in await database.fetch("SELECT id FROM response")]
    assert len(handed) == 20
    assert set(handed) == set(subjects)
    assert await unhandled() == 0


async def states(kind: str) -> list[dict[str, Any]]:
    return await database.fetch("SELECT state, attempts, last_error FROM job WHERE kind = {} ORDER BY key", kind)


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the worker's clock on."""
    ahead = timedelta()

    class Later:
        @staticmethod
        def now() -> datetime:
            return clock.now() + ahead

    def move(by: timedelta) -> None:
        nonlocal ahead
        ahead += by

    monkeypatch.setattr(module, "clock", Later)
    return move


async def test_a_batch_that_fails_once_is_done_again_in_single_steps(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    async def handle(events: Sequence[EventRow]) -> None:
        sizes.append(len(events))
        await jobs.enqueue(events[0].workspace, "followed", f"followed:{events[0].id}", {}, clock.now())
        if len(events) > 1:
            raise RuntimeError("on purpose")

    on_event(monkeypatch, handle)
    await factories.published()
    await factories.send(client, factories.submission({"recommend": 9, "comment": "I love it"}))
    for _ in range(4):
        await factories.send(client, factories.submission())
    await worker.drain()
    assert await read_labels() == {"I love it": "positive", "": ""}
    assert sizes == [5, 1, 1, 1, 1, 1]
    assert await unhandled() == 0
    assert len(await database.fetch("SELECT id FROM job WHERE kind = 'followed'")) == 5
    assert {row["state"] for row in await states(module.FOLLOW_EVENT)} == {"done"}


async def test_one_bad_event_holds_up_no_other_and_is_given_up_in_sight(
    client: httpx.AsyncClient,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    moments: Callable[[timedelta], None],
) -> None:
    handed: dict[str, list[UUID]] = {"fragile": [], "sound": []}
    bad: list[str] = []

    async def fragile(events: Sequence[EventRow]) -> None:
        if any(str(event.subject) in bad for event in events):
            raise RuntimeError("on purpose")
        handed["fragile"].extend(event.subject for event in events)

    async def sound(events: Sequence[EventRow]) -> None:
        handed["sound"].extend(event.subject for event in events)

    monkeypatch.setattr(module, "ON_EVENT", {RECEIVED: (fragile, sound)})
    await factories.published()
    await factories.send(client, factories.submission())
    await factories.send(client, factories.submission())
    (newest,) = await database.fetch("SELECT subject FROM event ORDER BY sequence DESC LIMIT 1")
    bad.append(str(newest["subject"]))
    await worker.drain()
    await factories.send(client, factories.submission())
    await worker.drain()
    assert await unhandled() == 0
    assert len(handed["fragile"]) == 2
    assert len(handed["sound"]) == 3
    for _ in range(9):
        assert {row["state"] for row in await states(module.FOLLOW_EVENT)} == {"done", "ready"}
        moments(timedelta(hours=7))
        await worker.drain()
    (given_up,) = [row for row in await states(module.FOLLOW_EVENT) if row["state"] != "done"]
    assert given_up == {"state": "failed", "attempts": 10, "last_error": "RuntimeError('on purpose')"}
    logged = capsys.readouterr().err
    assert "events_failed" in logged
    assert logged.count("job_failed") == 10
    measured = (await client.get("/metrics")).text
    assert f'survey_jobs_failed{{kind="{module.FOLLOW_EVENT}"}} 1.0' in measured
    assert "survey_events_waiting 0.0" in measured
    assert len(handed["sound"]) == 3


async def test_an_event_whose_handler_is_gone_is_told(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    home = await factories.workspace()
    await jobs.enqueue(home, module.FOLLOW_EVENT, "a", module.Follow(999_999, "note_customers"), clock.now())
    await worker.drain()
    (row,) = await states(module.FOLLOW_EVENT)
    assert row["state"] == "ready"
    assert "event 999999" in row["last_error"]


async def test_one_step_that_fails_holds_up_no_other(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> int:
        raise RuntimeError("counting on purpose")

    monkeypatch.setattr(rollups, "fold", broken)
    await factories.published()
    await factories.send(client, factories.submission({"recommend": 9, "comment": "I love it"}))
    with pytest.raises(RuntimeError, match="counting"):
        await worker.once()
    assert await read_labels() == {"I love it": "positive"}
    assert await unhandled() == 0


async def test_while_the_database_is_away_no_event_is_set_apart(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(events: Sequence[EventRow]) -> None:
        raise Unavailable("The database does not answer", retry_after=2)

    on_event(monkeypatch, away)
    await factories.published()
    await factories.send(client, factories.submission())
    with pytest.raises(Unavailable):
        await worker.once()
    assert await unhandled() > 0
    assert await states(module.FOLLOW_EVENT) == []


async def test_one_bad_comment_holds_up_no_other(
    client: httpx.AsyncClient,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    moments: Callable[[timedelta], None],
) -> None:
    await factories.published()
    texts = [f"I love it {n}" for n in range(5)] + ["poison"] + [f"I love it {n}" for n in range(5, 9)]
    bodies = [factories.submission({"recommend": 9, "comment": text}) for text in texts]
    await asyncio.gather(*(factories.send(client, body) for body in bodies))
    whole = sentiment.read_all

    def fragile(batch: Sequence[Any]) -> Any:
        if any(comment.text == "poison" for comment in batch):
            raise ValueError("on purpose")
        return whole(batch)

    monkeypatch.setattr(sentiment, "read_all", fragile)
    await worker.drain()
    assert await read_labels() == {text: "" if text == "poison" else "positive" for text in texts}
    (waiting,) = await database.fetch("SELECT last_error, attempts FROM job WHERE state = 'ready'")
    assert "on purpose" in waiting["last_error"]
    monkeypatch.setattr(sentiment, "read_all", whole)
    moments(timedelta(minutes=1))
    await worker.drain()
    assert (await read_labels())["poison"] == "unsupported"
    assert {row["state"] for row in await database.fetch("SELECT state FROM job")} == {"done"}
    readings = await database.fetch("SELECT response FROM comment_reading WHERE current = {}", True)
    assert len(readings) == len({row["response"] for row in readings}) == len(texts)


async def test_reading_again_changes_nothing(client: httpx.AsyncClient, worker: Worker) -> None:
    home = await factories.published()
    await factories.send(client, factories.submission({"recommend": 2, "comment": "Terrible, rude and horrible"}))
    await worker.drain()
    counts = "SELECT dimension, value, b0, b1, b2 FROM score_margin WHERE workspace = {} ORDER BY dimension, value"
    before = await database.fetch(counts, home)
    (row,) = await database.fetch("SELECT id FROM response")
    assert await comments.read_comments([row["id"], row["id"]], clock.now()) == 1
    assert await comments.read_comments([], clock.now()) == 0
    await worker.drain()
    assert await database.fetch(counts, home) == before
    assert len(await database.fetch("SELECT id FROM comment_reading WHERE current = {}", True)) == 1


async def queued_mail(count: int = 1) -> None:
    home = await factories.workspace()
    for n in range(count):
        await jobs.enqueue(home, module.SEND_INVITATION, f"mail:{n}", {}, clock.now())


async def test_a_slow_mail_server_holds_up_nothing_else(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, answer = asyncio.Event(), asyncio.Event()

    async def slow(job: JobRow, settings: Settings, secret: str) -> None:
        entered.set()
        await answer.wait()

    monkeypatch.setattr(distribution, "send_invitation", slow)
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.01)
    await factories.published()
    await queued_mail()
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(20):
        await entered.wait()
        await factories.send(client, factories.submission({"recommend": 9, "comment": "I love it"}))
        while await read_labels() != {"I love it": "positive"}:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        worker.stop()
        await asyncio.sleep(0.05)
        assert not running.done()
        answer.set()
        await running
    assert await database.fetch("SELECT state FROM job WHERE key = 'mail:0'") == [{"state": "done"}]


@pytest.mark.parametrize(
    ("error", "permanent"),
    [(TransportError("no such mailbox", permanent=True), True), (TransportError("later", permanent=False), False)],
)
async def test_a_mail_that_fails_is_told_and_ended_in_time(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, error: TransportError, permanent: bool
) -> None:
    given_up: list[str] = []

    async def refuse(job: JobRow, settings: Settings, secret: str) -> None:
        raise error

    async def give_up(job: JobRow, message: str) -> None:
        given_up.append(message)

    monkeypatch.setattr(distribution, "send_invitation", refuse)
    monkeypatch.setattr(distribution, "give_up_invitation", give_up)
    await queued_mail()
    assert await worker.send()
    assert not await worker.send()
    (row,) = await database.fetch("SELECT state, last_error FROM job")
    assert row == {"state": "failed" if permanent else "ready", "last_error": error.message}
    assert given_up == ([error.message] if permanent else [])


async def test_a_fault_of_ours_is_tried_again_until_the_last_try(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up: list[str] = []
    moment = clock.now()

    class Later:
        @staticmethod
        def now() -> datetime:
            return moment

    async def broken(job: JobRow, settings: Settings, secret: str) -> None:
        raise KeyError("on purpose")

    async def give_up(job: JobRow, message: str) -> None:
        given_up.append(message)

    monkeypatch.setattr(distribution, "send_invitation", broken)
    monkeypatch.setattr(distribution, "give_up_invitation", give_up)
    await queued_mail(3)
    monkeypatch.setattr(module, "clock", Later)
    for _ in range(10):
        moment += timedelta(hours=7)
        assert given_up == []
        assert await worker.send()
    moment += timedelta(hours=7)
    assert not await worker.send()
    assert given_up == ["KeyError('on purpose')"] * 3
    assert {row["state"] for row in await database.fetch("SELECT state FROM job")} == {"failed"}


class Killed(BaseException):
    """The process ends in the middle of a job: nothing after it is done."""


async def test_a_mail_that_ends_the_worker_each_time_is_given_up(
    client: httpx.AsyncClient,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    moments: Callable[[timedelta], None],
) -> None:
    home = await factories.published()
    new = NewInvitation(form="visit", email="hana@customers.example")
    row = await distribution.queue_invitation(SECRET, home, new, clock.now())

    async def deadly(job: JobRow, settings: Settings, secret: str) -> None:
        raise Killed

    monkeypatch.setattr(distribution, "send_invitation", deadly)
    for _ in range(10):
        with pytest.raises(Killed):
            await worker.send()
        assert (await invitations.invitation(home, row.id)).state == "queued"
        moments(timedelta(minutes=3))
    assert await worker.send()
    assert not await worker.send()
    told = "The worker ended 10 times while it was being done."
    ended = await invitations.invitation(home, row.id)
    assert (ended.state, ended.last_error, ended.trace[-1].what) == ("failed", told, told)
    assert (await states(module.SEND_INVITATION))[0]["last_error"] == told
    assert await distribution.resend(home, row.id, clock.now())


async def test_a_comment_that_ends_the_worker_takes_no_other_with_it(
    client: httpx.AsyncClient,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    moments: Callable[[timedelta], None],
) -> None:
    await factories.published()
    texts = ["I love it 1", "poison", "I love it 2"]
    for text in texts:
        await factories.send(client, factories.submission({"recommend": 9, "comment": text}))
    whole = sentiment.read_all

    def deadly(batch: Sequence[Any]) -> Any:
        if any(comment.text == "poison" for comment in batch):
            raise Killed
        return whole(batch)

    monkeypatch.setattr(sentiment, "read_all", deadly)
    deaths = 0
    for _ in range(12):
        try:
            await worker.drain()
        except Killed:
            deaths += 1
        moments(timedelta(minutes=3))
    assert deaths == 10
    assert await read_labels() == {"I love it 1": "positive", "poison": "", "I love it 2": "positive"}
    found = await states(READ_COMMENT)
    assert [(row["state"], row["attempts"]) for row in found if row["state"] != "done"] == [("failed", 11)]
    assert sorted(row["attempts"] for row in found) == [2, 2, 11]


async def test_the_log_is_pruned_once_an_hour(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    pruned: list[datetime] = []

    async def prune(now: datetime) -> None:
        pruned.append(now)

    monkeypatch.setattr(jobs, "prune", prune)
    start = clock.now()
    for minutes in (0, 30, 60, 61, 100):
        await worker._prune(start + timedelta(minutes=minutes))
    assert pruned == [start, start + timedelta(minutes=61)]


async def test_an_idle_worker_ends_at_once(worker: Worker) -> None:
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.1)
    worker.stop()
    async with asyncio.timeout(2):
        await running


async def test_without_a_mail_server_mails_wait_untried(settings: Settings) -> None:
    await queued_mail()
    assert not await Worker(settings, SECRET).send()
    assert await database.fetch("SELECT state, attempts FROM job") == [{"state": "ready", "attempts": 0}]


async def test_an_event_of_an_erased_answer_is_handed_on_all_the_same(
    client: httpx.AsyncClient, worker: Worker
) -> None:
    await factories.published()
    await factories.send(client, factories.submission({"recommend": 9, "comment": "I love it"}))
    await database.execute("DELETE FROM response")
    await worker.drain()
    assert await unhandled() == 0
    assert {row["state"] for row in await database.fetch("SELECT state FROM job")} == {"done"}
