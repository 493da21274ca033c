"""Owners are made, and let in again."""

import sqlite3
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.commands import run
from tests.operation.product import running

pytestmark = pytest.mark.slow


def test_an_owner_is_made_with_a_link_that_works_once(sqlite_url: str) -> None:
    made = run("create-admin", "Boss@Example.org", "--name", "The Boss", DATABASE_URL=sqlite_url)
    assert made.exit_code == 0, made.output
    link = made.output.split()[-1]
    with running(sqlite_url, "serve") as service:
        page = f"{service.address}{urlsplit(link).path}"
        assert "The Boss" in httpx.get(page).text
        signed_in = httpx.post(page, headers={"Origin": service.address})
        assert signed_in.status_code in (302, 303), signed_in.text
        assert httpx.post(page, headers={"Origin": service.address}).status_code == 410


def test_an_owner_is_made_with_a_password(sqlite_url: str) -> None:
    words = "seven quiet green lamps"
    made = run("create-admin", "boss@example.org", "--password-stdin", given=f"{words}\n", DATABASE_URL=sqlite_url)
    assert made.exit_code == 0, made.output
    assert words not in made.output
    assert "/app/link/" not in made.output
    with running(sqlite_url, "serve") as service:
        fields = {"email": "boss@example.org", "password": words}
        sent = httpx.post(f"{service.address}/app/sign-in", data=fields, headers={"Origin": service.address})
        assert sent.status_code in (302, 303), sent.text
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT count(*) FROM sign_in_link").fetchone() == (0,)


def test_an_owner_who_is_locked_out_gets_a_link(sqlite_url: str) -> None:
    first = run("create-admin", "boss@example.org", DATABASE_URL=sqlite_url)
    second = run("create-admin", "boss@example.org", DATABASE_URL=sqlite_url)
    assert second.exit_code == 0, second.output
    assert first.output.split()[-1] != second.output.split()[-1]


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("no address", None, "Write the whole address"),
        ("boss@example.org", "short\n", "12 characters or more"),
        ("boss@example.org", "\n", "no password"),
    ],
)
def test_what_will_not_do_is_said(sqlite_url: str, email: str, password: str | None, words: str) -> None:
    more = ["--password-stdin"] if password else []
    result = run("create-admin", email, *more, given=password, DATABASE_URL=sqlite_url)
    assert result.exit_code != 0
    assert words in result.output
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT count(*) FROM staff").fetchone() == (0,)
