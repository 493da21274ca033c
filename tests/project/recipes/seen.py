"""What a copy of the product with all toys has: `tests/project/test_recipes.py` runs this there."""

import dataclasses

import httpx
import pytest
from survey_service.messaging.transports.toy import ToyBox  # type: ignore[import-not-found]
from survey_service.places.jobs import DONE  # type: ignore[import-not-found]

from survey_service import worker
from survey_service.core import clock, database, settings
from survey_service.core.i18n import starter_text
from survey_service.jobs import service as jobs
from tests import factories
from tests.answers import Sign, staff
from tests.conftest import KEYS

__all__ = ["staff"]


async def test_a_page(client: httpx.AsyncClient, staff: Sign) -> None:
    page = await (await staff("viewer")).get("/app/toys")
    assert page.status_code == 200
    assert "<h1" in page.text


def test_a_setting() -> None:
    assert dataclasses.asdict(settings.load({"SURVEY_TOYS": "true"}))["toys"] is True
    with pytest.raises(settings.SettingsError, match="SURVEY_TOYS"):
        settings.load({"SURVEY_TOYS": "perhaps"})


async def test_a_job(client: httpx.AsyncClient, settings: settings.Settings) -> None:
    home = await factories.workspace()
    await jobs.enqueue(home, "place.play", "toy", {}, clock.now())
    await worker.Worker(settings, KEYS).drain()
    assert DONE == ["toy"]


async def test_a_migration(client: httpx.AsyncClient) -> None:
    assert await database.fetch("SELECT id, workspace, name FROM toy") == []


async def test_a_language(client: httpx.AsyncClient) -> None:
    asked = {"key": "recommend", "kind": "nps", "text": starter_text("recommend")}
    definition = {"title": starter_text("visit_title"), "languages": ["en", "et"], "questions": [asked]}
    await factories.published("visit", definition)
    page = await client.get("/s/visit?lang=et")
    assert 'lang="et"' in page.text
    assert "Et Your visit" in page.text
    assert ">Et Send<" in page.text


async def test_a_language_of_staff(client: httpx.AsyncClient, staff: Sign) -> None:
    page = await (await staff("viewer")).get("/app/toys", headers={"Accept-Language": "fr"})
    assert 'lang="fr"' in page.text
    assert "Aujourd\u2019hui" in page.text


async def test_a_transport(client: httpx.AsyncClient, settings: settings.Settings) -> None:
    home = await factories.workspace()
    await jobs.enqueue(home, "toy.send", "a ball", {}, clock.now())
    taken = []
    for one in (settings, dataclasses.replace(settings, toy_box="a shelf")):  # type: ignore[call-arg]
        sender = worker.Worker(one, KEYS)
        await sender.drain()
        taken.append(sender.tools.server(ToyBox).taken)
    assert taken == [[], ["a ball"]]
