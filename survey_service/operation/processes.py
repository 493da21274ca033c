"""Several processes that do the same work and end together, however their parent ends; and one kept up beside them."""

import contextlib
import gc
import os
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from survey_service.core import logs
from survey_service.core.worker_note import WorkerNote

log = logs.get(__name__)
Work = Callable[[], None]
ENDING = (signal.SIGTERM, signal.SIGINT)

CAME_UP_SECONDS = 5.0
"""A process that ends sooner than this would end again: it is not started again, unless others like it have worked."""
END_WITHIN_SECONDS = 30
"""How long a process may take to end after it was told to."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds before a companion that ended begins again; doubled each time that it ends before it has worked for the
longest of them."""
SOONEST, LATEST = 0.5, 5.0
"""Seconds before a process begins that could not be begun, or that took the place of another and ended at once; doubled
each time."""
COMPANION_NICENESS = 5
"""Whoever waits for an answer comes first."""


@dataclass
class Companion:
    """What is kept up beside the others, however often it ends, and at a lower priority."""

    work: Work
    seen: WorkerNote
    process: int = 0
    falls: int = 0
    """How often in a row it ended soon."""

    def pause(self) -> float:
        """Seconds before it begins."""
        return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self.falls - 1))) if self.falls else 0.0

    def live(self) -> None:
        """Its work, in the process that was forked for it. Ctrl-C is for those who tell it to end: it leaves their
        group, and not their session, in which the lower priority counts."""
        os.setpgid(0, 0)
        os.nice(COMPANION_NICENESS)
        threading.Event().wait(self.pause())  # see `_end_with_parent`
        self.seen.came()
        self.work()

    def ended(self, code: int, seconds: float) -> None:
        """Says so, and lets the next one begin later if this one came to nothing."""
        self.seen.went()
        self.falls = 1 if seconds > LONGEST_PAUSE else min(self.falls + 1, 10)
        pause = round(self.pause(), 1)
        log.error("worker_ended", process=self.process, code=code, seconds=round(seconds, 1), again_in=pause)


