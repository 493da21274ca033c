"""What a new installation begins with."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from tests.operation.product import command, environment, finished, running

pytestmark = pytest.mark.slow


def test_run_sets_up_and_prints_a_fresh_link_each_time(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/survey.db"
    links = []
    for _ in range(2):
        with running(url, "run", "--responses", "300") as service:
            told = [service.out.readline().strip() for _ in range(2)]
            assert told[0] == "Sign in once, as owner@example.com:"
            assert told[1].startswith(f"{service.address}/app/link/")
            links.append(told[1])
            assert httpx.get(told[1]).status_code == 200
            assert httpx.get(f"{service.address}/s/visit").status_code == 200
            service.process.terminate()
            assert service.ended() == 0
    assert links[0] != links[1]
    assert finished(url, "check").returncode == 0


def test_demo_fills_an_empty_database_only(sqlite_url: str) -> None:
    filled = finished(sqlite_url, "demo", "--responses", "200")
    assert filled.returncode == 0, filled.stderr
    assert "Demo answers: 200 of 200" in filled.stderr.splitlines()
    again = finished(sqlite_url, "demo", "--responses", "200")
    assert (again.returncode, again.stdout) == (0, "There are forms already, so nothing was added.\n")
    assert again.stderr == ""


@pytest.mark.parametrize(
    "asked",
    [("check",), ("keys",), ("backup", "kept"), ("create-admin", "ana@linden.example")],
    ids=lambda asked: str(asked[0]),
)
def test_a_command_that_is_begun_anew_has_all_that_it_needs(
    sqlite_url: str, tmp_path: Path, asked: Sequence[str]
) -> None:
    """Most other tests fork it from a process that has loaded the product."""
    done = subprocess.run(
        command(*asked),
        env=environment(sqlite_url),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
