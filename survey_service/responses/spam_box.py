"""How much the spam box of a workspace holds at most: what takes suspects in asks it for room first."""

from uuid import UUID

import msgspec

from survey_service.core import clock
from survey_service.core.errors import TooMany
from survey_service.core.i18n.staff import gettext as _
from survey_service.responses import queries
from survey_service.responses.queries import SpamHeld

MOST = 10_000
"""Answers: more than anybody looks through."""
MOST_BYTES = 32 * 1024 * 1024
SECONDS = 10.0
"""So long what the box held is taken for what it holds, with what came in since."""
RETRY_SECONDS = 600


class BoxIsFull(TooMany):
    """A suspect is not taken, for as long as nobody makes room."""


class Held(msgspec.Struct):
    """What a box held when it was looked at, at `seconds` of the clock that only goes forward, and what came since."""

    seconds: float
    answers: int
    size: int


class SpamBox:
    """The boxes of the installation's workspaces, as this process knows them."""

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self.most, self.most_bytes = most, most_bytes
        self.known: dict[UUID, Held] = {}

    async def require_room(self, workspace: UUID, size: int) -> None:
        """Counts a suspect that came with so many bytes. Raises BoxIsFull where the box is full."""
        now = clock.monotonic()
        held = self.known.get(workspace)
        if held is None or now - held.seconds > SECONDS:
            found = await queries.spam_held(workspace)
            held = self.known[workspace] = Held(now, found.answers, found.size)
        if self._is_full(held):
            words = _("This looks like what machines send, and there is no room for more of it. Try again later.")
            raise BoxIsFull(words, retry_after=RETRY_SECONDS)
        held.answers, held.size = held.answers + 1, held.size + size

    async def is_full(self, workspace: UUID) -> bool:
        """Whether no suspect is taken in any more."""
        return self._is_full(await queries.spam_held(workspace))

    def _is_full(self, held: Held | SpamHeld) -> bool:
        return held.answers >= self.most or held.size >= self.most_bytes
