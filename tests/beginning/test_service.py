"""From the demo to one's own: nothing made up is left, what staff made stays, and it happens whole or not at all."""

import asyncio
import contextlib
import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from survey_service import piccolo_conf
from survey_service.accounts import installation_service, introducing, sign_in, workspace_service
from survey_service.accounts import queries as accounts
from survey_service.accounts import service as workspaces
from survey_service.accounts.schemas import Caller
from survey_service.beginning import late, removal, service
from survey_service.beginning.service import Beginning
from survey_service.builder.starters import STARTERS, definition_of
from survey_service.core import database
from survey_service.core.database import Database
from survey_service.core.errors import Conflict, Invalid, Unavailable
from survey_service.core.settings import Settings
from survey_service.demo import make_demo
from survey_service.forms import queries as form_queries
from survey_service.forms import service as forms
from survey_service.forms.schemas import NewForm
from survey_service.operation import check, owners
from survey_service.places import queries as place_queries
from survey_service.places import service as places
from survey_service.places.schemas import NewEmployee, NewPlace
from survey_service.responses import comments, plans
from survey_service.responses import service as responses
from survey_service.responses.schemas import PreparedResponse, Submission
from survey_service.worker import Worker
from tests import factories
from tests.answers import key_for
from tests.conftest import KEYS, Filling

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
PASSWORD = "twelve roses in a vase"
OWN = Beginning("Ilze", "ilze@roses.example", PASSWORD, "Ilze’s Roses", "Europe/Riga", languages=("ka", "en"))


@dataclass
class Demo:
    caller: Caller
    cookie: str


async def demonstrated(settings: Settings) -> None:
    """A small demo."""
    await make_demo(settings, 150, now=NOW)


@pytest.fixture
def filling() -> Filling:
    return demonstrated


@pytest.fixture
async def demo(settings: Settings, database: Database) -> Demo:
    """A demo with a form and two places that its owner made, and answers on that form."""
    _, link = await owners.let_owner_in(settings)
    cookie = await sign_in.use_link(link)
    caller = await sign_in.caller_of_session(cookie)
    assert caller is not None
    assert caller.is_demo
    definition = definition_of(STARTERS["contact"], ["en"], "Mine")
    await forms.create(caller.workspace, NewForm(slug="mine", name="My own form", definition=definition), NOW)
    await forms.publish(caller.workspace, "mine", caller.actor, NOW)
    riga = await place_queries.place_by_code("riga")
    assert riga is not None
    stall = await places.create_place(caller.workspace, NewPlace(name="My stall", parent=riga.id), NOW)
    await places.create_employee(caller.workspace, NewEmployee("My helper", stall.id), NOW)
    return Demo(caller, cookie)


def tables() -> set[str]:
    """Every table whose rows belong to a workspace."""
    return {
        table._meta.tablename
        for app in piccolo_conf.APPS
        for table in piccolo_conf.APP_REGISTRY.get_table_classes(app)
        if any(column._meta.name == "workspace" for column in table._meta.columns)
    }


async def counts(caller: Caller) -> dict[str, int]:
    found = {}
    for table in tables():
        row = await database.fetch_one(f"SELECT count(*) AS n FROM {table} WHERE workspace = {{}}", caller.workspace)
        found[table] = row["n"] if row else 0
    return found


async def test_no_table_is_forgotten(demo: Demo) -> None:
    """A new table with a workspace is named in `removal`: as one of which nothing, everything or a part goes."""
    touched = {
        match[1]
        for sql, _ in removal.statements(demo.caller.workspace)
        if (match := re.match(r"DELETE FROM (\w+)", sql))
    }
    assert touched | removal.KEPT == tables()
    assert touched & removal.KEPT == set()


async def test_it_is_said_of_everything_that_goes_and_stays(demo: Demo) -> None:
    """Each word of what goes has its row, and the number is that of the rows that go."""
    told = await service.demo_of(demo.caller.workspace)
    assert told is not None
    before = await counts(demo.caller)
    assert (told.own_forms, told.own_places, told.own_employees) == (["My own form"], ["My stall"], ["My helper"])
    await service.begin(demo.caller, OWN, NOW)
    after = await counts(demo.caller) | {"form": 1}  # and the one to begin with
    named = {
        "response": "answers",
        **{table: f"{table}s" for table in ("customer", "invitation", "place", "employee", "form")},
    }
    assert told.goes == {words: before[table] - after[table] for table, words in named.items()}
    assert told.goes["employees"] > 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_comes_while_nothing_is_kept_is_told_so_at_once(demo: Demo, settings: Settings) -> None:
    """The patience is for what is to be removed, not for whether it may begin."""
    with contextlib.closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with database.allowing(0.1):
            async with asyncio.timeout(20):
                with pytest.raises(Unavailable):
                    await service.begin(demo.caller, OWN, NOW)


