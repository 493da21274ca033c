"""`migrate` from several machines at once, and killed in the middle: each migration is applied once and whole."""

import asyncio
import random
import signal
import subprocess
from pathlib import Path

import pytest

from survey_service.core import database as core_database
from survey_service.core.database import schema
from survey_service.core.settings import load
from tests.conftest import SECRET, opened_for
from tests.operation.product import command, environment, finished

OWNER = {
    "SURVEY_ADMIN_EMAIL": "owner@linden.example",
    "SURVEY_ADMIN_PASSWORD": "a long password of the tests",
}
PROCESSES = 3


def started(url: str) -> subprocess.Popen[str]:
    """A `migrate` that runs."""
    return subprocess.Popen(
        command("migrate"), env=environment(url, **OWNER), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


async def applied_once(url: str) -> None:
    """Every migration of the release stands in the database once; the first owner and the key too."""
    async with opened_for(load({"SURVEY_DATABASE_URL": url, "SURVEY_SECRET_KEY": SECRET})):
        rows = await core_database.fetch("SELECT app_name, name FROM migration")
        assert len(rows) == len(schema.expected())
        assert await schema.applied() == schema.expected()
        for table in ("workspace", "staff", "api_key"):
            (counted,) = await core_database.fetch(f"SELECT count(*) AS n FROM {table}")
            assert counted["n"] == 1, table


async def test_several_at_once_end_well(empty_url: str) -> None:
    processes = [started(empty_url) for _ in range(PROCESSES)]
    for process in processes:
        said = process.communicate(timeout=100)
        assert process.returncode == 0, said
        assert "up to date" in said[0]
    await applied_once(empty_url)


@pytest.mark.slow
async def test_killed_in_the_middle_it_can_be_done_again(empty_url: str) -> None:
    chance = random.Random(5)
    for _ in range(6):
        process = started(empty_url)
        await asyncio.sleep(chance.uniform(0.8, 2.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert finished(empty_url, "migrate", **OWNER).returncode == 0
    await applied_once(empty_url)


@pytest.mark.parametrize("asked", ["serve", "migrate", "check", "sending", "worker"])
def test_a_file_that_is_no_database_ends_every_command(tmp_path: Path, asked: str) -> None:
    """A connection that is left open keeps its process alive, and whoever watches over it never hears of a fault."""
    (tmp_path / "note.db").write_text("this is no database\n")
    ended = finished(f"sqlite:///{tmp_path}/note.db", asked)
    assert ended.returncode == 1
    assert "file is not a database" in ended.stdout + ended.stderr
