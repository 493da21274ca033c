"""What a copy of the product with these toys has: `tests/project/test_recipes.py` runs this there."""

from pathlib import Path

import httpx
from click.testing import CliRunner
from importlinter.cli import lint_imports

from survey_service.cli import main
from survey_service.core import database
from survey_service.core.settings import Settings
from survey_service.reports.service import WOUND_UP  # type: ignore[attr-defined]
from survey_service.worker import Worker
from tests import factories
from tests.answers import Sign, key_for, staff
from tests.conftest import KEYS

__all__ = ["staff"]


async def test_an_api_route(client: httpx.AsyncClient) -> None:
    key = await key_for(await factories.workspace(), "places:read")
    assert (await client.get("/api/v1/toys", headers=key)).json() == [{"name": "a ball"}]


def test_a_command(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["toys"], env={"SURVEY_DATABASE_URL": f"sqlite:///{tmp_path}/toys.db"})
    assert (done.exit_code, done.output) == (0, "a ball\n")


async def test_who_hears_of_an_answer(client: httpx.AsyncClient, settings: Settings) -> None:
    await factories.published()
    await factories.send(client, factories.submission({"recommend": 9}))
    WOUND_UP.clear()
    await Worker(settings, KEYS).drain()
    assert len(WOUND_UP) == 1


async def test_a_panel(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    await factories.send(client, factories.submission({"recommend": 9}))
    (kept,) = await database.fetch("SELECT id FROM response")
    assert "<p>a ball</p>" in (await (await staff("viewer")).get(f"/app/answers/{kept['id']}")).text


async def test_a_room_with_a_table(client: httpx.AsyncClient) -> None:
    assert await database.fetch("SELECT id, workspace, name FROM toy") == []


def test_the_import_rules_hold() -> None:
    assert lint_imports(no_cache=True) == 0
