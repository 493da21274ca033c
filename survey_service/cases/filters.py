"""From what an address asks for to a filter of promises, the same on pages and in the API."""

from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from survey_service.cases.queries import PromiseFilter
from survey_service.core.errors import NotFound
from survey_service.places import queries as places
from survey_service.responses import filters as answers

WhichPromises = Annotated[
    str,
    QueryParameter(name="state", pattern="^(open|kept)?$", description="`open`: who waits. `kept`: what was done."),
]
"""The parameter `state`, whose name the framework keeps for itself."""


async def resolve(workspace: UUID, state: str, form: str, place: str) -> PromiseFilter:
    """What the parameters of an address ask for. Raises NotFound for a form or place that is not the workspace's."""
    head = await answers.form_of(workspace, form) if form else None
    found = await places.place_by_code(place) if place else None
    if place and (found is None or found.workspace != workspace):
        raise NotFound("There is no place with this code.")
    below = tuple(await places.subtree(workspace, found.id)) if found else None
    return PromiseFilter(workspace, "kept" if state == "kept" else "open", head.id if head else None, below)
