"""Where a submission's time goes: processor time of each process that takes part, beside the empty handler's."""

import os
import re
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import servers
from benchmarks.submissions import PAGE_BYTES, publish, url, warm

SECONDS = 3
ROUNDS = 3
TICKS = os.sysconf("SC_CLK_TCK")


def descendants(process: int) -> list[int]:
    """The children of a process, theirs, and so on."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *descendants(child)]
    return found


def used(processes: Sequence[int]) -> tuple[float, float]:
    """Seconds of processor time, their own and the kernel's for them, of processes since they began."""
    own = kernel = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        own, kernel = own + int(fields[11]), kernel + int(fields[12])
    return own / TICKS, kernel / TICKS


def groups(port: int) -> float:
    """Commits of groups since the service was started."""
    metrics = servers.fetch(f"http://127.0.0.1:{port}/metrics").decode()
    found = re.search(r"^survey_commit_groups (\S+)", metrics, re.M)
    assert found, metrics
    return float(found[1])


def named(words: str) -> list[int]:
    """Those of our own processes whose command has these words."""
    ours = descendants(os.getpid())
    return [each for each in ours if words in Path(f"/proc/{each}/cmdline").read_text().replace("\0", " ")]


def ended() -> tuple[float, float]:
    """As `used`, of what ran and has ended: the load generators."""
    times = os.times()
    return times.children_user, times.children_system


Side = Callable[[], tuple[float, float]]


def spent(target: str, connections: int, sides: dict[str, Side]) -> tuple[float, list[str]]:
    """Requests per second under load, and for each side in words what one of them costs it."""
    servers.load(target, connections, 1, servers.SUBMIT_SCRIPT)
    before = {name: side() for name, side in sides.items()}
    found = servers.load(target, connections, SECONDS, servers.SUBMIT_SCRIPT)
    assert found.failures == 0, f"{found.failures} submissions were refused"
    words, many = [], found.per_second * SECONDS
    for name, side in sides.items():
        own, kernel = ((now - then) / many * 1e6 for now, then in zip(side(), before[name], strict=True))
        words.append(f"{name} {own:.0f} + {kernel:.0f} µs")
    return found.per_second, words


def measure(database_url: str, name: str, database_server: Callable[[], list[int]] | None) -> list[str]:
    """Lines for one database; `database_server` gives the processes of one, where it has any."""
    lines = []
    with servers.ceiling(PAGE_BYTES) as base, servers.product(database_url) as (port, serving):
        publish(port)
        warm(base, port)
        beside = database_server or partial(descendants, serving)
        sides: dict[str, Side] = {
            "serving": lambda: used([serving]),
            "database" if database_server else "writer": lambda: used(beside()),
            "load generator": ended,
        }
        empty: dict[str, Side] = {"empty handler": lambda: used(named("benchmarks.ceiling"))}
        for connections in (16, 64):
            for _ in range(ROUNDS):
                top, of_empty = spent(f"http://127.0.0.1:{base}/submit", connections, empty)
                committed = groups(port)
                rate, words = spent(url(port), connections, sides)
                size = rate * (SECONDS + 1) / (groups(port) - committed)
                lines.append(
                    f"{name}, {connections} connections: {rate:,.0f}/s ({rate / top:.2f} of empty), {size:.0f} to a "
                    f"commit; own + kernel's time for each: {', '.join([*words, *of_empty])}"
                )
    return lines


def lines() -> list[str]:
    """Both databases. The load generator and the empty handler run on the same processors."""
    found = [f"Busy with other things before: {servers.busy():.0%} of {os.cpu_count()} processors"]
    with tempfile.TemporaryDirectory(prefix="survey-bench-") as folder:
        found += measure(f"sqlite:///{folder}/survey.db", "SQLite", None)
    with servers.postgres() as address:
        main = servers.postmaster(address)
        found += measure(address, "PostgreSQL", lambda: [main, *descendants(main)])
    return found
