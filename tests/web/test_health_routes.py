"""Alive, ready, measured: each said truly, and measurements only to those they concern."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from survey_service.accounts.schemas import SCOPES
from survey_service.core import clock, database
from survey_service.core.database import schema
from survey_service.core.errors import Unavailable
from survey_service.jobs import service as jobs
from survey_service.web.metrics import Metrics
from tests import factories
from tests.answers import key_for


async def test_alive_needs_nothing(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: Any) -> Any:
        raise Unavailable("away", retry_after=2)

    monkeypatch.setattr(database, "fetch", gone)
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    reply = await client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["ready"] is False
    assert reply.json()["database"] is False


async def test_ready_when_everything_is(client: httpx.AsyncClient) -> None:
    reply = await client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {
        "ready": True, "database": True, "migrated": True, "worker_lag": 0.0, "worker_in_time": True,
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
    transport = httpx.ASGITransport(app=client._transport.app, client=(address, 1))  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver.local") as browser:
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
    assert (await metrics(client, address, **headers)).status_code == status


async def test_measurements_are_for_a_key_with_their_scope(client: httpx.AsyncClient) -> None:
    home = await factories.workspace()
    right = await key_for(home, "metrics:read")
    wrong = await key_for(home, *(scope for scope in SCOPES if scope != "metrics:read"))
    assert (await metrics(client, "203.0.113.9", authorization=right["Authorization"])).status_code == 200
    assert (await metrics(client, "203.0.113.9", authorization=wrong["Authorization"])).status_code in (401, 403)


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
