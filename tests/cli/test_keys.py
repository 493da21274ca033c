"""The command `keys`, and a start without a key that signed."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey_service.core import clock
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
    assert run("keys", "--drop", "nonsense", DATABASE_URL=sqlite_url).exit_code == 1
    assert run("keys", "--new", "--drop", "x", DATABASE_URL=sqlite_url).exit_code == 2


def test_a_key_that_became_known_is_dropped_as_soon_as_the_new_one_signs(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every step as it is written down, and what each says."""
    moment = datetime(2026, 11, 27, 12, 0, 0, 500_000, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert run("create-admin", "ada@example.org", DATABASE_URL=sqlite_url).exit_code == 0
    known = run("keys", DATABASE_URL=sqlite_url).output[:12]
    alone = run("keys", "--drop", known, "--yes", DATABASE_URL=sqlite_url)
    assert alone.exit_code == 1
    assert "Make a new one first: survey-service keys --new" in alone.output
    told = run("keys", "--new", DATABASE_URL=sqlite_url).output
    (made, begins) = re.findall(rf"The key ({MARK}) signs from (.*) UTC on", told)[0]
    early = run("keys", "--drop", known, "--yes", DATABASE_URL=sqlite_url)
    assert early.exit_code == 1
    assert f"The key {known} signs until {begins} UTC, when {made} does. Drop it after that." in early.output
    unused = run("keys", "--drop", made, "--yes", DATABASE_URL=sqlite_url)
    assert unused.exit_code == 1
    assert f"The key {made} signs from {begins} UTC on, and can be dropped when another one does." in unused.output
    moment = datetime.strptime(begins, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    kept = run("keys", "--drop", known, DATABASE_URL=sqlite_url)
    assert kept.exit_code == 1
    assert "may still be used. Add --yes" in kept.output
    dropped = run("keys", "--drop", known, "--yes", DATABASE_URL=sqlite_url)
    assert dropped.exit_code == 0, dropped.output
    left = run("keys", DATABASE_URL=sqlite_url).output
    assert left.startswith(f"{made}  signs since")
    assert left.count("\n") == 1
    assert actions(sqlite_url)[-2:] == [("signing_key_made", made), ("signing_key_dropped", known)]


def actions(sqlite_url: str) -> list[tuple[str, str]]:
    """What the installation did, and to what, oldest first."""
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        return connection.execute(
            "SELECT action, subject FROM audit_entry WHERE actor IS NULL ORDER BY rowid"
        ).fetchall()


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
