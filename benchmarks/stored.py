"""What reading costs when much is stored: exports, the dashboard and the PDF summary.

`BENCH_ANSWERS` says how many answers the large database is filled with (100,000 if absent).
"""

import asyncio
import csv
import io
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import asyncpg

from benchmarks import servers
from benchmarks.demo_fill import NOW
from survey_service.accounts import installation_service
from survey_service.app import opened
from survey_service.core.database import schema
from survey_service.core.settings import Settings, load
from survey_service.dashboard.sections import TODAY, shown
from survey_service.dashboard.sections.base import Sheet
from survey_service.dashboard.summary import Audience, summary
from survey_service.demo import make_demo
from survey_service.reports import service as reports
from survey_service.reports.schemas import ReportOptions
from survey_service.responses.filters import Filter

SMALL = 10_000
LARGE = int(os.environ.get("BENCH_ANSWERS", "100000"))
ROUNDS = 15
CHUNK = 1 << 16
NEWEST_FIRST = "SELECT * FROM response ORDER BY received_at DESC, id DESC"


def settings_of(url: str) -> Settings:
    """Settings for one database."""
    return load({"SURVEY_DATABASE_URL": url, "SURVEY_SECRET_KEY": servers.SECRET})


async def fill(url: str, answers: int) -> None:
    """A demo of so many answers."""
    settings = settings_of(url)
    async with opened(settings):
        await schema.migrate()
        await make_demo(settings, answers, now=NOW)


async def with_audience(url: str, work: Callable[[Audience], Awaitable[float]]) -> float:
    """What `work` gives for whoever looks at the demo's figures."""
    async with opened(settings_of(url)):
        home = await installation_service.workspace_default()
        return await work(Audience(home.id, home.name, home.time_zone, home.min_n))


async def dashboard_seconds(audience: Audience) -> float:
    """The median time to make the standard view: every figure, table and comment of the newest thirty days."""
    filters = Filter("", NOW.date().replace(day=1), NOW.date())
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        shown(await summary(audience, filters, NOW), TODAY, Sheet())
        times.append(time.perf_counter() - began)
    return statistics.median(times[2:])


async def report_processor_seconds(audience: Audience) -> float:
    """Processor seconds of one PDF summary ÷ those of WeasyPrint on the same page, made beforehand."""
    filters, options = Filter("", NOW.date().replace(day=1), NOW.date()), ReportOptions(True, "")
    await reports.make_report(audience, filters, NOW, options)
    before = processor_seconds()
    await reports.make_report(audience, filters, NOW, options)
    ours = processor_seconds() - before
    html = reports.summary_html(await summary(audience, filters, NOW, comments=reports.MOST_COMMENTS), options)
    before = processor_seconds()
    script = "import sys, weasyprint; weasyprint.HTML(string=sys.stdin.read()).write_pdf()"
    command = [sys.executable, "-c", script]
    await asyncio.to_thread(subprocess.run, command, input=html.encode(), check=True, stdout=subprocess.DEVNULL)
    return ours / (processor_seconds() - before)


def processor_seconds() -> float:
    """Of this process and those it has waited for."""
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def download(url: str) -> tuple[int, float]:
    """Rows of the CSV export over HTTP, and the seconds it took."""
    headers = {"Authorization": f"Bearer {servers.API_KEY}"}
    began, rows = time.perf_counter(), -1
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=600) as reply:
        while chunk := reply.read(CHUNK):
            rows += chunk.count(b"\r\n")
    return rows, time.perf_counter() - began


def peak_megabytes(process_id: int) -> float:
    """The most memory that a process has had since `forget_peak`."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def forget_peak(process_id: int) -> None:
    """Lets the system begin anew to note a process's peak."""
    Path(f"/proc/{process_id}/clear_refs").write_text("5")


async def copy_seconds(url: str) -> float:
    """PostgreSQL's own COPY of the responses, newest first, into nothing."""

    async def nowhere(content: bytes) -> None:
        return None

    connection = await asyncpg.connect(url)
    try:
        began = time.perf_counter()
        await connection.copy_from_query(NEWEST_FIRST, output=nowhere, format="csv")
        return time.perf_counter() - began
    finally:
        await connection.close()


def writer_seconds(path: Path) -> float:
    """Python's csv writer over the same rows of SQLite."""
    began = time.perf_counter()
    connection = sqlite3.connect(path)
    cursor = connection.execute(NEWEST_FIRST)
    while rows := cursor.fetchmany(1000):
        csv.writer(io.StringIO()).writerows(rows)
    connection.close()
    return time.perf_counter() - began


def measure(name: str, small: str, large: str, plain: Callable[[], float]) -> Iterator[str]:
    """Every figure of one database; `plain` gives the seconds of the database's own export of `large`."""
    for url, answers in ((small, SMALL), (large, LARGE)):
        asyncio.run(fill(url, answers))
    with servers.product(large) as (port, process_id):
        time.sleep(1)
        forget_peak(process_id)
        before = peak_megabytes(process_id)
        base = [plain()]
        rows, seconds = download(f"http://127.0.0.1:{port}/api/v1/responses.csv")
        base.append(plain())
        grown = peak_megabytes(process_id) - before
    own = sum(base) / 2
    yield (
        f"{name}, CSV of {rows:,} answers: {rows / seconds:,.0f} rows/s ÷ {rows / own:,.0f} of the database's own = "
        f"{own / seconds:.2f}; memory grew by {grown:.0f} MB"
    )
    at_small, at_large = (asyncio.run(with_audience(url, dashboard_seconds)) for url in (small, large))
    yield (
        f"{name}, dashboard: {at_large * 1000:.0f} ms at {LARGE:,} answers ÷ {at_small * 1000:.0f} ms at {SMALL:,} = "
        f"{at_large / at_small:.2f}"
    )
    yield growth(name, small, large)


def growth(name: str, small: str, large: str) -> str:
    """What a submission costs with much stored ÷ with little. It comes last, for it adds answers to both."""
    with servers.product(small) as (few, _), servers.product(large) as (many, _):
        path = "api/v1/forms/visit/responses"
        for port in (few, many):
            servers.load(f"http://127.0.0.1:{port}/{path}", 16, 1, servers.SUBMIT_SCRIPT)
        grown_by = servers.compare(
            f"http://127.0.0.1:{many}/{path}", f"http://127.0.0.1:{few}/{path}", 16, servers.SUBMIT_SCRIPT
        )
        assert grown_by.failures == 0, f"{grown_by.failures} submissions were refused"
    return (
        f"{name}, growth: a submission to {LARGE:,} answers costs {1 / grown_by.ratio:.2f} of one to {SMALL:,} "
        f"({grown_by.ours:,.0f}/s and {grown_by.base:,.0f}/s)"
    )


def lines() -> Iterator[str]:
    """Both databases, then the PDF, which is made from the same figures on either."""
    with tempfile.TemporaryDirectory(prefix="survey-bench-") as folder:
        small, large = (f"sqlite:///{folder}/{size}.db" for size in ("small", "large"))
        yield from measure("SQLite", small, large, lambda: writer_seconds(Path(folder) / "large.db"))
        ratio = asyncio.run(with_audience(large, report_processor_seconds))
        yield f"PDF summary with comments: processor time ÷ WeasyPrint's on the same page = {ratio:.2f}"
    with servers.postgres() as small, servers.postgres() as large:
        yield from measure("PostgreSQL", small, large, lambda: asyncio.run(copy_seconds(large)))
