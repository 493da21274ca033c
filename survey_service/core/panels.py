"""What a room adds to a page of another room below it; the application joins them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from survey_service.core.rail import Rail
from survey_service.core.settings import Settings


class Panel(NamedTuple):
    """`read` gives what `template` shows of a subject, or None where there is nothing to show."""

    read: Callable[[Any, UUID], Awaitable[Mapping[str, Any] | None]]
    template: str


class OfRooms(NamedTuple):
    """What rooms add to what others do: panels by page, the rail, and kinds of jobs that are sent, each with what says
    whether its server is set up."""

    panels: Mapping[str, Sequence[Panel]]
    rail: Rail
    sent: Mapping[str, Callable[[Settings], bool]]


async def shown(panels: Sequence[Panel], caller: Any, subject: UUID) -> list[tuple[str, Mapping[str, Any]]]:
    """(template, what it shows) of each panel that has something to show `caller` about `subject`."""
    found = [(panel.template, await panel.read(caller, subject)) for panel in panels]
    return [(template, content) for template, content in found if content is not None]
