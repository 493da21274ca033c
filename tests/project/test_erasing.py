"""What the page on privacy gives to erase one person by hand reaches what is known of them, and nobody else's."""

import contextlib
import re
import sqlite3

import asyncpg
import httpx

from survey_service.accounts import queries as accounts
from survey_service.cases import service as cases
from survey_service.core import clock, database
from survey_service.core.settings import Settings
from survey_service.customers import queries as customers
from survey_service.customers import service as customers_service
from survey_service.customers.schemas import NewCustomer
from survey_service.forms import queries as forms
from survey_service.forms import service as forms_service
from survey_service.forms.schemas import FormChange
from survey_service.invitations import asking_service
from survey_service.invitations.schemas import NewInvitation
from survey_service.responses import queries as responses_queries
from tests import factories
from tests.answers import an_owner
from tests.conftest import KEYS
from tests.project.test_docs import text


async def test_one_person_is_erased_by_hand(client: httpx.AsyncClient, settings: Settings) -> None:
    workspace = await factories.published("visit")
    for email in ("ana@example.org", "other@example.org"):
        answers = {"recommend": 9, "comment": "Lovely.", "email": email}
        await client.post("/api/v1/forms/visit/responses", json=factories.submission(answers))
    await forms_service.change(workspace, "visit", FormChange(promise="reply"), clock.now())
    promised = await forms.published("visit")
    every = await responses_queries.responses(responses_queries.AnswerFilter(workspace=workspace), 10)
    assert len(await cases.note(workspace, promised, [row.id for row in every.items])) == 2
    for email in ("Ana@example.org", "other@example.org"):
        await customers_service.keep(an_owner(workspace), NewCustomer(email), clock.now())
        row = await asking_service.ask(KEYS, an_owner(workspace), NewInvitation("visit", email), clock.now(), 9)
        await asking_service.take_back(an_owner(workspace), row.id, clock.now())
        await asking_service.ask_again(an_owner(workspace), row.id, clock.now(), 9)
    (statements,) = re.findall(r"```sql\n(.*?)```", text("docs/privacy.md"), flags=re.DOTALL)
    await _run(settings, statements)
    kept = await customers.customer_list(workspace, "", "", 10)
    assert [customer.email for customer in kept.items] == ["other@example.org"]
    found = await responses_queries.responses(responses_queries.AnswerFilter(workspace=workspace), 10)
    assert [row.customer for row in found.items] == [kept.items[0].id]
    promises = await database.fetch("SELECT response FROM promise WHERE workspace = {}", workspace)
    assert [row["response"] for row in promises] == [row.id for row in found.items]
    told = [row.subject for row in (await accounts.audit_list(workspace)).items]
    assert told.count("o…@example.org") == 4
    assert [subject for subject in told if subject.lower().startswith("a…")] == []


async def _run(settings: Settings, statements: str) -> None:
    """What an operator types into the database's own shell."""
    if settings.is_sqlite:
        with contextlib.closing(sqlite3.connect(settings.sqlite_path)) as connection:
            connection.executescript(statements)
        return
    shell = await asyncpg.connect(settings.database_url)
    try:
        await shell.execute(statements)
    finally:
        await shell.close()
