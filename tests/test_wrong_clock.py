"""The clock was wrong for a while and is right again: what was begun meanwhile holds nobody up, and lasts no longer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from survey_service.accounts import installation_service, sign_in
from survey_service.core import clock, database
from survey_service.core.errors import Conflict, Gone
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import NewInvitation
from survey_service.web import standing
from tests import factories
from tests.answers import rows, session_of
from tests.conftest import KEYS
from tests.survey.respondent import opened

HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
OWNER = "owner@linden.example"
Move = Callable[[timedelta], None]


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> Move:
    """Sets the clock of everybody so far ahead."""
    right, by = clock.now, timedelta()

    def moved() -> datetime:
        return right() + by

    def move(to: timedelta) -> None:
        nonlocal by
        by = to

    monkeypatch.setattr(clock, "now", moved)
    return move


async def invite(home: UUID, address: str = "ana@customers.example") -> None:
    new = NewInvitation("visit", address, "Ana", "en", again=False)
    await invitations.queue_invitation(KEYS, home, new, clock.now())


@pytest.mark.parametrize("by", [HOUR, YEAR])
async def test_a_page_of_an_hour_that_was_not_is_no_machines(
    client: httpx.AsyncClient, ahead: Move, by: timedelta
) -> None:
    await factories.published()
    ahead(by)
    fields = await opened(client)
    ahead(timedelta())
    assert (await client.post("/s/visit", data={**fields, "recommend": "9"})).status_code == 303
    assert [row["score"] for row in await rows()] == [9]
    quick = {**await opened(client), "_id": str(uuid4())}
    await client.post("/s/visit", data={**quick, "recommend": "9"})
    assert [row["spam_reason"] for row in await rows("spam")] == ["too_fast"]


async def test_a_session_of_a_year_that_was_not_is_over(client: httpx.AsyncClient, ahead: Move) -> None:
    await installation_service.ensure_owner(OWNER)
    ahead(YEAR)
    secret = await session_of(OWNER)
    link = await installation_service.issue_sign_in_link(OWNER)
    ahead(timedelta())
    assert await sign_in.caller_of_session(secret) is None
    with pytest.raises(Gone):
        await sign_in.use_link(link)


async def test_a_clock_that_is_set_back_an_hour_signs_nobody_out(client: httpx.AsyncClient, ahead: Move) -> None:
    await installation_service.ensure_owner(OWNER)
    secret = await session_of(OWNER)
    ahead(-HOUR)
    assert await sign_in.caller_of_session(secret) is not None


async def test_an_answer_of_a_year_that_was_not_can_not_be_changed_for_a_year(
    client: httpx.AsyncClient, ahead: Move
) -> None:
    await factories.published()
    ahead(YEAR)
    fields = await opened(client)
    ahead(YEAR + HOUR)
    assert (await client.post("/s/visit", data={**fields, "recommend": "9"})).status_code == 303
    ahead(timedelta())
    await client.post("/s/visit", data={**fields, "recommend": "1", "_again": "change"})
    assert [row["score"] for row in await rows()] == [9]


async def test_who_was_asked_in_a_year_that_was_not_may_be_asked(client: httpx.AsyncClient, ahead: Move) -> None:
    home = await factories.published()
    ahead(YEAR)
    await invite(home)
    await database.execute("UPDATE invitation SET state = 'sent', sent_at = created_at")
    with pytest.raises(Conflict):
        await invite(home)
    ahead(timedelta())
    await invite(home)
    with pytest.raises(Conflict):
        await invite(home)


@pytest.mark.parametrize(("by", "level"), [(HOUR, "ok"), (YEAR, "warning")])
def test_a_backup_of_a_year_that_was_not_is_no_backup(by: timedelta, level: str) -> None:
    now = clock.now()
    assert standing.backup(now + by, now).level == level
