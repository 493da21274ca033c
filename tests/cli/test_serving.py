"""Serving, with the worker beside it or apart, in processes of its own, and its end."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.cli.commands import answers, run
from tests.operation.product import API_KEY, Running, answer, command, environment, finished, make_form, running, stored

pytestmark = pytest.mark.slow


def test_serve_answers_and_ends_on_the_signal(database_url: str) -> None:
    with running(database_url, "serve") as service:
        alive = httpx.get(f"{service.address}/healthz")
        assert alive.json() == {"status": "alive"}
        assert "server" not in alive.headers
        assert httpx.get(f"{service.address}/readyz").json()["ready"] is True
        began = time.monotonic()
        service.process.terminate()
        assert service.ended() == 0
        assert time.monotonic() - began < 5


def test_what_was_accepted_is_finished(sqlite_url: str) -> None:
    """The signal comes while half of an answer has arrived: it is taken whole, stored and acknowledged."""
    identity = str(uuid4())
    body = json.dumps({"id": identity, "answers": {"recommend": 10}}).encode()
    with running(sqlite_url, "serve") as service:
        make_form(service.address)
        parts = urlsplit(service.address)
        with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=10) as connection:
            head = (
                "POST /api/v1/forms/visit/responses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            connection.sendall(head.encode() + body[:20])
            time.sleep(0.5)
            service.process.terminate()
            time.sleep(0.5)
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"{service.address}/healthz")
            connection.sendall(body[20:])
            assert connection.recv(12) == b"HTTP/1.1 201"
        assert service.ended() == 0
    with running(sqlite_url, "serve") as again:
        assert stored(again.address) == {identity}


def test_an_open_stream_does_not_hold_up_the_end(sqlite_url: str) -> None:
    with running(sqlite_url, "serve") as service:
        link = finished(sqlite_url, "create-admin", "boss@example.org").stdout.split()[-1]
        with httpx.Client(base_url=service.address, headers={"Origin": service.address}) as browser:
            browser.post(urlsplit(link).path)
            with browser.stream("GET", "/app/stream") as stream:
                assert stream.status_code == 200
                began = time.monotonic()
                threading.Timer(0.3, service.process.terminate).start()
                for _ in stream.iter_raw():
                    pass
                assert time.monotonic() - began < 5
        assert service.ended() == 0


def test_serve_says_where_it_listens_and_what_customers_see(sqlite_url: str) -> None:
    with running(sqlite_url, "serve", SURVEY_BASE_URL="https://feedback.example.org") as service:
        assert service.lines == [f"Serving on {service.address} as https://feedback.example.org"]
        assert answers(service.address)


def test_a_taken_port_is_said_at_once(sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for name in ("serve", "run"):
            result = run(name, "--port", str(port), DATABASE_URL=sqlite_url)
            assert result.exit_code == 1
            assert f"Port {port} of 127.0.0.1 cannot be used" in result.output
            assert "SURVEY_PORT" in result.output


def test_forwarded_headers_count_from_trusted_proxies_only() -> None:
    from survey_service.core.settings import load
    from survey_service.operation.connections import Bounds, Connections
    from survey_service.operation.serving import configuration

    def told(**variables: str) -> tuple[bool, object]:
        settings = load({"SURVEY_DATABASE_URL": "sqlite:///unused.db", **variables})
        config = configuration(None, settings, Connections(Bounds(10)))  # type: ignore[arg-type]
        return config.proxy_headers, config.forwarded_allow_ips

    assert told() == (False, [])
    assert told(SURVEY_TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.1") == (True, ["10.0.0.0/8", "192.0.2.1"])


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty PostgreSQL database."""
    import asyncpg

    from tests.conftest import in_thread, postgres_url

    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    name = f"cli_{uuid4().hex}"

    async def admin(statement: str) -> None:
        connection = await asyncpg.connect(postgres_url(server, "postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    in_thread(lambda: admin(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield postgres_url(server, name)
    in_thread(lambda: admin(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_several_processes_serve_and_end_together(postgres_database: str, end: signal.Signals) -> None:
    with running(postgres_database, "serve", "--workers", "2") as service:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not answers(service.address):
            time.sleep(0.1)
        make_form(service.address)
        sent = {answer(service.address) for _ in range(20)}
        assert stored(service.address) == sent
        children = _children_of(service.process.pid)
        own = _niceness(service.process.pid)
        lower = sorted(_niceness(child) - own for child in children)
        assert lower == [0, 0, 5], "two that serve and one worker"
        service.process.send_signal(end)
        service.ended()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and any(map(_lives, children)):
            time.sleep(0.1)
        assert not any(map(_lives, children))
        assert not answers(service.address)


def _children_of(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in text.split()]


def _niceness(process: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, process)


def _until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def _worker(service: Running) -> int:
    """The process of the worker, once it is at work: the child of the one that keeps it."""
    assert _until(lambda: httpx.get(f"{service.address}/readyz").json()["worker_running"])
    (keeper,) = _children_of(service.process.pid)
    (worker,) = _children_of(keeper)
    return worker


def _counted(address: str) -> int:
    """How many answers the counts hold: what the worker has folded in."""
    wanted = {"form": "visit", "question": "recommend"}
    asked = httpx.get(f"{address}/api/v1/scores", params=wanted, headers={"Authorization": f"Bearer {API_KEY}"})
    assert asked.status_code == 200, asked.text
    return int(asked.json()["n"])


def test_the_worker_is_a_process_beside_and_begins_again(database_url: str) -> None:
    """It gives way to those that wait for an answer, and what ends it ends nothing else."""
    with running(database_url, "serve") as service:
        make_form(service.address)
        answer(service.address)
        assert _until(lambda: _counted(service.address) == 1)
        worker = _worker(service)
        assert (_niceness(worker) - _niceness(service.process.pid)) == 5
        os.kill(worker, signal.SIGKILL)
        assert _until(lambda: httpx.get(f"{service.address}/readyz").json()["worker_running"] is False)
        answer(service.address)
        assert _until(lambda: _counted(service.address) == 2)
        assert _worker(service) != worker
        measured = httpx.get(f"{service.address}/metrics").text
        assert "survey_worker_starts 2.0" in measured
        assert "survey_worker_process_resident_memory_bytes" in measured


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_worker_ends_with_the_one_that_serves(sqlite_url: str, end: signal.Signals) -> None:
    """Nothing is left that would hold the port or the file, however the one that serves comes to its end."""
    with running(sqlite_url, "serve") as service:
        worker = _worker(service)
        family = [worker, *_children_of(service.process.pid)]
        service.process.send_signal(end)
        assert service.ended() == (-signal.SIGKILL if end == signal.SIGKILL else 0)
        assert _until(lambda: not any(map(_lives, family)))


def test_a_port_is_free_when_the_one_that_served_was_killed(sqlite_url: str) -> None:
    with running(sqlite_url, "serve") as service:
        worker = _worker(service)
        os.kill(worker, signal.SIGSTOP)
        try:
            service.process.kill()
            service.process.wait()
            host, port = str(urlsplit(service.address).hostname), urlsplit(service.address).port
            with socket.create_server((host, port or 0)):
                assert _lives(worker)
        finally:
            os.kill(worker, signal.SIGCONT)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


def test_a_worker_apart_counts_what_serve_took(database_url: str) -> None:
    with running(database_url, "serve", SURVEY_WORKER="false") as service:
        make_form(service.address)
        for _ in range(5):
            answer(service.address)
        working = subprocess.Popen(command("worker"), env=environment(database_url), stdout=subprocess.PIPE, text=True)
        assert working.stdout is not None
        assert working.stdout.readline() == "Working\n"
        time.sleep(2)
        working.terminate()
        assert working.wait(10) == 0
        working.stdout.close()
    assert finished(database_url, "check").returncode == 0