async def test_what_was_made_up_goes_and_what_is_own_stays(demo: Demo) -> None:
    said: list[tuple[int, int]] = []
    slug = await service.begin(demo.caller, OWN, NOW, lambda done, total: said.append((done, total)))
    left = {table: n for table, n in (await counts(demo.caller)).items() if n and table not in removal.KEPT}
    assert left.pop("event", 0) <= 2  # the newest one, and that a form was published
    assert left.pop("job") == len(late.AFTER)  # they look for answers that were on their way
    assert left == {"form": 2, "form_version": 2, "place": 1, "employee": 1}
    assert said[-1][0] == said[-1][1] > 10
    stall = await database.fetch_one("SELECT name, parent FROM place WHERE workspace = {}", demo.caller.workspace)
    assert stall == {"name": "My stall", "parent": None}
    form = await database.fetch_one("SELECT slug, version FROM form WHERE slug = {}", slug)
    assert form == {"slug": "visit", "version": 1}


async def test_the_owner_the_shop_and_the_form_are_those_that_were_told(demo: Demo, settings: Settings) -> None:
    await service.begin(demo.caller, OWN, NOW)
    workspace = await accounts.workspace(demo.caller.workspace)
    assert (workspace.name, workspace.time_zone, workspace.postal_address) == ("Ilze’s Roses", "Europe/Riga", "")
    caller = await sign_in.caller_of_session(demo.cookie)
    assert caller is not None, "the session of who pressed goes on"
    assert (caller.name, caller.is_demo) == ("Ilze", False)
    assert await sign_in.sign_in("ilze@roses.example", PASSWORD, "192.0.2.1")
    assert await accounts.staff_with_email(accounts.FIRST_EMAIL) is None


async def test_with_a_first_password_every_other_session_of_the_owner_ends(demo: Demo, settings: Settings) -> None:
    _, link = await owners.let_owner_in(settings)
    other = await sign_in.use_link(link)
    await service.begin(demo.caller, OWN, NOW)
    assert await sign_in.caller_of_session(other) is None
    assert await sign_in.caller_of_session(demo.cookie) is not None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "no address"}, "email"), ({"owner_name": " "}, "owner_name"), ({"password": "short"}, "password"),
        ({"shop": ""}, "shop"), ({"time_zone": "Europe/Nowhere"}, "time_zone"), ({"languages": ()}, "languages"),
        ({"languages": ("en", "xx")}, "also"), ({"languages": ("xx", "en")}, "languages"),
        ({"email": "bob@roses.example"}, "email"),
    ],
)  # fmt: skip
async def test_nothing_goes_while_something_is_wrong(demo: Demo, changed: dict[str, Any], field: str) -> None:
    await workspaces.add_staff(demo.caller, "bob@roses.example", "Bob", "viewer")
    before = await counts(demo.caller)
    fields = {name: getattr(OWN, name) for name in OWN.__struct_fields__}
    with pytest.raises(Invalid) as refused:
        await service.begin(demo.caller, Beginning(**fields | changed), NOW)
    assert refused.value.errors[0].field == field
    assert await counts(demo.caller) == before


async def test_what_breaks_off_takes_nothing(demo: Demo) -> None:
    before = await counts(demo.caller)

    def break_off(done: int, total: int) -> None:
        if done == total - 1:
            raise RuntimeError("the machine went away")

    with pytest.raises(RuntimeError):
        await service.begin(demo.caller, OWN, NOW, break_off)
    assert await counts(demo.caller) == before
    caller = await sign_in.caller_of_session(demo.cookie)
    assert caller is not None
    assert caller.is_demo


async def test_what_is_ones_own_is_never_removed(demo: Demo) -> None:
    await service.begin(demo.caller, OWN, NOW)
    before = await counts(demo.caller)
    with pytest.raises(Conflict):
        await service.begin(demo.caller, OWN, NOW)
    assert await counts(demo.caller) == before


