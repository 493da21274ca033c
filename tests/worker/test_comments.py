"""Comments are read once each; a bad one holds up no other."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

from survey_service.core import clock, database
from survey_service.responses import comments
from survey_service.responses.plans import READ_COMMENT
from survey_service.sentiment import service as sentiment
from survey_service.worker import Worker
from tests import factories
from tests.worker.conftest import Killed, read_labels, states

pytestmark = pytest.mark.usefixtures("client")
Reader = Callable[[Sequence[Any]], Any]


def poisoned(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> Reader:
    """Lets reading fail for every batch with the comment "poison"; gives the reader as it was."""
    whole = sentiment.read_all

    def read(batch: Sequence[Any]) -> Any:
        if any(comment.text == "poison" for comment in batch):
            raise error
        return whole(batch)

    monkeypatch.setattr(sentiment, "read_all", read)
    return whole


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
    whole = poisoned(monkeypatch, ValueError("on purpose"))
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
    counts = "SELECT dimension, value, b0, b1, b2 FROM count_margin WHERE workspace = {} ORDER BY dimension, value"
    before = await database.fetch(counts, home)
    (row,) = await database.fetch("SELECT id FROM response")
    assert await comments.read_comments([row["id"], row["id"]], clock.now()) == 1
    assert await comments.read_comments([], clock.now()) == 0
    await worker.drain()
    assert await database.fetch(counts, home) == before
    assert len(await database.fetch("SELECT id FROM comment_reading WHERE current = {}", True)) == 1


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
    poisoned(monkeypatch, Killed())
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
