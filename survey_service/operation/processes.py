"""Several processes that do the same work and end together, however their parent ends."""

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from survey_service.core import logs

log = logs.get(__name__)
Work = Callable[[], None]
ENDING = (signal.SIGTERM, signal.SIGINT)

CAME_UP_SECONDS = 5.0
"""A process that ends sooner than this would end again: it is not started again."""
LAST_SECONDS = 30.0
"""How long a process may take to end after it was told to."""


class Family:
    """A parent that keeps `size` children at `work`.

    A pipe ties them together: the parent holds its only writing end, which the system closes at whatever end the
    parent comes to, and every child waits for that at the reading end.
    """

    def __init__(self, size: int, work: Work) -> None:
        self.size = size
        self.work = work
        self.stopping = False
        self.born: dict[int, float] = {}
        self.reading, self.writing = os.pipe()

    def run(self) -> int:
        """Returns when all children have ended: 0 after SIGTERM or SIGINT, 1 if one could not be kept up.

        Call it from the main thread of a process that has started no other thread or event loop.
        """
        former = {number: signal.signal(number, self._stop) for number in ENDING}
        try:
            for _ in range(self.size):
                self._start()
            failed = False
            while self.born:
                failed = self._wait_for_one() or failed
            return int(failed)
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
            os.close(self.writing)
            os.close(self.reading)

    def _start(self) -> None:
        """One more child, unless we are stopping: a signal meets each child either unborn or known."""
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            child = os.fork() if not self.stopping else None
            if child == 0:
                self._live()
            if child:
                self.born[child] = time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def _live(self) -> None:
        """A child's whole life; it never returns into the parent's code."""
        code = 1
        try:
            os.close(self.writing)
            for number in ENDING:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
            threading.Thread(target=_end_with_parent, args=(self.reading,), daemon=True).start()
            self.work()
            code = 0
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
        except BaseException as error:
            log.error("process_failed", exc_info=error)
        finally:
            os._exit(code)

    def _wait_for_one(self) -> bool:
        """Waits until a child ends; starts it again unless we are stopping. True if it could not be kept up."""
        child, status = os.wait()
        lived = time.monotonic() - self.born.pop(child, 0.0)
        if self.stopping:
            return False
        log.error("process_ended", process=child, code=os.waitstatus_to_exitcode(status), seconds=round(lived, 1))
        if lived < CAME_UP_SECONDS:
            self._stop()
            return True
        self._start()
        return False

    def _stop(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        self.stopping = True
        for child in self.born:
            os.kill(child, signal.SIGTERM)


def _end_with_parent(reading: int) -> None:
    """Waits for the parent's end, then ends this process: gracefully, and by force if that takes too long."""
    os.read(reading, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_SECONDS)
    os._exit(1)
