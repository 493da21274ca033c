"""Processes of the product that begin where one has already loaded it: to load it takes longer than most commands do.

Each is forked from a process that did nothing but load the product, has the environment that it is given and no other,
and ends as an interpreter ends. What has to be seen from the very start is started as `command` says in `product`.
"""

import contextlib
import functools
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
PROGRAM = "from tests.operation import forking; forking.forked(); from survey_service.cli import main; main()"
AT_START = ("LD_", "LC_", "LANG", "PYTHON", "MALLOC_", "GLIBC_", "OPENSSL_")
"""What only a process that begins anew takes to heart."""


class Forked:
    """A process, as `subprocess.Popen` shows one."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], out: int, error: int) -> None:
        self.told, theirs = socket.socketpair()
        told = json.dumps(
            {"arguments": [*arguments], "environment": {**environment}, "folder": str(Path.cwd())}
        ).encode()
        with theirs:
            _living().ask(told, [out, error, theirs.fileno()])
        self.pid = int.from_bytes(self._heard(None), "big")
        self.returncode: int | None = None
        self.stdout: IO[str] | None = None

    def _heard(self, seconds: float | None) -> bytes:
        """Four bytes of what is told of it; none when it is not told in time."""
        self.told.settimeout(seconds)
        try:
            heard = self.told.recv(4, socket.MSG_WAITALL)
        except (BlockingIOError, TimeoutError):
            return b""
        if not heard:
            raise AssertionError("whoever forks has ended")
        return heard

    def poll(self) -> int | None:
        """The exit code once it has ended, negative for a signal."""
        if self.returncode is None and (heard := self._heard(0.0)):
            self._ended(heard)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            heard = self._heard(timeout)
            if not heard:
                raise subprocess.TimeoutExpired("survey-service", timeout or 0.0)
            self._ended(heard)
        assert self.returncode is not None
        return self.returncode

    def _ended(self, heard: bytes) -> None:
        self.returncode = int.from_bytes(heard, "big", signed=True)
        self.told.close()

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(AssertionError):  # nobody tells of its end, so nobody has seen it
            if self.poll() is not None:
                return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def may_be_forked(environment: Mapping[str, str]) -> bool:
    """Whether a process that has loaded the product already can have these variables."""
    return _taken_at_start(environment) == _taken_at_start(_living().environment)


def _taken_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(AT_START)}


class _Loader:
    """The way to the process that has loaded the product; that one ends with this."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.way, theirs = socket.socketpair()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SURVEY_")}
        self.environment = {**inherited, "PYTHONPATH": str(ROOT)}
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM], stdin=theirs, cwd=ROOT, env=self.environment
            )

    def ask(self, told: bytes, files: Sequence[int]) -> None:
        with self.turn:
            socket.send_fds(self.way, [len(told).to_bytes(4, "big")], files)
            self.way.sendall(told)


@functools.cache
def _loader(_died: int) -> _Loader:
    return _Loader()


def _living() -> _Loader:
    """The one that lives: another one in the place of each that has ended."""
    died = 0
    while _loader(died).process.poll() is not None:
        died += 1
    return _loader(died)


def forked() -> None:
    """In the process that loads the product: waits for what is asked, and returns in each that is forked for it."""
    for name in ("survey_service.app", "survey_service.cli"):
        importlib.import_module(name)
    assert len([*Path("/proc/self/task").iterdir()]) == 1, "a thread is not forked"
    gc.freeze()
    way = socket.socket(fileno=0)
    living: dict[int, tuple[int, int]] = {}
    while True:
        ready, _, _ = select.select([way, *living], [], [])
        for ended in [each for each in ready if each is not way]:
            child, telling = living.pop(ended)
            os.close(ended)
            _tell(telling, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            os.close(telling)
        if way in ready:
            size, files, _, _ = socket.recv_fds(way, 4, 3)
            if not size:
                for each in living:
                    signal.pidfd_send_signal(each, signal.SIGKILL)
                os._exit(0)
            asked = json.loads(way.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL))
            child = os.fork()
            if not child:
                way.detach()
                _become(asked["arguments"], asked["environment"], asked["folder"], *files[:2])
                return
            for each in files[:2]:
                os.close(each)
            _tell(files[2], child)
            living[os.pidfd_open(child)] = child, files[2]


def _tell(whom: int, number: int) -> None:
    with contextlib.suppress(OSError):  # whoever asked is gone
        os.write(whom, number.to_bytes(4, "big", signed=True))


def _become(arguments: list[str], environment: dict[str, str], folder: str, out: int, error: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((nothing, out, error)):
        os.dup2(file, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 65_536 else 65_536)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    random.seed()
    os.chdir(folder)
    sys.argv[1:] = arguments
