"""How much of a process its clients may hold, and who gives way when it is full.

Nobody who sends a whole request and reads the answer meets a bound. A connection is in one of few lists while it keeps
the service waiting; each list has one length of time, so that the first in it is the next that is over. One look at the
heads of the lists, ten times a second, stands for a timer on each connection.
"""

import asyncio
import contextlib
import fcntl
import resource
import sys
import termios
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

FILES_WANTED = 65_536
FILES_KEPT_BACK = 256
"""Open files that are not for connections: the database's, those of exports, the listening socket."""
MOST_CONNECTIONS = 10_000


@dataclass(frozen=True)
class Bounds:
    """Times in seconds, sizes in bytes, `pace` in bytes a second over the time of a body or an answer."""

    connections: int
    head_bytes: int = 64 * 1024
    headers: int = 100
    target_bytes: int = 16 * 1024
    pipelined: int = 16
    beyond: int = 64
    held_bytes: int = 16 * 1024 * 1024
    behind_bytes: int = 1024 * 1024
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    idle_seconds: float = 15.0
    answer_seconds: float = 60.0
    parting_seconds: float = 2.0
    parting_bytes: int = 4 * 1024 * 1024
    draining_seconds: float = 1.5
    last_answer_seconds: float = 5.0
    pace: int = 4 * 1024


def bounds_of_machine() -> Bounds:
    """The bounds of this process, which takes as many open files as the system lets it have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return Bounds(MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else connections_of(soft))


def connections_of(files: int) -> int:
    """How many connections there is room for where so many files may be open."""
    return min(MOST_CONNECTIONS, max(files // 2, files - FILES_KEPT_BACK))


def not_taken(transport: asyncio.Transport) -> int:
    """Bytes that the client has not taken yet: those that wait here, and those that the system keeps for it."""
    waiting = transport.get_write_buffer_size()
    with contextlib.suppress(OSError, AttributeError, ValueError):
        queued = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
        return waiting + int.from_bytes(queued, sys.byteorder)
    return waiting


class OfHalfARequest:
    """The transport as the last answer sees it while half a request may be on its way: to close is to `part`, after the
    last byte of the answer."""

    def __init__(self, transport: asyncio.Transport, part: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = part


class Connection(Protocol):
    """A connection as its lists know it."""

    waits: "Waits | None"
    since: float
    held: int
    behind: int

    def overdue(self) -> None:
        """Its time in the list is over."""

    def give_way(self) -> None:
        """Others need its place, or the room of what it has sent."""


class Waits:
    """Connections that keep the service waiting in one way, the one that began first in front."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.members: dict[Connection, None] = {}

    def first(self, but: Connection) -> Connection | None:
        """The one that waits longest; never `but`."""
        return next((each for each in self.members if each is not but), None)


