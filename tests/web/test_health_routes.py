"""Alive, ready, measured: each said truly, and measurements only to those they concern."""

import asyncio
import contextlib
import math
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from survey_service.accounts import queries as accounts
from survey_service.accounts.refusals import Refusals
from survey_service.accounts.schemas import SCOPES
from survey_service.core import clock, database
from survey_service.core.batch import sqlite_hindrance
from survey_service.core.batch.sqlite_hindrance import Seen
from survey_service.core.database import schema, sqlite
from survey_service.core.database.sqlite import COPY_SECONDS, SQLiteDatabase
from survey_service.core.errors import Unavailable
from survey_service.core.settings import Settings
from survey_service.jobs import service as jobs
from survey_service.web import health_routes
from survey_service.web import metrics as metrics_module
from survey_service.web.errors import PROBLEM
from survey_service.web.metrics import Metrics, Pulse
from tests import factories
from tests.answers import key_for
from tests.conftest import app_of, browsing, shared_by

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_alive_needs_nothing(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: Any) -> Any:
        raise Unavailable("away", retry_after=2)

    monkeypatch.setattr(database, "fetch", gone)
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    reply = await client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["ready"] is False
    assert reply.json()["database"] is False
    assert reply.json()["trouble"] == "away"


async def test_ready_when_everything_is(client: httpx.AsyncClient) -> None:
    reply = await client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {
        "ready": True, "trouble": "", "database": True, "migrated": True, "worker_lag": 0.0, "worker_in_time": True,
        "worker_running": None,
    }  # fmt: skip
    assert (await client.head("/readyz")).status_code == 200


