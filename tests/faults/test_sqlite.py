"""The file is locked from outside, the disk is full, the file is damaged: who cannot be served is told so soon, and all
goes on by itself."""

import asyncio
import contextlib
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import Told
from tests.faults.server import served
from tests.faults.watching import (
    ENDS,
    GROWTH,
    IS_READY,
    SAYS_NO,
    THREADS,
    WHOLE,
    Watch,
    nothing_is_missing,
    watching,
)

pytestmark = pytest.mark.slow

LOCKED = 26.0 if WHOLE else 7.0
BROKEN = 10.0 if WHOLE else 4.0
WELL_AGAIN = 5.0
HEADER = 100


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 20 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("Only root may mount a small file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def told_soon(watch: Watch) -> None:
    assert {*watch.statuses} <= {200, 201, 503}, "nobody is left without a word"
    assert watch.longest_try <= SAYS_NO
    assert watch.longest_ready <= IS_READY
    assert watch.well_again <= WELL_AGAIN
    assert watch.growth < GROWTH
    assert watch.threads_most <= THREADS


@pytest.mark.parametrize("kind", ["IMMEDIATE", "EXCLUSIVE"])
async def test_a_lock_that_is_held_from_outside(sqlite_file: Path, told: Told, kind: str) -> None:
    with served(f"sqlite:///{sqlite_file}") as one:
        async with watching(one) as watch:
            with contextlib.closing(sqlite3.connect(sqlite_file, isolation_level=None, timeout=30)) as other:
                other.execute(f"BEGIN {kind}")
                await asyncio.sleep(LOCKED)
                other.execute("ROLLBACK")
            watch.mended()
            await asyncio.sleep(1)
        told(f"SQLite locked for {LOCKED:.0f} s, {kind}", watch)
        await nothing_is_missing(watch)
        told_soon(watch)
        assert watch.statuses[503]
        assert one.ended(ENDS)


async def test_a_full_disk(small_disk: Path, sqlite_file: Path, told: Told) -> None:
    """Something else fills it, and goes away again."""
    shutil.move(sqlite_file, small_disk / sqlite_file.name)
    with served(f"sqlite:///{small_disk / sqlite_file.name}") as one:
        async with watching(one) as watch:
            filler = small_disk / "filler"
            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as much:
                while True:
                    much.write(b"x" * 4096)
            await asyncio.sleep(BROKEN)
            filler.unlink()
            watch.mended()
            await asyncio.sleep(1)
        told("a full disk of 20 MB", watch)
        await nothing_is_missing(watch)
        told_soon(watch)
        assert watch.statuses[503]
        assert watch.ready[503]
        assert one.ended(ENDS)


async def test_files_that_may_not_grow(sqlite_file: Path, told: Told) -> None:
    """`ulimit -f`, taken back before the end."""
    with served(f"sqlite:///{sqlite_file}") as one:
        async with watching(one) as watch:
            _limit(one.family(), "--fsize=4096:")
            await asyncio.sleep(BROKEN)
            _limit(one.family(), "--fsize=unlimited:")
            watch.mended()
            await asyncio.sleep(1)
        told("no file may grow (ulimit -f)", watch)
        await nothing_is_missing(watch)
        told_soon(watch)
        assert watch.statuses[503]
        assert one.ended(ENDS)


def _limit(processes: list[int], limit: str) -> None:
    for pid in processes:
        subprocess.run(["prlimit", f"--pid={pid}", limit], check=True)


async def test_a_damaged_file(sqlite_file: Path, told: Told) -> None:
    """Its header is overwritten and put back, as by somebody who took the wrong file."""
    with served(f"sqlite:///{sqlite_file}") as one:
        async with watching(one) as watch:
            with sqlite_file.open("r+b", buffering=0) as content:
                good = content.read(HEADER)
                content.seek(0)
                content.write(b"\xff" * HEADER)
                await asyncio.sleep(BROKEN)
                content.seek(0)
                content.write(good)
            watch.mended()
            await asyncio.sleep(1)
        told("a damaged file, put right", watch)
        await nothing_is_missing(watch)
        told_soon(watch)
        assert one.ended(ENDS)


async def test_a_file_that_stays_damaged_holds_up_no_end(sqlite_file: Path) -> None:
    with served(f"sqlite:///{sqlite_file}") as one:
        with sqlite_file.open("r+b") as content:
            content.write(b"\xff" * 16_384)
        for log in sqlite_file.parent.glob("survey.db-*"):
            log.unlink()
        await asyncio.sleep(1)
        assert one.threads() <= THREADS
        assert one.ended(ENDS)
