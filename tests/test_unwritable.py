"""Every route of the product while its SQLite file takes nothing: who reads is served, who writes is told to come back
and loses nothing of what was typed, and nobody is shown a fault."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from html import escape
from typing import Any

import httpx
import pytest

from survey_service.core import database as db
from survey_service.core.batch import sqlite_writer
from survey_service.core.database import patience, sqlite
from survey_service.core.database.sqlite import SQLiteDatabase
from survey_service.core.settings import Settings
from tests.hands import Form, forms_of
from tests.route_table import Target, table
from tests.test_strangers import ENDLESS, SLUG, World, call, world

__all__ = ["table", "world"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OWN = {"Origin": "http://testserver.local"}
Fault = Callable[[Settings, pytest.MonkeyPatch], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def held(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program writes all the while; nobody here has any patience."""
    monkeypatch.setattr(db, "HURRIED_SECONDS", 0)
    monkeypatch.setattr(patience, "LAST_SECONDS", 0)
    with contextlib.closing(sqlite3.connect(settings.sqlite_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextlib.contextmanager
def read_only(_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """SQLite itself lets nobody write."""
    for module in (sqlite, sqlite_writer):
        pragmas = (*module.CONNECTION_PRAGMAS, "PRAGMA query_only = 1")
        monkeypatch.setattr(module, "CONNECTION_PRAGMAS", pragmas)
    yield


@pytest.fixture(params=[held, read_only])
async def faulty(
    request: pytest.FixtureRequest, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """The world of Alice, in which nothing can be kept any more."""
    opened = db.current()
    assert isinstance(opened, SQLiteDatabase)
    await opened.engine.close()
    opened.engine.readers.keeping = True
    if opened.writer.connection is not None:
        opened.writer.connection.close()
        opened.writer.connection = None
    fault: Fault = request.param
    with fault(settings, monkeypatch):
        yield world


def told(answer: httpx.Response) -> bool:
    """Whether it says when to come back, in words for people or programs, and nothing of the inside."""
    inside = any(word in answer.text for word in ("locked", "readonly", "sqlite"))
    return answer.status_code == 503 and int(answer.headers.get("retry-after", 0)) > 0 and not inside


SOON = 20
"""Seconds after which somebody waited with the patience of a command: a third of it, many times what any page takes."""
TAKEN_OUT = (".csv", ".pdf")
"""What leaves the house is noted in the audit trail before it does."""


async def test_no_route_fails_by_a_fault(client: httpx.AsyncClient, faulty: World, table: list[Target]) -> None:
    wrong: list[Any] = []
    refused = 0
    for target in table:
        if (
            target.path in ENDLESS
            or target.path in ("/readyz", "/metrics")
            or set(target.parameters) - {*faulty.values}
        ):
            continue
        async with asyncio.timeout(SOON):
            got = await call(client, target, faulty, faulty.alice)
        refused += told(got)
        writes = target.method != "GET" or target.path.endswith(TAKEN_OUT)
        if got.status_code >= 500 and not (writes and told(got)):
            wrong.append((*target.key, got.status_code))
    assert wrong == []
    assert refused > 10


async def test_what_was_filled_in_is_shown_again(client: httpx.AsyncClient, faulty: World, table: list[Target]) -> None:
    """The forms of every page of staff, sent as they are."""
    wrong: list[Any] = []
    refused = set()
    for target in table:
        if target.method != "GET" or "role" not in target.opt or target.path in ENDLESS:
            continue
        headers = faulty.alice.headers(target)
        page = await client.get(target.url(faulty.values), headers=headers)
        if not page.headers["content-type"].startswith("text/html"):
            continue
        for form in forms_of(page.text, target.url(faulty.values)):
            if form.method == "post" and form.action not in refused | {"/app/sign-out"}:
                async with asyncio.timeout(SOON):
                    got = await client.post(form.action, data=form.fields, headers=headers | OWN)
                if told(got):
                    refused.add(form.action)
                if got.status_code >= 500 and not (told(got) and keeps(got, form)):
                    wrong.append((form.action, got.status_code))
    assert wrong == []
    assert len(refused) > 5


async def test_what_was_only_looked_for_can_be_asked_for_again(client: httpx.AsyncClient, faulty: World) -> None:
    """With all that was chosen."""
    headers = faulty.alice.headers(Target("GET", "/app/x", {"role": "viewer"})) | {"Accept": "text/html"}
    for asked in (f"/app/answers.csv?form={SLUG}&language=en", "/app/reports/summary.pdf"):
        got = await client.get(asked, headers=headers)
        assert told(got)
        assert f'href="{escape(asked)}"' in got.text
        assert "Try again</a>" in got.text


def keeps(answer: httpx.Response, form: Form) -> bool:
    """Whether the answer has all that was typed, to be sent again."""
    typed = {name: form.fields[name] for name in form.texts if form.fields.get(name)}
    again = [each for each in forms_of(answer.text, "") if each.method == "post"]
    return not typed or any(typed.items() <= each.fields.items() for each in again)


async def test_an_answer_is_not_taken_and_can_be_sent_again(client: httpx.AsyncClient, faulty: World) -> None:
    page = await client.get(f"/s/{SLUG}")
    assert page.status_code == 200
    (form,) = [each for each in forms_of(page.text, f"/s/{SLUG}") if each.method == "post"]
    sent = await client.post(form.action, data=form.fields | {"recommend": "9"})
    assert told(sent)
    by_program = await client.post(f"/api/v1/forms/{SLUG}/responses", json={"answers": {"recommend": 9}})
    assert told(by_program)
