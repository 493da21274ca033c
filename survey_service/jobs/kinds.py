"""What a kind of job is, and who hears of an event. Each room lists its own in its `jobs.py`, as `JOBS` and `EVENTS`;
`survey_service.joined` brings them together, and the worker does them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings
from survey_service.jobs.plans import RETRIES
from survey_service.jobs.schemas import EventRow, Failure, JobRow

T = TypeVar("T")


class Server(Protocol):
    """What a job hands something to, outside of the house."""

    @staticmethod
    def is_set_up(settings: Settings) -> bool:
        """Whether the settings say where it is. Until then whatever goes through it waits."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a worker has for its jobs: the settings, the signing keys, and servers that it keeps open."""

    settings: Settings
    keys: Keyring
    servers: tuple[object, ...] = ()

    def server(self, kind: type[T]) -> T:
        """The server of this class. LookupError if the worker has none."""
        for one in self.servers:
            if isinstance(one, kind):
                return one
        raise LookupError(f"the worker has no {kind.__name__}")


class Failed(NamedTuple):
    """How a try failed: in words, what follows, and whether it was a fault of ours, which is no word for staff."""

    words: str
    follows: Failure
    is_fault: bool


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job: its name in the table, and how it is done.

    `run` does one job; it is done again under the same key after a crash, so that it must be idempotent. It raises
    TransportError, or what else went wrong, and is tried again after the pauses in `retries`. `batch` does many at
    once at their first try; if it raises, each of them is run by itself. `failed` notes a failure where staff see it,
    in the transaction that notes it on the job. What is sent `through` a server has a loop of its own, and waits,
    untried, until that server is set up and where sending is paused. `at_once` is how many are done before other kinds
    have their turn.
    """

    name: str
    run: Callable[[JobRow, Tools], Awaitable[None]]
    retries: Sequence[timedelta] = RETRIES
    batch: Callable[[Sequence[JobRow], datetime], Awaitable[None]] | None = None
    failed: Callable[[JobRow, Failed], Awaitable[None]] | None = None
    through: type[Server] | None = None
    at_once: int = 50


EventHandler = Callable[[Sequence[EventRow]], Awaitable[None]]
"""What events of one kind set in motion, in the transaction that marks them as handled. Its name is kept in jobs."""

EventHandlers = Mapping[str, Sequence[EventHandler]]
"""Event kind → its handlers, in order."""


def merged(parts: Sequence[EventHandlers]) -> EventHandlers:
    """The handlers of all rooms, in the order of the rooms. ValueError for two of one name, which jobs could not tell
    apart."""
    kinds = dict.fromkeys(kind for part in parts for kind in part)
    handlers = {kind: tuple(one for part in parts for one in part.get(kind, ())) for kind in kinds}
    names = [one.__name__ for one in dict.fromkeys(one for some in handlers.values() for one in some)]
    if len(names) != len(set(names)):
        raise ValueError(f"two handlers of events have one name: {', '.join(sorted(names))}")
    return handlers


def by_name(kinds: Sequence[JobKind]) -> Mapping[str, JobKind]:
    """The kinds by their names. ValueError for two of one name."""
    found = {kind.name: kind for kind in kinds}
    if len(found) != len(kinds):
        raise ValueError(f"two kinds of jobs have one name: {', '.join(sorted(kind.name for kind in kinds))}")
    return found
