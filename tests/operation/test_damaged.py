"""A SQLite file that is damaged under a serving process: who asks is told, nothing piles up, and the signal ends it."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from survey_service.core.database.readers import READERS
from tests.operation.product import answer, make_form, running
from tests.processes import family_of, figure

pytestmark = pytest.mark.slow
ASKERS, REQUESTS = 30, 300
OTHERS = 20
"""Threads that are not for reading: the server's own, the writer's, those that look at files."""


def threads(process: int) -> int:
    """Of a process and of those it started."""
    return sum(figure(each, "Threads") for each in family_of(process))


def test_a_file_that_is_damaged_while_it_is_served(sqlite_file: Path) -> None:
    with running(f"sqlite:///{sqlite_file}", "serve", SURVEY_LOG_LEVEL="error") as service:
        make_form(service.address)
        answer(service.address)
        with closing(sqlite3.connect(sqlite_file)) as copying:
            copying.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = threads(service.process.pid)
        with sqlite_file.open("r+b") as damaged:
            damaged.write(b"no database any more " * (sqlite_file.stat().st_size // 21))
        with httpx.Client(base_url=service.address, timeout=60) as client, ThreadPoolExecutor(ASKERS) as askers:
            # A form that was asked for is remembered for a second; those that nobody asked for are looked for.
            asked = [f"/s/{'visit' if number % 2 else f'other-{number}'}?lang=en" for number in range(REQUESTS)]
            told = list(askers.map(client.get, asked))
            assert {each.status_code for each in told} <= {200, 503, 404}
            assert 503 in {each.status_code for each in told}
            sent = client.post("/api/v1/forms/visit/responses", json={"answers": {"recommend": 9}})
            assert (sent.status_code, sent.headers.get("retry-after")) == (503, "30")
            assert client.get("/healthz").status_code == 200
            ready = client.get("/readyz")
            assert (ready.status_code, ready.json()["trouble"]) == (503, "damaged")
        assert threads(service.process.pid) <= before + READERS + OTHERS
        service.process.terminate()
        service.ended(30)


def test_a_file_that_loses_its_second_half_while_it_is_served(sqlite_file: Path) -> None:
    with running(f"sqlite:///{sqlite_file}", "serve", SURVEY_LOG_LEVEL="error") as service:
        make_form(service.address)
        with closing(sqlite3.connect(sqlite_file)) as copying:
            copying.execute("PRAGMA wal_checkpoint(PASSIVE)")
        with httpx.Client(base_url=service.address, timeout=60) as client:
            assert client.get("/readyz").status_code == 200
            os.truncate(sqlite_file, sqlite_file.stat().st_size // 2)
            ready = client.get("/readyz")
            assert (ready.status_code, ready.json()["trouble"]) == (503, "damaged")
        service.process.terminate()
        service.ended(30)
