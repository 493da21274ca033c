"""The code of a place opens what was chosen for the place, else for what it belongs to."""

from uuid import UUID

import pytest

from survey_service.core import clock
from survey_service.core.errors import Invalid, NotFound
from survey_service.core.ids import new_id
from survey_service.forms import posters
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from tests.invitations import product


async def test_a_poster_opens_the_nearest_choice(workspace: UUID) -> None:
    await product.publish(workspace, "contact")
    region = await places.create_place(workspace, NewPlace("Addis Ababa", "region"), clock.now())
    store = await places.create_place(workspace, NewPlace("Piassa", "store", parent=region.id), clock.now())

    async def opened() -> str | None:
        published = await posters.form_of(store)
        return published.slug if published else None

    assert await opened() == "visit"
    assert await posters.chosen(store) is None
    await posters.choose(workspace, region.id, "contact", clock.now())
    choice = await posters.chosen(store)
    assert choice
    assert (choice.place, choice.form.slug) == (region.id, "contact")
    assert await opened() == "contact"
    await posters.choose(workspace, store.id, "visit", clock.now())
    assert await opened() == "visit"
    await posters.choose(workspace, store.id, "contact", clock.now())
    await posters.choose(workspace, region.id, "visit", clock.now())
    assert await opened() == "contact"
    await posters.choose(workspace, store.id, "", clock.now())
    assert await opened() == "visit"
    with pytest.raises(Invalid):
        await posters.choose(workspace, store.id, "nowhere", clock.now())
    with pytest.raises(NotFound):
        await posters.choose(new_id(), store.id, "visit", clock.now())