class Family:
    """A parent that keeps `size` children at `work`, and a companion if there is one.

    A pipe ties them together: the parent holds its only writing end, which the system closes at whatever end the
    parent comes to, and every child waits for that at the reading end. `at_end` is done by the parent when the end
    begins.
    """

    def __init__(
        self, size: int, work: Work, companion: Companion | None = None, at_end: Callable[[], None] = lambda: None
    ) -> None:
        self.size = size
        self.at_end = at_end
        self.work = work
        self.companion = companion
        self.stopping = False
        self.came_up = False
        self.again_in = SOONEST
        self.born: dict[int, float] = {}
        self.over: deque[tuple[int, int, float]] = deque()
        self.reading, self.writing = os.pipe()

    def run(self) -> int:
        """Returns when all children have ended: 0 after SIGTERM or SIGINT, 1 if one could not be kept up.

        Call it from the main thread of a process that has started no other thread or event loop.
        """
        handlers = {signal.SIGTERM: self._stop, signal.SIGINT: self._stop, signal.SIGALRM: self._kill}
        former = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            for _ in range(self.size):
                self._start(self.work)
            self._start_companion()
            failed = False
            while self.born or self.over:
                failed = self._wait_for_one() or failed
            return int(failed)
        finally:
            signal.alarm(0)
            for number, handler in former.items():
                signal.signal(number, handler)
            os.close(self.writing)
            os.close(self.reading)

    def _start(self, work: Work) -> int:
        """One more child as soon as there is room for it, or 0 when we are stopping. The others work meanwhile."""
        while not self.stopping:
            try:
                return self._forked(work)
            except OSError as error:
                log.error("process_not_started", reason=error.strerror, again_in=self.again_in)
                self._rest()
        return 0

    def _forked(self, work: Work) -> int:
        """A signal meets each child either unborn or known."""
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            child = os.fork() if not self.stopping else None
            if child == 0:
                self._live(work)
            if child:
                self.born[child] = time.monotonic()
            return child or 0
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def _rest(self) -> None:
        """Waits until it is tried again, or until we are stopping."""
        until = time.monotonic() + self.again_in
        while not self.stopping and time.monotonic() < until:
            self._gather()
            threading.Event().wait(0.1)  # see `_end_with_parent`
        self.again_in = min(LATEST, self.again_in * 2)

    def _gather(self) -> None:
        """Notes who has ended meanwhile: until then the system keeps their numbers, which may be what is short."""
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self.over.append(self._lived(*ended))

    def _lived(self, child: int, status: int) -> tuple[int, int, float]:
        return child, status, time.monotonic() - self.born.pop(child, 0.0)

    def _start_companion(self) -> None:
        if self.companion:
            self.companion.process = self._start(self.companion.live)

    def _live(self, work: Work) -> None:
        """A child's whole life; it never returns into the parent's code."""
        code = 1
        try:
            os.close(self.writing)
            for number in (*ENDING, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
            threading.Thread(target=_end_with_parent, args=(self.reading,), daemon=True).start()
            work()
            code = 0
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
        except BaseException as error:
            log.error("process_failed", exc_info=error)
        finally:
            os._exit(code)

    def _wait_for_one(self) -> bool:
        """Waits until a child ends; starts it again unless we are stopping. True if it could not be kept up."""
        child, status, lived = self.over.popleft() if self.over else self._lived(*os.wait())
        if self.stopping:
            return False
        code = os.waitstatus_to_exitcode(status)
        if self.companion and child == self.companion.process:
            self.companion.ended(code, lived - self.companion.pause())
            self._start_companion()
            return False
        log.error("process_ended", process=child, code=code, seconds=round(lived, 1))
        if lived >= CAME_UP_SECONDS:
            self.came_up, self.again_in = True, SOONEST
        elif self.came_up:
            self._rest()
        else:
            self._stop()
            return True
        self._start(self.work)
        return False

    def _stop(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        if not self.stopping:
            signal.alarm(END_WITHIN_SECONDS)
            self.at_end()
        self.stopping = True
        self._tell_all(signal.SIGTERM)

    def _kill(self, number: int, frame: FrameType | None) -> None:
        """Whoever has not ended by now is ended."""
        self._tell_all(signal.SIGKILL)

    def _tell_all(self, number: signal.Signals) -> None:
        for child in self.born:
            with contextlib.suppress(ProcessLookupError):  # it has ended, and the wait for it tells so in a moment
                os.kill(child, number)


class Keeper:
    """A small process between one that serves and its companion: it does nothing else, so that it can always fork.

    Make it before this process has threads or an event loop. The companion begins when `begin` is called, and ends
    with this process, however that ends.
    """

    def __init__(self, work: Work, seen: WorkerNote, leave: socket.socket) -> None:
        self.seen = seen
        self.born, self.begun = os.pipe(), os.pipe()
        gc.freeze()  # pages that the collector does not write to stay shared
        self.process = os.fork()
        if self.process == 0:
            leave.close()  # or the port would stay taken for as long as they live
            self._live(work)
        gc.unfreeze()
        os.close(self.born[0])
        os.close(self.begun[0])

    def _live(self, work: Work) -> None:
        """The keeper's whole life. Its family hears of the end of the process that serves as any other child does."""
        code = 1
        try:
            os.close(self.born[1])
            os.close(self.begun[1])
            os.setpgid(0, 0)
            threading.Thread(target=_end_with_parent, args=(self.born[0],), daemon=True).start()
            code = Family(0, work, Companion(lambda: self._when_begun(work), self.seen)).run()
        finally:
            os._exit(code)

    def _when_begun(self, work: Work) -> None:
        """The other end of the pipe is closed, once and for all that come later, when the time has come."""
        os.read(self.begun[0], 1)
        work()

    def begin(self) -> None:
        """Lets the companion work."""
        os.close(self.begun[1])

    def tell_to_end(self) -> None:
        """Lets the companion end what it has begun, and waits for nothing."""
        os.kill(self.process, signal.SIGTERM)

    def end(self) -> None:
        """Returns when it has ended: within END_WITHIN_SECONDS of when it was told first."""
        self.tell_to_end()
        os.waitpid(self.process, 0)


def _end_with_parent(reading: int) -> None:
    """Waits for the parent's end, then ends this process: gracefully, and by force if that takes too long.

    It waits on an event, since `time.sleep` fails at once where tests set the clock of a process: libfaketime, told to
    leave the monotonic clock alone, makes `clock_nanosleep` refuse every time.
    """
    os.read(reading, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(END_WITHIN_SECONDS)
    os._exit(1)
