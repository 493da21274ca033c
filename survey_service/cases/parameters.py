"""From what an address asks for to a filter of promises, the same on pages and in the API."""

from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from survey_service.cases.queries import PromiseFilter
from survey_service.forms import queries as forms
from survey_service.responses.values import places_meant

WhichPromises = Annotated[
    str,
    QueryParameter(name="state", pattern="^(open|kept)?$", description="`open`: who waits. `kept`: what was done."),
]
"""The parameter `state`, whose name the framework keeps for itself."""


async def resolve(workspace: UUID, state: str, form: str, place: str) -> PromiseFilter:
    """What the parameters of an address ask for. Raises NotFound for a form or place that is not the workspace's."""
    published = await forms.published_by_slug(workspace, form) if form else None
    below = await places_meant(workspace, place) if place else None
    return PromiseFilter(workspace, "kept" if state == "kept" else "open", published.id if published else None, below)
