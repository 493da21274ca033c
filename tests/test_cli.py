"""The command line, in processes of its own where that matters."""

import csv
import json
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from click.testing import CliRunner, Result

from survey_service.cli import main
from tests.conftest import SECRET
from tests.operation.product import answer, command, environment, finished, make_form, running, stored

pytestmark = pytest.mark.slow


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite file."""
    (tmp_path / "survey.db").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/survey.db"


def _run(*arguments: str, given: str | None = None, **variables: str) -> Result:
    """A command in this process, with exactly these settings."""
    return CliRunner().invoke(main, arguments, input=given, env={f"SURVEY_{k}": v for k, v in variables.items()})


# Settings --------------------------------------------------------------------------------------------------------


def test_help_needs_no_settings() -> None:
    for name in main.commands:
        result = _run(name, "--help", DATABASE_URL="nonsense")
        assert result.exit_code == 0, result.output
        assert result.output.startswith("Usage:")


@pytest.mark.parametrize("name", ["serve", "run", "demo", "migrate", "worker", "check"])
def test_nonsense_is_refused_in_one_line(name: str) -> None:
    result = _run(name, DATABASE_URL="sqlite:///unused.db", PORT="eighty")
    assert result.exit_code == 2
    assert result.output == "Error: SURVEY_PORT: 'eighty' is not a port between 1 and 65535\n"


def test_an_unknown_setting_is_refused() -> None:
    result = _run("migrate", DATABASE_URL="sqlite:///unused.db", BASEURL="https://example.org")
    assert (result.exit_code, result.output) == (2, "Error: SURVEY_BASEURL is no setting of this service\n")


def test_several_processes_need_postgres(sqlite_url: str) -> None:
    result = _run("serve", "--workers", "2", DATABASE_URL=sqlite_url)
    assert result.exit_code == 2
    assert "Several need PostgreSQL" in result.output


def test_a_database_that_does_not_answer_is_one_line() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        result = _run("migrate", DATABASE_URL=f"postgresql://survey@127.0.0.1:{port}/survey", SECRET_KEY=SECRET)
    assert result.exit_code == 1
    assert result.output.startswith("Error: The database does not answer: ")
    assert "Traceback" not in result.output


# Serving ---------------------------------------------------------------------------------------------------------


def test_serve_answers_and_ends_on_the_signal(database_url: str) -> None:
    with running(database_url, "serve") as service:
        alive = httpx.get(f"{service.address}/healthz")
        assert alive.json() == {"status": "alive"}
        assert "server" not in alive.headers
        assert httpx.get(f"{service.address}/readyz").json()["ready"] is True
        began = time.monotonic()
        service.process.terminate()
        assert service.ended() == 0
        assert time.monotonic() - began < 5


def test_what_was_accepted_is_finished(sqlite_url: str) -> None:
    """The signal comes while half of an answer has arrived: it is taken whole, stored and acknowledged."""
    identity = str(uuid4())
    body = json.dumps({"id": identity, "answers": {"recommend": 10}}).encode()
    with running(sqlite_url, "serve") as service:
        make_form(service.address)
        parts = urlsplit(service.address)
        with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=10) as connection:
            head = (
                "POST /api/v1/forms/visit/responses HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            connection.sendall(head.encode() + body[:20])
            time.sleep(0.5)
            service.process.terminate()
            time.sleep(0.5)
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"{service.address}/healthz")
            connection.sendall(body[20:])
            assert connection.recv(12) == b"HTTP/1.1 201"
        assert service.ended() == 0
    with running(sqlite_url, "serve") as again:
        assert stored(again.address) == {identity}


def test_an_open_stream_does_not_hold_up_the_end(sqlite_url: str) -> None:
    with running(sqlite_url, "serve") as service:
        link = finished(sqlite_url, "create-admin", "boss@example.org").stdout.split()[-1]
        with httpx.Client(base_url=service.address, headers={"Origin": service.address}) as browser:
            browser.post(urlsplit(link).path)
            with browser.stream("GET", "/app/stream") as stream:
                assert stream.status_code == 200
                began = time.monotonic()
                threading.Timer(0.3, service.process.terminate).start()
                for _ in stream.iter_raw():
                    pass
                assert time.monotonic() - began < 5
        assert service.ended() == 0


def test_serve_says_where_it_listens_and_what_customers_see(sqlite_url: str) -> None:
    with running(sqlite_url, "serve", SURVEY_BASE_URL="https://feedback.example.org") as service:
        assert service.lines == [f"Serving on {service.address} as https://feedback.example.org"]
        assert _answers(service.address)


def test_a_taken_port_is_said_at_once(sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for name in ("serve", "run"):
            result = _run(name, "--port", str(port), DATABASE_URL=sqlite_url)
            assert result.exit_code == 1
            assert f"Port {port} of 127.0.0.1 cannot be used" in result.output
            assert "SURVEY_PORT" in result.output


def test_forwarded_headers_count_from_trusted_proxies_only() -> None:
    from survey_service.core.settings import load
    from survey_service.operation.serving import configuration

    def told(**variables: str) -> tuple[bool, object]:
        settings = load({"SURVEY_DATABASE_URL": "sqlite:///unused.db", **variables})
        config = configuration(None, settings)  # type: ignore[arg-type]
        return config.proxy_headers, config.forwarded_allow_ips

    assert told() == (False, [])
    assert told(SURVEY_TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.1") == (True, ["10.0.0.0/8", "192.0.2.1"])


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty PostgreSQL database."""
    import asyncpg

    from tests.conftest import in_thread, postgres_url

    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    name = f"cli_{uuid4().hex}"

    async def admin(statement: str) -> None:
        connection = await asyncpg.connect(postgres_url(server, "postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    in_thread(lambda: admin(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield postgres_url(server, name)
    in_thread(lambda: admin(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_several_processes_serve_and_end_together(postgres_database: str, end: signal.Signals) -> None:
    with running(postgres_database, "serve", "--workers", "2") as service:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not _answers(service.address):
            time.sleep(0.1)
        make_form(service.address)
        sent = {answer(service.address) for _ in range(20)}
        assert stored(service.address) == sent
        children = _children_of(service.process.pid)
        assert len(children) == 2
        service.process.send_signal(end)
        service.ended()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and any(map(_lives, children)):
            time.sleep(0.1)
        assert not any(map(_lives, children))
        assert not _answers(service.address)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def _children_of(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in text.split()]


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


# Working ---------------------------------------------------------------------------------------------------------


def test_a_worker_apart_counts_what_serve_took(database_url: str) -> None:
    with running(database_url, "serve", SURVEY_WORKER="false") as service:
        make_form(service.address)
        for _ in range(5):
            answer(service.address)
        working = subprocess.Popen(command("worker"), env=environment(database_url), stdout=subprocess.PIPE, text=True)
        assert working.stdout is not None
        assert working.stdout.readline() == "Working\n"
        time.sleep(2)
        working.terminate()
        assert working.wait(10) == 0
        working.stdout.close()
    assert finished(database_url, "check").returncode == 0


# Owners ----------------------------------------------------------------------------------------------------------


def test_an_owner_is_made_with_a_link_that_works_once(sqlite_url: str) -> None:
    made = _run("create-admin", "Boss@Example.org", "--name", "The Boss", DATABASE_URL=sqlite_url)
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
    made = _run("create-admin", "boss@example.org", "--password-stdin", given=f"{words}\n", DATABASE_URL=sqlite_url)
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
    first = _run("create-admin", "boss@example.org", DATABASE_URL=sqlite_url)
    second = _run("create-admin", "boss@example.org", DATABASE_URL=sqlite_url)
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
    result = _run("create-admin", email, *more, given=password, DATABASE_URL=sqlite_url)
    assert result.exit_code != 0
    assert words in result.output
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT count(*) FROM staff").fetchone() == (0,)


# Running ---------------------------------------------------------------------------------------------------------


def test_run_sets_up_and_prints_a_fresh_link_each_time(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/survey.db"
    links = []
    for _ in range(2):
        with running(url, "run", "--responses", "300") as service:
            assert service.process.stdout is not None
            told = [service.process.stdout.readline().strip() for _ in range(2)]
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


# Keeping ---------------------------------------------------------------------------------------------------------


def test_a_backup_while_serving_brings_everything_back(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with running(sqlite_url, "serve") as service:
        make_form(service.address)
        before = {answer(service.address) for _ in range(10)}
        made = finished(sqlite_url, "backup", str(copy))
        assert made.returncode == 0, made.stderr
        answer(service.address)
        refused = finished(sqlite_url, "restore", str(copy), "--yes")
        assert refused.returncode == 1
        assert "in use" in refused.stderr
        service.process.terminate()
        assert service.ended() == 0
    restored = finished(sqlite_url, "restore", str(copy), "--yes")
    assert restored.returncode == 0, restored.stderr
    with running(sqlite_url, "serve") as again:
        assert stored(again.address) == before
        answer(again.address)
        time.sleep(2)
    assert finished(sqlite_url, "check").returncode == 0


def _wait_for_counts(url: str) -> None:
    """Until the worker has folded all deltas."""
    deadline = time.monotonic() + 20
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        while connection.execute("SELECT count(*) FROM score_delta").fetchone() != (0,):
            assert time.monotonic() < deadline, "the worker does not fold"
            time.sleep(0.1)


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
        changed = connection.execute("UPDATE score_margin SET b9 = b9 + 1 WHERE question = 'recommend' AND b9 > 0")
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
    assert "There is no file" in _run("check", DATABASE_URL=url).output
    assert not (tmp_path / "survey.db").exists()
    sqlite3.connect(tmp_path / "survey.db").close()
    result = _run("check", DATABASE_URL=url)
    assert result.exit_code == 1
    assert "wrong    schema" in result.output
    assert _run("migrate", DATABASE_URL=url).exit_code == 0
    assert _run("check", DATABASE_URL=url).exit_code == 0


def test_check_finds_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "survey.db").write_text("rubbish " * 1000)
    result = _run("check", DATABASE_URL=f"sqlite:///{tmp_path}/survey.db")
    assert result.exit_code == 1
    assert "wrong    database" in result.output


def test_check_only_warns_about_mail_and_loopback(sqlite_url: str) -> None:
    result = _run("check", DATABASE_URL=sqlite_url)
    assert result.exit_code == 0, result.output
    assert "warning  mail" in result.output
    assert "warning  address" in result.output
    mail = {"SMTP_URL": "smtp://user:word@mail.example.org", "MAIL_FROM": "A <a@example.org>"}
    result = _run("check", DATABASE_URL=sqlite_url, BASE_URL="https://feedback.example.org", **mail)
    assert "ok       mail: sent through mail.example.org" in result.output
    assert "user:word" not in result.output
    assert "ok       address" in result.output


# Taking out ------------------------------------------------------------------------------------------------------


def test_export_and_report_write_what_was_answered(sqlite_url: str, tmp_path: Path) -> None:
    table, summary = tmp_path / "answers.csv", tmp_path / "summary.pdf"
    with running(sqlite_url, "serve") as service:
        make_form(service.address)
        sent = {answer(service.address) for _ in range(12)}
        exported = finished(sqlite_url, "export", "--form", "visit", str(table))
        assert exported.returncode == 0, exported.stderr
        days = ("--from", "2020-01-01", "--to", "2100-01-01")
        reported = finished(sqlite_url, "report", "--form", "visit", *days, "--comments", str(summary))
        assert reported.returncode == 0, reported.stderr
        unknown = finished(sqlite_url, "report", "--form", "none", *days, str(tmp_path / "none.pdf"))
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"] for row in rows} == sent
    assert {row["recommend"] for row in rows} == {"9"}
    assert summary.read_bytes().startswith(b"%PDF")
    assert unknown.returncode == 1
    assert unknown.stderr.count("\n") == 1
    assert not (tmp_path / "none.pdf").exists()
