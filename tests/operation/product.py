"""The product in processes of its own, as an operator starts it."""

import contextlib
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO
from uuid import uuid4

import httpx

from tests.conftest import SECRET
from tests.factories import VISIT
from tests.operation.forking import Forked, may_be_forked

API_KEY = "an-api-key-of-the-tests-that-is-long-enough"
STAFF = {"Authorization": f"Bearer {API_KEY}"}
"""The header of a program that may do everything."""
PROGRAM = "from survey_service.cli import main; main()"
Process = Forked | subprocess.Popen[bytes] | subprocess.Popen[str]
ROOT = Path(__file__).parents[2]


def environment(database_url: str, **more: str) -> dict[str, str]:
    """The variables of a process: this database, a key, and no other settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
    ours = {"SURVEY_DATABASE_URL": database_url, "SURVEY_SECRET_KEY": SECRET, "SURVEY_API_KEY": API_KEY}
    return {**inherited, "PYTHONPATH": str(ROOT), **ours, **more}


def command(*arguments: str) -> list[str]:
    """What starts `survey-service` with these arguments."""
    return [sys.executable, "-c", PROGRAM, *arguments]


def finished(database_url: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command that has ended, with all that it started."""
    (out, printed), (error, complained) = os.pipe(), os.pipe()
    try:
        process = begun(database_url, *arguments, out=printed, error=complained, **more)
    finally:
        os.close(printed)
        os.close(complained)
    try:
        said = _read_to_end((out, error), 110)
        code = process.wait(10)
    finally:
        process.kill()
        process.wait()
    return subprocess.CompletedProcess(arguments, code, *said)


def _read_to_end(files: Sequence[int], seconds: float) -> list[str]:
    """What is written to them by whoever holds them, until nobody does."""
    until, said = time.monotonic() + seconds, dict.fromkeys(files, b"")
    open_ones = set(files)
    try:
        while open_ones:
            ready, _, _ = select.select(open_ones, [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise subprocess.TimeoutExpired("survey-service", seconds, *said.values())
            for file in ready:
                read = os.read(file, 65_536)
                said[file] += read
                open_ones -= {file} if not read else set()
    finally:
        for file in files:
            os.close(file)
    return [each.decode() for each in said.values()]


def begun(database_url: str, *arguments: str, out: int, error: int, **more: str) -> Process:
    """A command that has just begun."""
    around = environment(database_url, **more)
    if may_be_forked(around):
        return Forked(arguments, around, out, error)
    return subprocess.Popen(command(*arguments), env=around, stdout=out, stderr=error)


class Running:
    """A started `serve` or `run`: its address, what it has printed so far, and where it prints."""

    def __init__(self, process: Process, out: IO[str]) -> None:
        self.process = process
        self.out = out
        self.lines: list[str] = []
        for line in out:
            self.lines.append(line.rstrip())
            if found := re.match(r"Serving on (http://\S+)", line):
                self.address = found[1]
                break
        else:
            raise AssertionError(f"It ended with {process.wait()} and said {self.lines}")

    def ended(self, seconds: float = 10.0) -> int:
        """The exit code, once it has ended by itself."""
        return self.process.wait(seconds)


@contextlib.contextmanager
def running(database_url: str, *arguments: str, **more: str) -> Iterator[Running]:
    """A serving process on a free port; killed at the end if it still runs."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as out:
        try:
            process = begun(database_url, *arguments, "--port", "0", out=writing, error=2, **more)
        finally:
            os.close(writing)
        try:
            yield Running(process, out)
        finally:
            process.kill()
            process.wait()


def make_form(address: str) -> None:
    """The form `visit`, published, through the API."""
    with httpx.Client(base_url=address, headers=STAFF, timeout=30) as staff:
        made = staff.post("/api/v1/forms", json={"slug": "visit", "name": "Visit", "definition": VISIT})
        assert made.status_code == 201, made.text
        assert staff.post("/api/v1/forms/visit/publish").status_code == 200


def answer(address: str, score: int = 9) -> str:
    """The id of an acknowledged answer."""
    identity = str(uuid4())
    body = {"id": identity, "answers": {"recommend": score}}
    sent = httpx.post(f"{address}/api/v1/forms/visit/responses", json=body)
    assert sent.status_code == 201, sent.text
    return identity


def stored(address: str) -> set[str]:
    """The ids of the answers that can be read."""
    with httpx.Client(base_url=address, headers=STAFF) as staff:
        listed = staff.get("/api/v1/responses", params={"limit": 200})
        assert listed.status_code == 200, listed.text
        return {each["id"] for each in listed.json()["items"]}
