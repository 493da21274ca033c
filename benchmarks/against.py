"""This tree beside an earlier commit of it: `python -m benchmarks.against COMMIT [PAIRS]`.

Both are served at once, each on a database of its own with the same number of demo answers, and are measured in turns.
Each line gives this tree's speed ÷ the earlier one's: the median of the pairs and its 95 % bootstrap interval.
"""

import contextlib
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import servers
from benchmarks.stored import processor_seconds
from benchmarks.submissions import publish

HERE = Path(__file__).parents[1]
ANSWERS = int(os.environ.get("BENCH_ANSWERS", "20000"))
PAIRS = 9
DRAWS = 10_000
OWNER = "owner@example.org"


@dataclass(frozen=True)
class Side:
    """One of the two trees while it is served: where its code lies, its settings, port and somebody signed in."""

    tree: Path
    environment: dict[str, str]
    port: int
    staff: httpx.Client

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


Measure = Callable[[Side], float]


def submissions(side: Side) -> float:
    """Stored answers per second at 16 connections."""
    found = servers.load(side.address("/api/v1/forms/own/responses"), 16, 2, servers.SUBMIT_SCRIPT)
    assert found.failures == 0, f"{found.failures} submissions were refused"
    return found.per_second


def survey_pages(side: Side) -> float:
    """Survey pages per second at 16 connections."""
    return servers.load(side.address("/s/own"), 16, 2).per_second


def pages(path: str, times: int) -> Measure:
    """Pages of staff per second, one after another."""

    def measure(side: Side) -> float:
        began = time.perf_counter()
        for _ in range(times):
            assert side.staff.get(path).status_code == 200
        return times / (time.perf_counter() - began)

    return measure


def export(side: Side) -> float:
    """Rows of the CSV export per second."""
    began = time.perf_counter()
    rows = side.staff.get("/api/v1/responses.csv", headers={"Authorization": f"Bearer {servers.API_KEY}"}).text
    return rows.count("\r\n") / (time.perf_counter() - began)


WARM: dict[str, Measure] = {
    "submissions": submissions,
    "survey page": survey_pages,
    "Today": pages("/app", 12),
    "Today of one place": pages("/app?place=riga-harbour", 12),
    "answers": pages("/app/answers", 20),
    "answers of one place": pages("/app/answers?place=riga-harbour", 20),
    "customers": pages("/app/customers", 20),
    "CSV": export,
    "PDF": pages("/app/reports/summary.pdf", 1),
}


def startup(side: Side) -> float:
    """Starts per second: from the command to the first page of `serve`, with nothing remembered."""
    port = servers.free_port()
    began = time.perf_counter()
    with servers.running([sys.executable, "-m", "survey_service.cli", "serve"], port, side.environment | _at(port)):
        servers.fetch(f"http://127.0.0.1:{port}/s/own")
        return 1 / (time.perf_counter() - began)


def command(*words: str) -> Measure:
    """Runs per second of processor time of one command, with nothing remembered."""

    def measure(side: Side) -> float:
        before = processor_seconds()
        _run(side.environment, *words)
        return 1 / (processor_seconds() - before)

    return measure


COLD: dict[str, Measure] = {
    "start to first page": startup,
    "command `check`": command("check"),
}


def _at(port: int) -> dict[str, str]:
    return {"SURVEY_PORT": str(port), "SURVEY_BASE_URL": f"http://127.0.0.1:{port}"}


def _run(environment: dict[str, str], *words: str) -> str:
    everything = {**os.environ, **environment}
    line = [sys.executable, "-m", "survey_service.cli", *words]
    return subprocess.run(line, env=everything, check=True, capture_output=True, text=True).stdout


@contextlib.contextmanager
def served(tree: Path, database_url: str) -> Iterator[Side]:
    """One tree with its demo, a form of its own to answer and an owner who is signed in."""
    port = servers.free_port()
    environment = {
        "PYTHONPATH": str(tree), "SURVEY_DATABASE_URL": database_url, "SURVEY_SECRET_KEY": servers.SECRET,
        "SURVEY_API_KEY": servers.API_KEY, "SURVEY_WORKER": "false", "SURVEY_LOG_LEVEL": "error", **_at(port),
    }  # fmt: skip
    _run(environment, "migrate")
    _run(environment, "demo", "--responses", str(ANSWERS))
    link = re.search(r"/app/link/\S+", _run(environment, "create-admin", OWNER))
    assert link, "no sign-in link was printed"
    with (
        servers.running([sys.executable, "-m", "survey_service.cli", "serve"], port, environment),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as staff,
    ):
        publish(port, "own")
        assert staff.post(link[0], headers={"Origin": f"http://127.0.0.1:{port}"}).status_code == 303
        staff.headers["Accept-Encoding"] = "gzip"
        yield Side(tree, environment, port, staff)


def ratio_line(name: str, measure: Measure, ours: Side, base: Side, pairs: int) -> str:
    """Measures both in turns, whoever is first alternating."""
    measure(base), measure(ours)
    ratios, speeds = [], []
    for number in range(pairs):
        first, second = (ours, base) if number % 2 else (base, ours)
        found = {first.tree: measure(first), second.tree: measure(second)}
        ratios.append(found[ours.tree] / found[base.tree])
        speeds.append(found[ours.tree])
    low, high = interval(ratios)
    speed = statistics.median(speeds)
    return f"{name}: {statistics.median(ratios):.3f} [{low:.3f}, {high:.3f}] at {speed:,.1f}/s"


def interval(values: list[float], seed: int = 1) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the median."""
    draw = random.Random(seed)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(DRAWS))
    return medians[int(0.025 * DRAWS)], medians[int(0.975 * DRAWS) - 1]


@contextlib.contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """The tree of a commit in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="survey-bench-") as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(HERE), "worktree"]
        subprocess.run([*git, "add", "--detach", "--quiet", str(tree), commit], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


@contextlib.contextmanager
def _databases(name: str) -> Iterator[tuple[str, str]]:
    if name == "SQLite":
        with tempfile.TemporaryDirectory(prefix="survey-bench-") as folder:
            yield f"sqlite:///{folder}/ours.db", f"sqlite:///{folder}/base.db"
    else:
        with servers.postgres() as ours, servers.postgres() as base:
            yield ours, base


def lines(commit: str, pairs: int) -> Iterator[str]:
    """Both databases: what is warm, then what starts afresh each time."""
    with checked_out(commit) as earlier:
        for database in ("SQLite", "PostgreSQL"):
            with (
                _databases(database) as (ours_url, base_url),
                served(HERE, ours_url) as ours,
                served(earlier, base_url) as base,
            ):
                for kind, measures in (("warm", WARM), ("cold", COLD)):
                    for name, measure in measures.items():
                        yield ratio_line(f"{database}, {kind}, {name}", measure, ours, base, pairs)


def main() -> None:
    """Prints each line as it is found."""
    commit, pairs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else PAIRS
    for line in lines(commit, pairs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