async def test_not_ready_while_a_migration_is_to_run(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = schema.expected()
    monkeypatch.setattr(schema, "expected", lambda: expected | {"forms:2999_01_01t00_00_00_000000"})
    reply = await client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["database"] is True
    assert reply.json()["migrated"] is False
    assert reply.json()["trouble"] == "behind"


async def trouble(client: httpx.AsyncClient) -> str:
    """What `/readyz` says is wrong; `/healthz` never says so of the database."""
    assert (await client.get("/healthz")).status_code == 200
    reply = await client.get("/readyz")
    assert (reply.status_code == 200) is (reply.json()["trouble"] == "")
    return str(reply.json()["trouble"])


@only_sqlite
async def test_a_file_that_somebody_holds_is_not_ready(client: httpx.AsyncClient, settings: Settings) -> None:
    with contextlib.closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with database.allowing(0):
            assert await trouble(client) == "held"
    assert await trouble(client) == ""


@only_sqlite
async def test_a_file_that_we_write_to_ourselves_is_ready(client: httpx.AsyncClient) -> None:
    """However long the crowd is: somebody has just written."""
    await database.execute("INSERT INTO installation (name, value) VALUES ('note', '')")
    async with database.transaction():
        assert await trouble(client) == ""


@only_sqlite
async def test_a_full_disk_is_not_ready_until_something_can_be_kept(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_hindrance, "ROOM", 2**63)
    assert await trouble(client) == "full"
    monkeypatch.undo()
    assert await trouble(client) == ""


@only_sqlite
async def test_a_write_that_failed_is_not_forgotten_before_one_succeeds(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quota shows nowhere but where something is kept."""
    tried: list[bool] = []

    def full(path: Path, seen: Seen, *, by_writing: bool) -> int:
        tried.append(by_writing)
        return sqlite3.SQLITE_FULL if by_writing else 0

    async def fill() -> None:
        async with database.transaction():
            (row,) = await database.fetch("PRAGMA page_count")
            await database.execute(f"PRAGMA max_page_count = {row['page_count']}")
            await database.execute("INSERT INTO installation (name, value) VALUES ('a', {})", "x" * 1_000_000)

    monkeypatch.setattr(sqlite, "hindrance", full)
    assert await trouble(client) == ""
    with pytest.raises(Unavailable):
        await fill()
    assert await trouble(client) == "full"
    monkeypatch.undo()
    assert await trouble(client) == "", "what is there already could be written again"
    monkeypatch.setattr(sqlite, "hindrance", full)
    assert await trouble(client) == ""
    assert tried == [False, True, False]


@only_sqlite
async def test_a_file_that_is_gone_or_damaged_is_not_ready(client: httpx.AsyncClient, settings: Settings) -> None:
    path = settings.sqlite_path
    path.rename(path.with_name("away.db"))
    assert await trouble(client) == "damaged"
    path.with_name("away.db").rename(path)
    assert await trouble(client) == ""
    log = path.with_name(f"{path.name}-wal").stat().st_ino
    path.rename(path.with_name("away.db"))
    path.write_bytes(b"no database any more " * 1000)
    assert await trouble(client) == "damaged"
    whole = path.with_name("away.db").read_bytes()
    for size in (0, 50, 4096, len(whole) // 2):
        path.write_bytes(whole[:size])
        assert await trouble(client) == "damaged", size
    path.with_name("away.db").rename(path)
    assert path.with_name(f"{path.name}-wal").stat().st_ino == log, "nobody laid it over the other file"
    assert await trouble(client) == ""


@only_sqlite
@pytest.mark.parametrize("size", [0, 50, 4096, 40_960])
async def test_a_file_that_was_cut_off_while_it_was_open_is_damaged(
    client: httpx.AsyncClient, settings: Settings, size: int
) -> None:
    """The same file, as by a backup that ran into it; its log may still be there."""
    await factories.published()
    with settings.sqlite_path.open("r+b") as cut:
        cut.truncate(size)
    assert await trouble(client) == "damaged"
    page = await client.get("/s/other")
    assert page.status_code in (404, 503)


@only_sqlite
async def test_a_file_that_may_only_be_read_is_not_ready(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_hindrance, "address_of", lambda path: f"{path.as_uri()}?mode=ro")
    assert await trouble(client) == "read_only"


async def test_who_hangs_is_away_within_two_seconds(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hanging() -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(database.current(), "trouble", hanging)
    monkeypatch.setattr(health_routes, "READY_SECONDS", 0)
    assert await trouble(client) == "away"


async def test_a_process_that_serves_nothing_any_more_is_not_alive(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(metrics_module, "FAULT_SECONDS", 0.0)
    monkeypatch.setattr(database.current().engine, "run_querystring", broken)
    for _ in range(metrics_module.FAULTS):
        assert (await client.get("/healthz")).json() == {"status": "alive"}
        assert (await client.get("/s/visit")).status_code == 500
        assert (await client.get("/nothing")).status_code == 404
    failing = await client.get("/healthz")
    assert (failing.status_code, failing.json()) == (503, {"status": "failing"})
    monkeypatch.undo()
    await factories.published()
    assert (await client.get("/s/visit")).status_code == 200
    assert (await client.get("/healthz")).status_code == 200


def test_a_few_faults_or_sudden_ones_are_no_reason_to_end() -> None:
    pulse = Pulse()
    for _ in range(metrics_module.FAULTS - 1):
        pulse.count(500, 10.0)
    assert pulse.beats(1000.0)
    pulse.count(503, 11.0)
    assert pulse.beats(1000.0)
    pulse.count(500, 12.0)
    assert pulse.beats(10.0 + metrics_module.FAULT_SECONDS - 1)
    assert not pulse.beats(10.0 + metrics_module.FAULT_SECONDS)
    for served in (401, 429, 422):
        refused = Pulse()
        for _ in range(metrics_module.FAULTS):
            refused.count(500, 10.0)
        refused.count(served, 11.0)
        assert refused.beats(1000.0), "who is refused is served"
    pulse.count(200, 40.0)
    assert pulse.beats(1000.0)


async def test_a_late_worker_is_said_and_not_fatal(client: httpx.AsyncClient) -> None:
    home = await factories.workspace()
    await jobs.enqueue(home, "sentiment.read", "a", {}, clock.now() - timedelta(minutes=10))
    reply = await client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json()["worker_in_time"] is False
    assert reply.json()["worker_lag"] >= 600


@pytest.mark.parametrize("kind", ["invitation.send", "promise.tell"])
async def test_mails_wait_on_purpose_without_a_mail_server(client: httpx.AsyncClient, kind: str) -> None:
    home = await factories.workspace()
    await jobs.enqueue(home, kind, "a", {}, clock.now() - timedelta(minutes=10))
    told = (await client.get("/readyz")).json()
    assert (told["worker_in_time"], told["worker_lag"]) == (True, 0.0)


async def metrics(client: httpx.AsyncClient, address: str, **headers: str) -> httpx.Response:
    async with browsing(app_of(client), address) as browser:
        return await browser.get("/metrics", headers={name.replace("_", "-"): text for name, text in headers.items()})


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.8.9.1", {}, 200),
        ("10.0.0.1", {}, 401),
        ("203.0.113.9", {}, 401),
        ("unix:", {}, 401),
        ("127.0.0.1", {"x_forwarded_for": "203.0.113.9"}, 401),
        ("127.0.0.1", {"x_forwarded_for": "127.0.0.1"}, 401),
        ("127.0.0.1", {"x_forwarded_for": ""}, 401),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, 401),
        ("203.0.113.9", {"x_forwarded_for": "127.0.0.1"}, 401),
        ("203.0.113.9", {"authorization": "Bearer nonsense"}, 401),
        ("203.0.113.9", {"authorization": "Bearer "}, 401),
        ("203.0.113.9", {"authorization": "Basic bm9uc2Vuc2U="}, 401),
    ],
)
async def test_measurements_are_for_this_machine(
    client: httpx.AsyncClient, address: str, headers: dict[str, str], status: int
) -> None:
    reply = await metrics(client, address, **headers)
    assert reply.status_code == status
    assert reply.headers["content-type"].partition(";")[0] == ("text/plain" if status == 200 else PROBLEM)


async def test_measurements_are_for_a_key_with_their_scope(client: httpx.AsyncClient) -> None:
    home = await factories.workspace()
    right = await key_for(home, "metrics:read")
    wrong = await key_for(home, *(scope for scope in SCOPES if scope != "metrics:read"))
    asked = [(key["Authorization"], status) for key, status in ((right, 200), (wrong, 403))]
    for key, status in (*asked, ("Bearer guessed", 401)):
        assert (await metrics(client, "203.0.113.9", authorization=key)).status_code == status
    await shared_by(client).part(Refusals).write()
    told = [(row.action, row.subject) for row in (await accounts.audit_list(home)).items if "wrong" in row.action]
    assert sorted(told) == [("wrong_key", "203.0.113.9"), ("wrong_scope", "metrics:read, 203.0.113.9")]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_who_watches_is_a_program(client: httpx.AsyncClient, path: str) -> None:
    """What goes wrong there is told as to any other, whatever it says that it reads."""
    reply = await client.post(path, headers={"Accept": "text/html"})
    assert (reply.status_code, reply.headers["content-type"]) == (405, PROBLEM)


def measured(text: str, name: str) -> float:
    (line,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(line.rsplit(" ", 1)[1])


async def test_measurements_measure(client: httpx.AsyncClient) -> None:
    await factories.published()
    before = (await metrics(client, "127.0.0.1")).text
    for _ in range(3):
        await factories.send(client, factories.submission({"recommend": 9, "comment": "I love it"}))
    await client.get("/nothing")
    await client.request("BREW", "/nothing")
    reply = await metrics(client, "127.0.0.1")
    after = reply.text
    assert reply.headers["content-type"].startswith("text/plain")
    assert measured(after, 'survey_requests_total{method="POST",status="201"}') == 3
    assert measured(after, 'survey_requests_total{method="GET",status="404"}') == 1
    assert 'method="other"' in after
    assert "BREW" not in after
    assert measured(after, "survey_commit_groups") - measured(before, "survey_commit_groups") == 3
    assert measured(after, "survey_jobs_due") == 3
    assert measured(after, "survey_submissions_waiting") == 0
    assert measured(after, "survey_request_seconds_count") - measured(before, "survey_request_seconds_count") == 6
    assert measured(after, "survey_request_seconds_sum") > measured(before, "survey_request_seconds_sum")


def test_requests_are_counted_into_buckets_up_to_their_bounds() -> None:
    counted = Metrics()
    for seconds in (0.001, 0.002, 0.0021, 0.3, 60.0):
        counted.count("GET", 200, seconds)
    text = counted.text().decode()
    buckets = {bound: measured(text, f'survey_request_seconds_bucket{{le="{bound}"}}') for bound in BOUNDS}
    assert buckets == {"0.002": 2, "0.005": 3, "0.25": 3, "0.5": 4, "10.0": 4, "+Inf": 5}
    assert measured(text, "survey_request_seconds_count") == 5
    assert measured(text, "survey_request_seconds_sum") == pytest.approx(60.3051)


BOUNDS = ("0.002", "0.005", "0.25", "0.5", "10.0", "+Inf")


@only_sqlite
async def test_many_who_look_at_once_do_not_hold_the_file(client: httpx.AsyncClient) -> None:
    """Nor does the copying of a long log."""
    opened = database.current()
    assert isinstance(opened, SQLiteDatabase)
    for _ in range(5):
        assert await asyncio.gather(*(opened.trouble() for _ in range(30))) == [""] * 30
    with contextlib.closing(sqlite3.connect(opened.path, isolation_level=None)) as copying:
        copying.execute("BEGIN IMMEDIATE")
        opened.turn.kept_at = -math.inf
        opened.shortening = asyncio.create_task(asyncio.sleep(20))
        opened.copying_at = time.monotonic()
        assert await opened.trouble() == ""
        opened.copying_at -= COPY_SECONDS
        assert await opened.trouble() == "held", "a disk that takes so long is at fault"
        opened.shortening.cancel()
        opened.shortening = None
        assert await opened.trouble() == "held"
