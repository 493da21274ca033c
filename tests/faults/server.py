"""The real server in a process of its own, with less than it needs, and what it takes meanwhile."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from tests.operation.product import Running, command, environment, make_form
from tests.processes import family_of, figure

KIB = 1024


@dataclass
class Served:
    """A serving process with the form `visit`."""

    running: Running

    @property
    def address(self) -> str:
        return self.running.address

    @property
    def pid(self) -> int:
        return self.running.process.pid

    def family(self) -> list[int]:
        """The process and all that it started."""
        return family_of(self.pid)

    def memory(self) -> int:
        """MB in main memory that no other process has, of all of them together."""
        return sum(figure(pid, "RssAnon") for pid in self.family()) // KIB

    def threads(self) -> int:
        """Of the serving process alone."""
        return figure(self.pid, "Threads")

    def ended(self, seconds: float) -> bool:
        """Whether it ends in order within so many seconds of SIGTERM."""
        self.running.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.running.process.wait(seconds) == 0
        return False


@contextlib.contextmanager
def served(database_url: str, *wrapped_in: str, **variables: str) -> Iterator[Served]:
    """A serving process, started by the program `wrapped_in` (`prlimit`, …); killed with its children at the end if
    it still runs."""
    variables = {"SURVEY_LOG_LEVEL": "error", **variables}
    process = subprocess.Popen(
        [*wrapped_in, *command("serve", "--port", "0")],
        env=environment(database_url, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    one = None
    try:
        one = Served(Running(process, process.stdout))
        make_form(one.address)
        yield one
    finally:
        for pid in reversed(one.family() if one else [process.pid]):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
