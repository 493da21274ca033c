"""What `check` finds, mends and only warns about."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.commands import run
from tests.operation.product import answer, finished, make_form, running
from tests.waiting import until

pytestmark = pytest.mark.slow

NOON = "2026-10-05 12:00:00+00:00"


def _wait_for_counts(url: str) -> None:
    """Until the worker has folded all deltas."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        until(lambda: connection.execute("SELECT count(*) FROM count_delta").fetchone() == (0,))


def test_check_finds_and_mends_a_broken_count(sqlite_url: str) -> None:
    with running(sqlite_url, "serve") as service:
        make_form(service.address)
        for score in (3, 9, 10):
            answer(service.address, score)
        _wait_for_counts(sqlite_url)
        service.process.terminate()
        service.ended()
    sound = finished(sqlite_url, "check")
    assert sound.returncode == 0, sound.stdout
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection, connection:
        changed = connection.execute("UPDATE count_margin SET b9 = b9 + 1 WHERE question = 'recommend' AND b9 > 0")
        assert changed.rowcount > 0
    broken = finished(sqlite_url, "check")
    assert broken.returncode == 1
    assert "wrong    counts" in broken.stdout
    assert "“recommend” (total): counted 4, responses 3" in broken.stdout
    mended = finished(sqlite_url, "check", "--rebuild")
    assert mended.returncode == 0, mended.stdout
    assert finished(sqlite_url, "check").returncode == 0


def test_check_finds_a_schema_that_is_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/survey.db"
    assert "There is no file" in run("check", DATABASE_URL=url).output
    assert not (tmp_path / "survey.db").exists()
    sqlite3.connect(tmp_path / "survey.db").close()
    result = run("check", DATABASE_URL=url)
    assert result.exit_code == 1
    assert "wrong    schema" in result.output
    assert run("migrate", DATABASE_URL=url).exit_code == 0
    assert run("check", DATABASE_URL=url).exit_code == 0


def test_check_finds_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "survey.db").write_text("rubbish " * 1000)
    result = run("check", DATABASE_URL=f"sqlite:///{tmp_path}/survey.db")
    assert result.exit_code == 1
    assert "wrong    database" in result.output


def test_check_only_warns_about_mail_and_loopback(sqlite_url: str) -> None:
    result = run("check", DATABASE_URL=sqlite_url)
    assert result.exit_code == 0, result.output
    assert "warning  mail" in result.output
    assert "warning  address" in result.output
    mail = {"SMTP_URL": "smtp://user:word@mail.example.org", "MAIL_FROM": "A <a@example.org>"}
    result = run("check", DATABASE_URL=sqlite_url, BASE_URL="https://feedback.example.org", **mail)
    assert "ok       mail: Mails go out through mail.example.org as" in result.output
    assert "user:word" not in result.output
    assert "ok       address" in result.output


def test_check_tells_of_work_that_was_given_up(sqlite_url: str) -> None:
    assert "ok       jobs" in run("check", DATABASE_URL=sqlite_url).output
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection, connection:
        for number, error in enumerate(("no such host", "no such mailbox")):
            connection.execute(
                "INSERT INTO job (id, workspace, kind, key, state, run_at, last_error, created_at, finished_at) "
                "VALUES (?, ?, 'invitation.send', ?, 'failed', ?, ?, ?, ?)",
                (str(uuid4()), str(uuid4()), f"mail:{number}", NOON, error, NOON, f"2026-10-05 12:0{number}:00+00:00"),
            )
    result = run("check", DATABASE_URL=sqlite_url)
    assert result.exit_code == 0, result.output
    assert "warning  jobs: 2 of invitation.send were given up. The newest: no such mailbox" in result.output