async def test_whoever_presses_a_second_time_meanwhile_removes_nothing(
    demo: Demo, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first press is done, and somebody has answered, while the second still looks at what was typed."""
    after_the_first: dict[str, int] = {}
    checked = introducing.checked

    async def slowly(*typed: Any) -> introducing.Introduction:
        who = await checked(*typed)
        monkeypatch.setattr(introducing, "checked", checked)
        await service.begin(demo.caller, OWN, NOW)
        assert (await factories.send(client, factories.submission({"recommend": 9}))).status_code == 201
        after_the_first.update(await counts(demo.caller))
        return who

    monkeypatch.setattr(introducing, "checked", slowly)
    with pytest.raises(Conflict):
        await service.begin(demo.caller, OWN, NOW)
    assert after_the_first["response"] == 1
    assert await counts(demo.caller) == after_the_first


async def test_an_address_that_is_taken_meanwhile_is_told(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is removed."""
    checked, before = introducing.checked, await counts(demo.caller)

    async def meanwhile(*typed: Any) -> introducing.Introduction:
        who = await checked(*typed)
        elsewhere = await installation_service.add_workspace("Elsewhere")
        await workspaces.insert_staff(elsewhere.id, OWN.email, "Eve", "owner", "")
        return who

    monkeypatch.setattr(introducing, "checked", meanwhile)
    with pytest.raises(Invalid, match="Somebody has this address already"):
        await service.begin(demo.caller, OWN, NOW)
    assert await counts(demo.caller) == before


async def held_back(demo: Demo) -> tuple[PreparedResponse, PreparedResponse]:
    """An answer to a made-up form, with words, an address and all that follows, checked but not written yet."""
    published = await form_queries.published("callback")
    wanted = {"phone": "+371 20 000 000", "name": "Anna", "time": "morning"}
    submission = Submission(id=uuid4(), answers=wanted, language="en")
    entry = await responses.prepare(published, submission, responses.Origin(channel="link"), KEYS, NOW)
    visit = await form_queries.published("visit")
    scored = Submission(id=uuid4(), answers={"recommend": 2, "comment": "Wilted roses."}, language="en")
    return entry, await responses.prepare(visit, scored, responses.Origin(channel="link"), KEYS, NOW)


async def test_answers_that_were_on_their_way_go_too(demo: Demo, client: httpx.AsyncClient, settings: Settings) -> None:
    """Checked while the made-up forms were there, written when they were not: the lists stay in order meanwhile, and
    nothing is left of it afterwards."""
    entries = await held_back(demo)
    await service.begin(demo.caller, OWN, NOW)
    await database.current().run(plans.write(entries))
    assert (await factories.send(client, factories.submission({"recommend": 9, "comment": "Ours."}))).status_code == 201
    client.cookies.set(sign_in.COOKIE, demo.cookie)
    answers = await client.get("/app/answers")
    assert answers.status_code == 200
    assert "Ours." in answers.text
    assert "Wilted roses." not in answers.text
    assert (await client.get(f"/app/answers/{entries[1].id}")).status_code == 404
    key = await key_for(demo.caller.workspace, "responses:read")
    listed = await client.get("/api/v1/responses", headers=key)
    assert [row["answers"].get("comment") for row in listed.json()["items"]] == ["Ours."]
    assert await comments.read_comments([entry.id for entry in entries], NOW) == 0
    await Worker(settings, KEYS).drain()  # long after NOW, so that both looks are due
    told = await database.fetch("SELECT id FROM event WHERE subject IN ({}, {})", *(entry.id for entry in entries))
    assert told == []
    left = await counts(demo.caller)
    assert {table: left[table] for table in ("response", "promise", "comment_reading", "timeline_entry")} == {
        "response": 1, "promise": 0, "comment_reading": 1, "timeline_entry": 0,
    }  # fmt: skip
    assert not await database.fetch("SELECT id FROM job WHERE kind = {} AND state <> 'done'", late.REMOVE_LATE)
    found = await check.check_counts(await accounts.workspace(demo.caller.workspace), lambda done, total: None)
    assert found.level == "ok", found.message


def test_no_table_of_late_answers_is_forgotten() -> None:
    """Whatever belongs to a form or to an answer goes with it; forms, posters and letters went at once."""
    touched = {match[1] for sql in late.statements(1) if (match := re.match(r"DELETE FROM (\w+)", sql))}
    belongs = {
        table._meta.tablename
        for app in piccolo_conf.APPS
        for table in piccolo_conf.APP_REGISTRY.get_table_classes(app)
        if {"form", "response", "promise"} & {column._meta.name for column in table._meta.columns}
    }
    assert belongs - touched == {"form", "form_version", "poster", "invitation"}


async def test_who_really_left_the_mails_stays_away(demo: Demo) -> None:
    await database.execute(
        "INSERT INTO suppression (id, workspace, address_hash, reason, created_at) "
        "VALUES ({}, {}, 'x', 'unsubscribed', {})",
        demo.caller.actor, demo.caller.workspace, NOW,
    )  # fmt: skip
    await service.begin(demo.caller, OWN, NOW)
    rows = await database.fetch("SELECT address_hash FROM suppression WHERE workspace = {}", demo.caller.workspace)
    assert rows == [{"address_hash": "x"}]


async def test_the_counts_are_right_afterwards(demo: Demo) -> None:
    await service.begin(demo.caller, OWN, NOW)
    found = await check.check_counts(await accounts.workspace(demo.caller.workspace), lambda done, total: None)
    assert found.level == "ok", found.message


# The command -----------------------------------------------------------------------------------------------------


async def refused_to(wanted: Beginning, demo: Demo, why: type[Exception]) -> None:
    """The command says no, and neither an account nor anything else is different."""
    before = await counts(demo.caller)
    with pytest.raises(why):
        await owners.begin(wanted, NOW, lambda done, total: None)
    assert await counts(demo.caller) == before


async def test_the_command_makes_no_owner_where_it_says_no(demo: Demo) -> None:
    """Neither for a wrong answer, nor where there is nothing made up, nor for an owner who may not sign in."""
    real = "UPDATE staff SET email = 'real@roses.example', email_key = 'real@roses.example'"
    await database.execute(real)
    await refused_to(msgspec.structs.replace(OWN, time_zone="Europe/Nowhere"), demo, Invalid)
    second, _ = await workspaces.add_staff(demo.caller, "bob@roses.example", "Bob", "owner")
    await workspaces.set_disabled(demo.caller, second.id, True)
    await refused_to(msgspec.structs.replace(OWN, email="bob@roses.example"), demo, Conflict)
    await workspace_service.end_demo(demo.caller)
    await refused_to(OWN, demo, Conflict)


# The page --------------------------------------------------------------------------------------------------------


async def test_the_page_says_what_goes_and_leads_on(client: httpx.AsyncClient, settings: Settings) -> None:
    _, link = await owners.let_owner_in(settings)
    client.cookies.set(sign_in.COOKIE, await sign_in.use_link(link))
    today = (await client.get("/app")).text
    assert "made-up answers of a flower company" in today
    assert 'href="/app/begin"' in today
    page = (await client.get("/app/begin")).text
    assert "170 answers" in page
    token = page.partition('name="_csrf_token" value="')[2].partition('"')[0]
    fields = {
        "_csrf_token": token, "owner_name": "Ilze", "email": "ilze@roses.example", "shop": "Ilze’s Roses",
        "time_zone": "Europe/Riga", "language": "ka", "also": ["ka", "en"],
    }  # fmt: skip
    refused = await client.post("/app/begin", data=fields | {"time_zone": "US/Eastern"})
    assert '<option value="US/Eastern" selected>' in refused.text
    refused = await client.post("/app/begin", data=fields)
    assert refused.status_code == 422
    assert "Ilze’s Roses" in refused.text
    assert "Nothing was removed yet" in refused.text
    foreign = await client.post("/app/begin", data={**fields, "password": PASSWORD, "also": ["en", "tlh"]})
    assert foreign.status_code == 422
    assert re.search(
        r"languages</legend>(?:(?!</fieldset>).)*also-error(?:(?!</fieldset>).)*Choose among English \(en\)",
        foreign.text,
        re.DOTALL,
    )
    done = await client.post("/app/begin", data={**fields, "password": PASSWORD})
    assert done.status_code == 303, done.text
    share = await client.get(done.headers["location"])
    assert share.status_code == 200
    assert "made-up answers" not in share.text
    survey = (await client.get("/s/visit")).text
    assert 'lang="ka"' in survey
    assert "Nothing to remove" in (await client.get("/app/begin")).text


async def test_who_reads_another_language_begins_in_it(client: httpx.AsyncClient, demo: Demo) -> None:
    """The customers' language is that of the owner, if nothing else is said, and the form's name is in it."""
    client.cookies.set(sign_in.COOKIE, demo.cookie)
    client.headers["accept-language"] = "de"
    page = (await client.get("/app/begin")).text
    assert re.search(r'<option value="de" selected>', page.partition('name="language"')[2])
    token = page.partition('name="_csrf_token" value="')[2].partition('"')[0]
    fields = {
        "_csrf_token": token, "owner_name": "Ilze", "email": "ilze@roses.example", "shop": "Ilzes Rosen",
        "time_zone": "Europe/Riga", "language": "de", "password": PASSWORD,
    }  # fmt: skip
    assert (await client.post("/app/begin", data=fields)).status_code == 303
    published = await form_queries.published("visit")
    assert published is not None
    assert published.name == "Nach einem Besuch"
