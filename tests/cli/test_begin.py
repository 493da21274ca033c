"""`begin`: from the demo to one's own on the command line."""

import httpx
import pytest

from tests.operation.product import finished, running

pytestmark = pytest.mark.slow
ASKED = (
    "--name",
    "Ilze",
    "--shop",
    "Ilze’s Roses",
    "--time-zone",
    "Europe/Riga",
    "--language",
    "ka",
    "--language",
    "en",
)


def test_the_demo_goes_and_the_owner_comes_in(database_url: str) -> None:
    assert finished(database_url, "demo", "--responses", "60").returncode == 0
    done = finished(database_url, "begin", "ilze@roses.example", *ASKED, "--yes")
    assert done.returncode == 0, done.stderr
    assert "Removing the demo" in done.stderr
    assert "/app/link/" in done.stdout
    again = finished(database_url, "begin", "ilze@roses.example", *ASKED, "--yes")
    assert again.returncode == 1
    assert "no made-up answers" in again.stderr
    assert finished(database_url, "check").returncode == 0
    with running(database_url, "serve") as service:
        assert 'lang="ka"' in httpx.get(f"{service.address}/s/visit").text


def test_nothing_goes_without_a_yes_or_with_a_wrong_answer(sqlite_url: str) -> None:
    assert finished(sqlite_url, "demo", "--responses", "60").returncode == 0
    unasked = finished(sqlite_url, "begin", "ilze@roses.example", *ASKED)
    assert unasked.returncode == 1
    wrong = finished(sqlite_url, "begin", "ilze@roses.example", *ASKED[:-1], "xx", "--yes")
    assert wrong.returncode == 1
    assert "Choose among English (en), " in wrong.stderr
    assert "There are forms already" in finished(sqlite_url, "demo", "--responses", "60").stdout
