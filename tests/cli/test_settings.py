"""Settings of the command line: help without any, nonsense refused in one line."""

import socket

import pytest

from survey_service.cli import main
from tests.cli.commands import run
from tests.conftest import SECRET

pytestmark = pytest.mark.slow


def test_help_needs_no_settings() -> None:
    for name in main.commands:
        result = run(name, "--help", DATABASE_URL="nonsense")
        assert result.exit_code == 0, result.output
        assert result.output.startswith("Usage:")


@pytest.mark.parametrize("name", ["serve", "run", "demo", "migrate", "worker", "check"])
def test_nonsense_is_refused_in_one_line(name: str) -> None:
    result = run(name, DATABASE_URL="sqlite:///unused.db", PORT="eighty")
    assert result.exit_code == 2
    assert result.output == "Error: SURVEY_PORT: 'eighty' is not a port between 1 and 65535\n"


def test_an_unknown_setting_is_refused() -> None:
    result = run("migrate", DATABASE_URL="sqlite:///unused.db", BASEURL="https://example.org")
    assert (result.exit_code, result.output) == (2, "Error: SURVEY_BASEURL is no setting of this service\n")


def test_several_processes_need_postgres(sqlite_url: str) -> None:
    result = run("serve", "--workers", "2", DATABASE_URL=sqlite_url)
    assert result.exit_code == 2
    assert "Several need PostgreSQL" in result.output


def test_a_database_that_does_not_answer_is_one_line() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        result = run("migrate", DATABASE_URL=f"postgresql://survey@127.0.0.1:{port}/survey", SECRET_KEY=SECRET)
    assert result.exit_code == 1
    assert result.output.startswith("Error: The database does not answer: ")
    assert "Traceback" not in result.output