class Connections(Collector):
    """The connections of one process, in their lists, with the sum of what they hold."""

    def __init__(self, bounds: Bounds, now: Callable[[], float] = time.monotonic) -> None:
        self.bounds = bounds
        self.now = now
        self.heads = Waits(bounds.head_seconds)
        self.bodies = Waits(bounds.body_seconds)
        self.idle = Waits(bounds.idle_seconds)
        self.answers = Waits(bounds.answer_seconds)
        self.parting = Waits(bounds.parting_seconds)
        self.beyond = Waits(bounds.parting_seconds)
        self.open = 0
        self.held = 0
        self.behind = 0
        self.draining = False
        self.ended: Counter[str] = Counter()

    def enter(self, waits: Waits, connection: Connection) -> None:
        """Puts it at the end of this list, and takes it out of any other."""
        if connection.waits is not None:
            connection.waits.members.pop(connection, None)
        connection.waits, connection.since = waits, self.now()
        waits.members[connection] = None

    def leave(self, connection: Connection) -> None:
        """It keeps nobody waiting any more."""
        if connection.waits is not None:
            connection.waits.members.pop(connection, None)
            connection.waits = None

    def sweep(self) -> None:
        """Ends what is over."""
        now = self.now()
        for waits in (self.heads, self.bodies, self.idle, self.answers, self.parting, self.beyond):
            for connection in list(_over(waits, now)):
                connection.overdue()

    def has_place_for(self, newest: Connection) -> bool:
        """Whether one more can stay; who would have been ended next is ended now for it."""
        if self.open - len(self.beyond.members) <= self.bounds.connections:
            return True
        oldest = self._next_to_end(newest, (self.heads, self.bodies, self.idle, self.parting, self.answers))
        if oldest is not None:
            oldest.give_way()
        return oldest is not None

    def may_ask(self, connection: Connection) -> bool:
        """Whether one for which there is no place may say what it wants before it is told so. Those are few, have
        little time, and take the place of nobody; what is beyond them is told at once."""
        if self.draining or len(self.beyond.members) >= self.bounds.beyond:
            return False
        self.enter(self.beyond, connection)
        return True

    def take(self, connection: Connection, size: int) -> bool:
        """Whether so many bytes more of a body can be held; half-sent bodies give way to others."""
        connection.held += size
        self.held += size
        while self.held > self.bounds.held_bytes:
            slowest = self._next_to_end(connection, (self.bodies,))
            if slowest is None:
                return False
            slowest.give_way()
        return True

    def put_behind(self, connection: Connection, size: int) -> bool:
        """Whether so many bytes more can be kept of a body that comes while another request is answered: few, because
        the answer may take for ever."""
        if self.behind + size > self.bounds.behind_bytes:
            return False
        connection.behind += size
        self.behind += size
        return True

    def put_first(self, connection: Connection, size: int) -> None:
        """So many of the bytes behind belong to what is answered now."""
        connection.behind -= size
        self.behind -= size
        connection.held += size
        self.held += size

    def keep_behind(self, connection: Connection, size: int) -> None:
        """No more than so many bytes are kept behind what is answered."""
        self.behind -= connection.behind - size
        connection.behind = size

    def release(self, connection: Connection, behind: int = 0) -> None:
        """Nothing of it is held any more, and no more than so many bytes `behind`."""
        self.held -= connection.held
        connection.held = 0
        self.keep_behind(connection, behind)

    def begin_to_drain(self) -> None:
        """Every answer is the last of its connection from now on. Half a request has little time left, an answer that
        nobody reads not much more."""
        self.draining = True
        self.answers.seconds = min(self.answers.seconds, self.bounds.last_answer_seconds)
        for waits in (self.heads, self.bodies):
            waits.seconds = min(waits.seconds, self.bounds.draining_seconds)
        for waits in (self.heads, self.bodies, self.answers):
            for connection in waits.members:
                connection.since = self.now()
        for waits in (self.parting, self.beyond):
            waits.seconds = min(waits.seconds, self.bounds.draining_seconds / 3)

    def collect(self) -> Iterator[Metric]:
        """The families `survey_connections`, `survey_body_bytes` and `survey_connections_ended`."""
        yield GaugeMetricFamily("survey_connections", "Open connections.", value=self.open)
        yield GaugeMetricFamily(
            "survey_body_bytes", "Bytes of request bodies that are held.", value=self.held + self.behind
        )
        ended = CounterMetricFamily(
            "survey_connections_ended", "Connections that were ended by a bound.", labels=["reason"]
        )
        for reason, count in sorted(self.ended.items()):
            ended.add_metric([reason], count)
        yield ended

    def _next_to_end(self, but: Connection, lists: tuple[Waits, ...]) -> Connection | None:
        firsts = [(first.since + waits.seconds, first) for waits in lists if (first := waits.first(but)) is not None]
        return min(firsts, key=lambda each: each[0])[1] if firsts else None


def _over(waits: Waits, now: float) -> Iterator[Connection]:
    for connection in waits.members:
        if connection.since + waits.seconds > now:
            return
        yield connection
