"""What the requests of one application share: the settings, the signing keys, and parts that rooms bring along.

A part is kept under its class and asked for by it, so that both sides have its type and this module knows no room.
"""

import asyncio
from typing import Any, TypeVar

from litestar.datastructures import State

from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings

T = TypeVar("T")
NAME = "shared"


class AppState:
    """`keys` is empty until the database is open; `stopping` is set when the service begins to end."""

    def __init__(self, settings: Settings, *parts: object) -> None:
        self.settings = settings
        self.keys = Keyring()
        self.stopping = asyncio.Event()
        self._parts: dict[type[Any], object] = {}
        for part in parts:
            self.put(part)

    def put(self, part: object) -> None:
        """Keeps a part, in the place of one of the same class."""
        self._parts[type(part)] = part

    def part(self, kind: type[T]) -> T:
        """The part of this class. LookupError if nobody brought one."""
        found = self._parts.get(kind)
        if not isinstance(found, kind):
            raise LookupError(f"the application has no {kind.__name__}")
        return found

    def part_or_none(self, kind: type[T]) -> T | None:
        """The part of this class, if somebody brought one."""
        found = self._parts.get(kind)
        return found if isinstance(found, kind) else None


def kept(state: AppState) -> State:
    """As the framework keeps it."""
    return State({NAME: state})


def state_in(state: State) -> AppState:
    """What `kept` put there."""
    found: AppState = state[NAME]
    return found
