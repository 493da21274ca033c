"""Serving, with the worker beside it or apart, in processes of its own, and its end."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from survey_service.core.settings import load
from survey_service.operation.connections import Bounds, Connections
from survey_service.operation.serving import configuration
from survey_service.operation.working import CLOSE_SECONDS, END_SECONDS
from tests.cli.commands import answers, run
from tests.operation.product import STAFF, Running, answer, command, environment, finished, make_form, running, stored
from tests.processes import children_of, lives, niceness
from tests.waiting import until

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


def ends_with_half_an_answer(service: Running, identity: str, seconds: float) -> None:
    """It is told to end when half of an answer has arrived: nobody new is let in from then on, and that one is taken
    whole."""
    body = json.dumps({"id": identity, "answers": {"recommend": 10}}).encode()
    parts = urlsplit(service.address)
    with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=10) as connection:
        head = (
            "POST /api/v1/forms/visit/responses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body[:20])
        time.sleep(0.5)
        service.process.terminate()
        time.sleep(seconds)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{service.address}/healthz")
        connection.sendall(body[20:])
        assert connection.recv(12) == b"HTTP/1.1 201"
    assert service.ended() == 0


def test_what_was_accepted_is_finished(sqlite_url: str) -> None:
    """The signal comes while half of an answer has arrived: it is taken whole, stored and acknowledged."""
    identity = str(uuid4())
    with running(sqlite_url, "serve") as service:
        make_form(service.address)
        ends_with_half_an_answer(service, identity, seconds=0.5)
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


def configured(**variables: str) -> Any:
    """What the server is told under these settings."""
    settings = load({"SURVEY_DATABASE_URL": "sqlite:///unused.db", **variables})
    return configuration(None, settings, Connections(Bounds(10)))  # type: ignore[arg-type]


def test_forwarded_headers_count_from_trusted_proxies_only() -> None:
    config = configured()
    assert (config.proxy_headers, config.forwarded_allow_ips) == (False, [])
    config = configured(SURVEY_TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.1")
    assert (config.proxy_headers, config.forwarded_allow_ips) == (True, ["10.0.0.0/8", "192.0.2.1"])


@pytest.mark.parametrize(
    ("address", "https"),
    [("https://example.org", True), ("HTTPS://example.org", True), ("http://example.org", False), ("", False)],
)
def test_what_the_server_answers_itself_says_https_where_pages_do(address: str, https: bool) -> None:
    config = configured(**({"SURVEY_BASE_URL": address} if address else {}))
    assert config.http.keywords["https"] is https


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_several_processes_serve_and_end_together(database_url: str, end: signal.Signals) -> None:
    with running(database_url, "serve", "--workers", "2") as service:
        until(lambda: answers(service.address))
        make_form(service.address)
        sent = {answer(service.address) for _ in range(20)}
        assert stored(service.address) == sent
        children = children_of(service.process.pid)
        own = niceness(service.process.pid)
        lower = sorted(niceness(child) - own for child in children)
        assert lower == [0, 0, 5], "two that serve and one worker"
        service.process.send_signal(end)
        service.ended()
        until(lambda: not any(map(lives, children)))
        assert not answers(service.address)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_nobody_new_is_let_in_while_several_processes_end(database_url: str) -> None:
    """Who is answered already is answered whole."""
    with running(database_url, "serve", "--workers", "2") as service:
        until(lambda: answers(service.address))
        make_form(service.address)
        ends_with_half_an_answer(service, str(uuid4()), seconds=1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_is_held_does_not_keep_the_end_waiting(database_url: str) -> None:
    with running(database_url, "serve") as service:
        make_form(service.address)
        answer(service.address)
        until(lambda: _counted(service.address) == 1)
        held = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        try:
            time.sleep(3)  # by then the worker waits for it
            service.process.terminate()
            assert service.ended(CLOSE_SECONDS + END_SECONDS + 5) == 0
        finally:
            held.close()


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_who_serves_does_not_depend_on_standard_output(database_url: str, workers: str) -> None:
    """Nobody reads along, or the disk is full that it goes to."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Path("/dev/full").open("w") as full:
        serving = subprocess.Popen(
            command("serve", "--port", str(port), "--workers", workers), env=environment(database_url), stdout=full
        )
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}"))
        serving.terminate()
        assert serving.wait(20) == 0
    finally:
        serving.kill()
        serving.wait()


def _worker(service: Running) -> int:
    """The process of the worker, once it is at work: the child of the one that keeps it."""
    until(lambda: httpx.get(f"{service.address}/readyz").json()["worker_running"])
    (keeper,) = children_of(service.process.pid)
    (worker,) = children_of(keeper)
    return worker


def _counted(address: str) -> int:
    """How many answers the counts hold: what the worker has folded in."""
    wanted = {"form": "visit", "question": "recommend"}
    asked = httpx.get(f"{address}/api/v1/scores", params=wanted, headers=STAFF)
    assert asked.status_code == 200, asked.text
    return int(asked.json()["n"])


def test_the_worker_is_a_process_beside_and_begins_again(database_url: str) -> None:
    """It gives way to those that wait for an answer, and what ends it ends nothing else."""
    with running(database_url, "serve") as service:
        make_form(service.address)
        answer(service.address)
        until(lambda: _counted(service.address) == 1)
        worker = _worker(service)
        assert (niceness(worker) - niceness(service.process.pid)) == 5
        os.kill(worker, signal.SIGKILL)
        until(lambda: httpx.get(f"{service.address}/readyz").json()["worker_running"] is False)
        answer(service.address)
        until(lambda: _counted(service.address) == 2)
        assert _worker(service) != worker
        measured = httpx.get(f"{service.address}/metrics").text
        assert "survey_worker_starts 2.0" in measured
        assert "survey_worker_process_resident_memory_bytes" in measured


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_worker_ends_with_the_one_that_serves(sqlite_url: str, end: signal.Signals) -> None:
    """Nothing is left that would hold the port or the file, however the one that serves comes to its end."""
    with running(sqlite_url, "serve") as service:
        worker = _worker(service)
        family = [worker, *children_of(service.process.pid)]
        service.process.send_signal(end)
        assert service.ended() == (-signal.SIGKILL if end == signal.SIGKILL else 0)
        until(lambda: not any(map(lives, family)))


def test_a_port_is_free_when_the_one_that_served_was_killed(sqlite_url: str) -> None:
    with running(sqlite_url, "serve") as service:
        worker = _worker(service)
        os.kill(worker, signal.SIGSTOP)
        try:
            service.process.kill()
            service.process.wait()
            host, port = str(urlsplit(service.address).hostname), urlsplit(service.address).port
            with socket.create_server((host, port or 0)):
                assert lives(worker)
        finally:
            os.kill(worker, signal.SIGCONT)


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
