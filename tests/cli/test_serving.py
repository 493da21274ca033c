"""Serving, with the worker inside or apart, in processes of its own, and its end."""

import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.cli.commands import answers, run
from tests.operation.product import answer, command, environment, finished, make_form, running, stored

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
        assert len(children) == 2
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
