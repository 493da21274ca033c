"""Events are handed on once each; a bad one holds up no other."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from survey_service import worker as module
from survey_service.core import clock, database
from survey_service.core.errors import Unavailable
from survey_service.core.settings import Settings
from survey_service.jobs import service as jobs
from survey_service.jobs.kinds import EventHandler
from survey_service.jobs.schemas import EventRow
from survey_service.responses.plans import RECEIVED
from survey_service.worker import Worker
from tests import factories
from tests.conftest import KEYS
from tests.worker.conftest import read_labels, states, unhandled

pytestmark = pytest.mark.usefixtures("client")


def on_event(monkeypatch: pytest.MonkeyPatch, handler: Any) -> None:
    monkeypatch.setattr(module, "EVENTS", {RECEIVED: (handler,)})


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
    await asyncio.gather(worker.drain(), Worker(settings, KEYS).drain(), Worker(settings, KEYS).drain())
    subjects = [row["id"] for row in await database.fetch("SELECT id FROM response")]
    assert len(handed) == 20
    assert set(handed) == set(subjects)
    assert await unhandled() == 0


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


def hearing(handed: dict[str, list[UUID]], bad: list[str]) -> tuple[EventHandler, EventHandler]:
    """Two who hear of events, `fragile` and `sound`, and note them; the first cannot take the bad ones."""

    async def fragile(events: Sequence[EventRow]) -> None:
        if any(str(event.subject) in bad for event in events):
            raise RuntimeError("on purpose")
        handed["fragile"].extend(event.subject for event in events)

    async def sound(events: Sequence[EventRow]) -> None:
        handed["sound"].extend(event.subject for event in events)

    return fragile, sound


async def test_one_bad_event_holds_up_no_other_and_is_given_up_in_sight(
    client: httpx.AsyncClient,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    moments: Callable[[timedelta], None],
) -> None:
    handed: dict[str, list[UUID]] = {"fragile": [], "sound": []}
    bad: list[str] = []
    monkeypatch.setattr(module, "EVENTS", {RECEIVED: hearing(handed, bad)})
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


async def test_an_event_of_an_erased_answer_is_handed_on_all_the_same(
    client: httpx.AsyncClient, worker: Worker
) -> None:
    await factories.published()
    await factories.send(client, factories.submission({"recommend": 9, "comment": "I love it"}))
    await database.execute("DELETE FROM response")
    await worker.drain()
    assert await unhandled() == 0
    assert {row["state"] for row in await database.fetch("SELECT state FROM job")} == {"done"}
