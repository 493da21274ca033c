"""The worker in a process of its own: by itself, or kept up beside those that serve.

So that whoever sends an answer does not wait while jobs are done: in one process both would take turns.
"""

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator

from survey_service.accounts import signing_service
from survey_service.app import opened
from survey_service.core import logs
from survey_service.core.settings import Settings
from survey_service.core.worker_note import WorkerNote
from survey_service.operation import serving
from survey_service.operation.processes import Companion, Family, Keeper
from survey_service.operation.serving import Announce, Told
from survey_service.worker import Worker

log = logs.get(__name__)

END_SECONDS = 8.0
"""How long what was begun may take after the signal to stop: a database or a server of mails may say nothing."""
CLOSE_SECONDS = 4.0
"""And how long it may take after that to leave the database."""


async def work(settings: Settings, announce: Announce = lambda: None) -> None:
    """Does what follows an answer until SIGTERM or SIGINT; what was begun is finished. `announce` is called when it
    begins. The database is as this release needs it: whoever starts this has seen to that."""
    with contextlib.ExitStack() as over:
        await _work(settings, announce, over)


async def _work(settings: Settings, announce: Announce, over: contextlib.ExitStack) -> None:
    async with opened(settings):
        worker = Worker(settings, await signing_service.signing_keys(settings))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, worker.stop)
        announce()
        running = asyncio.create_task(worker.run(), name="worker")
        stopping = asyncio.create_task(worker.ending.wait(), name="worker-stopping")
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if running.done() and (error := running.exception()):
            log.error("worker_failed", exc_info=error)
        over.enter_context(_ended_within(END_SECONDS + CLOSE_SECONDS, 0 if worker.ending.is_set() else 1))
        await asyncio.wait({running}, timeout=END_SECONDS)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@contextlib.contextmanager
def _ended_within(seconds: float, code: int) -> Iterator[None]:
    """Ends the process if it has not come so far by then: whoever waits for a SQLite file that somebody holds cannot be
    told to stop, and nothing is lost with him."""
    by_force = threading.Timer(seconds, os._exit, (code,))
    by_force.daemon = True
    by_force.start()
    try:
        yield
    finally:
        by_force.cancel()


def serve(settings: Settings, bound: socket.socket, announce: Announce) -> None:
    """One process that serves, with the worker beside it if the settings say so, until SIGTERM or SIGINT. The worker
    begins when requests are answered, and is told to end when this is: both end at once."""
    if not settings.worker:
        serving.serve(settings, bound, Told(announce))
        return
    worker = Keeper(lambda: asyncio.run(work(settings)), WorkerNote(), leave=bound)

    def begin() -> None:
        announce()
        worker.begin()

    try:
        serving.serve(settings, bound, Told(begin, worker.tell_to_end), worker.seen)
    finally:
        worker.end()


def serve_with_many(settings: Settings, bound: socket.socket, processes: int) -> int:
    """Several processes that serve, with one worker beside them if the settings say so; gives the exit code."""
    seen = WorkerNote() if settings.worker else None

    def work_beside() -> None:
        bound.close()
        asyncio.run(work(settings))

    companion = Companion(work_beside, seen) if seen else None
    family = Family(processes, lambda: serving.serve(settings, bound, worker=seen), companion, at_end=bound.close)
    return family.run()
