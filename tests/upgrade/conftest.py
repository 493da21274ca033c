"""Each former release's database on each engine, as it was left."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from survey_service.core.settings import Settings
from tests.conftest import ENGINES, new_database, settings_for
from tests.upgrade import kept
from tests.upgrade.kept import Release

KEPT = [(release, engine) for release in kept.releases() for engine in ENGINES]


@pytest.fixture(params=KEPT, ids=[f"{release.folder.name}-{engine}" for release, engine in KEPT])
def left(request: pytest.FixtureRequest) -> tuple[Release, str]:
    """A release, and the engine of one of its databases."""
    found: tuple[Release, str] = request.param
    return found


@pytest.fixture
async def database_url(left: tuple[Release, str], tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of that database."""
    release, engine = left
    if engine == "sqlite":
        path = tmp_path / "survey.db"
        path.write_bytes(release.unpacked(engine))
        yield f"sqlite:///{path}"
        return
    async with new_database(request.getfixturevalue("postgres_server")) as address:
        kept.written_to(address, release.unpacked(engine))
        yield address


@pytest.fixture
async def new(left: tuple[Release, str], tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Settings]:
    """The settings of an empty database on the same engine."""
    if left[1] == "sqlite":
        yield settings_for(f"sqlite:///{tmp_path}/new.db")
        return
    async with new_database(request.getfixturevalue("postgres_server")) as address:
        yield settings_for(address)
