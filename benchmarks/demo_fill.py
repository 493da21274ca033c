"""How fast a demo is filled, beside plain multi-row inserts of the very same rows into the same tables (SQLite).

The plain inserts are given values that need no conversion, in groups of a thousand rows, each group durable.
"""

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from survey_service.app import opened
from survey_service.core.batch.sqlite_writer import CONNECTION_PRAGMAS
from survey_service.core.database import schema
from survey_service.core.settings import Settings, load
from survey_service.demo import Summary, make_demo

ANSWERS = 1_000_000
ROWS_AT_ONCE = 1_000
TABLES = (
    "customer",
    "customer_identity",
    "response",
    "comment_reading",
    "timeline_entry",
    "invitation",
    "count_cell",
    "count_margin",
)
NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


def measure(answers: int = ANSWERS) -> dict[str, float]:
    """Fills, then copies: answers, rows, seconds of each, their ratio, and what the filling process grew by in MB."""
    with tempfile.TemporaryDirectory(prefix="survey-bench-") as folder:
        filled, plain = Path(folder) / "filled.db", Path(folder) / "plain.db"
        seconds, made, grown = asyncio.run(_fill(filled, answers))
        asyncio.run(_migrate(plain))
        rows, plain_seconds = copy(filled, plain)
    return {
        "answers": made.responses,
        "rows": rows,
        "seconds": seconds,
        "plain_seconds": plain_seconds,
        "ratio": plain_seconds / seconds,
        "grown_megabytes": grown,
    }


def lines() -> list[str]:
    """The measurement in words."""
    found = measure()
    answers, seconds, plain = found["answers"], found["seconds"], found["plain_seconds"]
    return [
        f"{answers:,.0f} demo answers ({found['rows']:,.0f} rows) in {seconds:.1f} s, {answers / seconds:,.0f}/s; "
        f"plain multi-row inserts of the same rows {plain:.1f} s: {found['ratio']:.2f}; "
        f"memory grew by {found['grown_megabytes']:.0f} MB"
    ]


def _settings(path: Path) -> Settings:
    return load({"SURVEY_DATABASE_URL": f"sqlite:///{path}"})


async def _migrate(path: Path) -> None:
    async with opened(_settings(path)):
        await schema.migrate()


async def _fill(path: Path, answers: int) -> tuple[float, Summary, float]:
    settings = _settings(path)
    async with opened(settings):
        await schema.migrate()
        before, start = _peak_megabytes(), time.perf_counter()
        made = await make_demo(settings, answers, now=NOW)
        return time.perf_counter() - start, made, _peak_megabytes() - before


def _peak_megabytes() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


def copy(source: Path, target: Path) -> tuple[int, float]:
    """Inserts every row of TABLES in `source` into `target`; how many, and the seconds spent on inserting alone."""
    count, seconds = 0, 0.0
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        for pragma in CONNECTION_PRAGMAS:
            written.execute(pragma)
        for table in TABLES:
            cursor = read.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            while rows := list(islice(cursor, ROWS_AT_ONCE)):
                marks = ", ".join(f"({', '.join('?' * len(names))})" for _ in rows)
                values = [value for row in rows for value in row]
                start = time.perf_counter()
                written.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES {marks}", values)
                written.commit()
                seconds += time.perf_counter() - start
                count += len(rows)
    return count, seconds


if __name__ == "__main__":
    print("\n".join(lines()))
