"""A worker, its clock, and what it has done."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from survey_service import worker as module
from survey_service.core import clock, database
from survey_service.core.settings import Settings
from survey_service.worker import Worker
from tests.conftest import KEYS


@pytest.fixture
def worker(settings: Settings) -> Worker:
    return Worker(dataclasses.replace(settings, smtp_url="smtp://127.0.0.1:1", mail_from="a@example.org"), KEYS)


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the worker's clock on."""
    ahead = timedelta()

    class Later:
        @staticmethod
        def now() -> datetime:
            return clock.now() + ahead

        @staticmethod
        def monotonic() -> float:
            return clock.monotonic() + ahead.total_seconds()

    def move(by: timedelta) -> None:
        nonlocal ahead
        ahead += by

    monkeypatch.setattr(module, "clock", Later)
    return move


async def unhandled() -> int:
    return len(await database.fetch("SELECT id FROM event WHERE handled_at IS NULL"))


async def read_labels() -> dict[str, str]:
    rows = await database.fetch("SELECT comment, sentiment FROM response")
    return {row["comment"]: row["sentiment"] for row in rows}


async def states(kind: str) -> list[dict[str, Any]]:
    return await database.fetch("SELECT state, attempts, last_error FROM job WHERE kind = {} ORDER BY key", kind)


class Killed(BaseException):
    """The process ends in the middle of a job: nothing after it is done."""
