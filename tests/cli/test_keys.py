"""The command `keys`, and a start without a key that signed."""

import re
from pathlib import Path

import pytest

from tests.cli.commands import run
from tests.conftest import SECRET
from tests.operation.product import finished, running

NEWER = "a-newer-key-of-the-tests-that-is-long-enough"
MARK = r"[0-9a-f]{12}"


def test_keys_are_told_made_and_dropped(sqlite_url: str) -> None:
    first = run("keys", DATABASE_URL=sqlite_url)
    assert re.fullmatch(rf"{MARK}  signs; kept in the database\n", first.output)
    made = run("keys", "--new", DATABASE_URL=sqlite_url)
    assert made.exit_code == 0, made.output
    told = made.output.splitlines()
    assert re.fullmatch(
        rf"The key {MARK} signs from .* UTC on\. Running processes learn of it by themselves\.", told[0]
    )
    assert told[1].startswith(first.output[:12])
    assert "signs from" in told[2]
    signing = run("keys", "--drop", first.output[:12], "--yes", DATABASE_URL=sqlite_url)
    assert signing.exit_code == 1
    assert "signs" in signing.output
    assert run("keys", "--drop", "nonsense", DATABASE_URL=sqlite_url).exit_code == 1
    assert run("keys", "--new", "--drop", "x", DATABASE_URL=sqlite_url).exit_code == 2


def test_with_a_key_of_the_settings_a_new_one_is_written_there(sqlite_url: str) -> None:
    told = run("keys", "--new", DATABASE_URL=sqlite_url, SECRET_KEY=SECRET)
    assert told.exit_code == 1
    assert "before the former one" in told.output
    assert SECRET not in told.output


@pytest.mark.slow
def test_a_start_without_the_key_that_signed_says_what_to_do(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url, "serve") as service:
        service.process.terminate()
        assert service.ended() == 0
    refused = finished(sqlite_url, "serve", SURVEY_SECRET_KEY=NEWER)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    with running(sqlite_url, "serve", SURVEY_SECRET_KEY=f"{NEWER},{SECRET}") as both:
        both.process.terminate()
        assert both.ended() == 0
    (mark,) = re.findall(rf"keys --drop ({MARK}) --yes", refused.stderr)
    dropped = finished(sqlite_url, "keys", "--drop", mark, "--yes", SURVEY_SECRET_KEY=NEWER)
    assert dropped.returncode == 0, dropped.stderr
    with running(sqlite_url, "serve", SURVEY_SECRET_KEY=NEWER) as without:
        without.process.terminate()
        assert without.ended() == 0
