"""A SQLite file that is damaged under a serving process: who asks is told, nothing piles up, and the signal ends it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from survey_service.core.database.readers import READERS
from tests.operation.product import answer, make_form, running

pytestmark = pytest.mark.slow
ASKERS, REQUESTS = 30, 300
OTHERS = 20
"""Threads that are not for reading: the server's own, the writer's, those that look at files."""


def threads(process: int) -> int:
    """Of a process and of those it started."""
    place = Path(f"/proc/{process}")
    (own,) = [line for line in (place / "status").read_text().splitlines() if line.startswith("Threads:")]
    children = (place / "task" / str(process) / "children").read_text().split()
    return int(own.split()[1]) + sum(threads(int(child)) for child in children)


def test_a_file_that_is_damaged_while_it_is_served(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "survey.db"
    path.write_bytes(sqlite_template.read_bytes())
    with running(f"sqlite:///{path}", "serve", SURVEY_LOG_LEVEL="error") as service:
        make_form(service.address)
        answer(service.address)
        with closing(sqlite3.connect(path)) as copying:
            copying.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = threads(service.process.pid)
        with path.open("r+b") as damaged:
            damaged.write(b"no database any more " * (path.stat().st_size // 21))
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
