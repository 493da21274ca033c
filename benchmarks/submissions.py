"""Submissions per second as a share of what the same server does when it keeps nothing."""

import json
import re
import sqlite3
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from benchmarks import servers
from tests.factories import VISIT

PAGE_BYTES = 20_000


def publish(port: int, slug: str = "visit", definition: dict[str, Any] | None = None) -> None:
    """Makes and publishes a form through the API."""
    call(port, "/api/v1/forms", {"slug": slug, "name": slug, "definition": definition or VISIT})
    call(port, f"/api/v1/forms/{slug}/publish", {})


def call(port: int, path: str, body: object) -> None:
    """A POST with the key of the measurements."""
    headers = {"Authorization": f"Bearer {servers.API_KEY}", "Content-Type": "application/json"}
    request = Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), headers)
    with urlopen(request, timeout=30) as reply:
        assert reply.status < 300, reply.status


def measure(database_url: str, name: str, *, worker: bool) -> list[str]:
    """Lines with the ratios for one database, ceiling and product in turns."""
    lines, beside = [], "with" if worker else "without"
    with servers.ceiling(PAGE_BYTES) as base, servers.product(database_url, worker=worker) as (port, process_id):
        publish(port)
        warm(base, port)
        for connections in (16, 64):
            found = servers.compare(
                url(port),
                f"http://127.0.0.1:{base}/submit",
                connections,
                script=servers.SUBMIT_SCRIPT,
                settle=partial(caught_up, port) if worker else lambda: None,
            )
            assert found.failures == 0, f"{found.failures} submissions were refused"
            lines.append(
                f"{name}, {connections} connections, {beside} worker: {found.ours:,.0f} submissions/s ÷ "
                f"{found.base:,.0f} empty = {found.ratio:.2f} ({found.lowest:.2f}–{found.highest:.2f}); "
                f"p50 {found.p50:.1f} ms, p99 {found.p99:.1f} ms, p99 ÷ p50 = {found.tail:.1f} "
                f"(empty handler: {found.base_tail:.1f})"
            )
        lines.append(f"{name}, {beside} worker, resident after the load: {resident(process_id)} MB")
    return lines


PATIENCE_SECONDS = 30


def caught_up(port: int) -> None:
    """Waits until the worker has done what followed, or for as long as one may: the next to be measured has the
    machine to itself."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and waiting(servers.fetch(f"http://127.0.0.1:{port}/metrics").decode()):
        time.sleep(0.2)


def waiting(metrics: str) -> float:
    """Events and jobs that the worker has not come to."""
    return sum(float(value) for value in re.findall(r"^survey_(?:events_waiting|jobs_due) (\S+)", metrics, re.M))


def url(port: int) -> str:
    """Where answers are sent."""
    return f"http://127.0.0.1:{port}/api/v1/forms/visit/responses"


def warm(base: int, port: int) -> None:
    """A second of load on both, so that nothing is measured cold."""
    servers.load(f"http://127.0.0.1:{base}/submit", 16, 1, servers.SUBMIT_SCRIPT)
    servers.load(url(port), 16, 1, servers.SUBMIT_SCRIPT)


def resident(process_id: int) -> int:
    """Resident memory in megabytes."""
    status = Path(f"/proc/{process_id}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


def commits_per_second(folder: str, seconds: float = 1.0) -> float:
    """Durable one-row commits of plain sqlite3 here: the disk's own speed."""
    connection = sqlite3.connect(Path(folder) / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE t (a INTEGER)")
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        connection.execute("INSERT INTO t VALUES (1)")
        count += 1
    return count / (time.perf_counter() - began)


def lines() -> list[str]:
    """Both databases, without the worker and with it."""
    found = [f"Busy with other things before: {servers.busy():.0%} of the processors"]
    with tempfile.TemporaryDirectory(prefix="survey-bench-") as folder:
        found += [f"SQLite, calibration: {commits_per_second(folder):,.0f} plain durable commits/s"]
        for worker in (False, True):
            found += measure(f"sqlite:///{folder}/worker-{worker}.db", "SQLite", worker=worker)
    for worker in (False, True):
        with servers.postgres() as address:
            found += measure(address, "PostgreSQL", worker=worker)
    return found
