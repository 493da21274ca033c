"""What the worker must know of a transport. What is handed over, and how, is between a transport and the jobs that ask
for it by its class."""

from typing import Protocol

from survey_service.core.settings import Settings
from survey_service.jobs.kinds import Server


class Transport(Server, Protocol):
    """One way out of the house, a file each. What cannot be handed over raises `core.errors.TransportError`, which says
    in words why, and whether trying again is of use.

    A kind of job that goes `through` it waits until it says that it is set up. It is made once for each worker, before
    anything is sent, and must open nothing by then.
    """

    def __init__(self, settings: Settings) -> None: ...

    async def close(self) -> None:
        """Ends what it keeps open. It may be used again afterwards."""
