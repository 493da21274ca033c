"""What lies in the spam box for long is deleted, and nothing else."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from survey_service.accounts import queries as accounts
from survey_service.core import database
from survey_service.responses import queries, spam_service
from tests import factories
from tests.answers import NOON, keep


async def test_old_suspects_go_and_nothing_else_does(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    old, young = NOON - timedelta(days=31), NOON - timedelta(days=29)
    for n in range(3):
        await keep(state="spam", at=old + timedelta(seconds=n), spam_reason="honeypot")
    kept = [await keep(state="spam", at=young), await keep(state="complete", at=old), await keep(state="test", at=old)]
    assert await spam_service.forget(NOON - timedelta(days=30)) == 3
    rows = await database.fetch("SELECT id FROM response")
    assert {row["id"] for row in rows} == {entry.id for entry in kept}
    told = (await accounts.audit_list(home)).items[0]
    assert (told.actor_name, told.action, told.subject) == ("The installation", "answers_discarded", "3")
    assert await spam_service.forget(NOON - timedelta(days=30)) == 0
    assert (await accounts.audit_list(home)).items[0].id == told.id, "nothing was done, and nothing is told"


async def test_more_than_go_at_once_go_too(client: httpx.AsyncClient) -> None:
    home = await factories.published()
    for n in range(5):
        await keep(state="spam", at=NOON - timedelta(days=40, seconds=n))
    at_once, spam_service.AT_ONCE = spam_service.AT_ONCE, 2
    try:
        assert await spam_service.forget(NOON) == 5
    finally:
        spam_service.AT_ONCE = at_once
    rows = [row for row in (await accounts.audit_list(home)).items if row.action == "answers_discarded"]
    assert sum(int(row.subject) for row in rows) == 5


async def test_what_is_released_meanwhile_stays(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await factories.published()
    released, left = [await keep(state="spam", at=NOON - timedelta(days=40, seconds=n)) for n in range(2)]
    found = queries.old_spam

    async def found_before(workspace: UUID, before: datetime, limit: int) -> list[UUID]:
        chosen = await found(workspace, before, limit)
        await database.execute("UPDATE response SET state = 'complete' WHERE id = {}", released.id)
        return chosen

    monkeypatch.setattr(queries, "old_spam", found_before)
    assert await spam_service.forget(NOON) == 1
    rows = await database.fetch("SELECT id FROM response")
    assert [row["id"] for row in rows] == [released.id] != [left.id]
