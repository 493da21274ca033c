"""So many invitations a workspace adds in a day, whoever asks at the same time, and what whoever is too late reads."""

import asyncio
import contextlib
import dataclasses
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest

from survey_service.accounts import installation_service
from survey_service.accounts.refusals import Refusals
from survey_service.accounts.schemas import Caller
from survey_service.core import clock, database
from survey_service.core.errors import Invalid, TooMany
from survey_service.core.ids import new_id
from survey_service.invitations import asking_service, quota_service
from survey_service.invitations.schemas import NewInvitation
from survey_service.messaging import suppression
from tests import factories
from tests.answers import Sign, an_owner, key_for, staff
from tests.conftest import KEYS, shared_by
from tests.invitations import product
from tests.invitations.product import workspace

__all__ = ["staff", "workspace"]

NOW = datetime(2026, 10, 5, 21, 59, 30, tzinfo=UTC)


async def ask(caller: Caller, name: str, now: datetime = NOW, at_most: int = 3) -> str:
    new = NewInvitation(form="visit", email=f"{name}@customers.example")
    return (await asking_service.ask(KEYS, caller, new, now, at_most)).state


async def invited(home: UUID) -> int:
    rows = await database.fetch("SELECT id FROM invitation WHERE workspace = {}", home)
    return len(rows)


async def test_many_at_once_add_no_more_than_a_days_worth(workspace: UUID) -> None:
    done = await asyncio.gather(*(ask(an_owner(workspace), f"c{n}") for n in range(12)), return_exceptions=True)
    assert [one for one in done if not isinstance(one, TooMany)] == ["queued"] * 3
    assert await invited(workspace) == 3
    assert len(await database.fetch("SELECT id FROM job WHERE kind = 'invitation.send'")) == 3
    assert len(await database.fetch("SELECT id FROM audit_entry WHERE action = 'invitation_added'")) == 3


@pytest.mark.parametrize(("zone", "wait"), [("UTC", 7_231), ("Europe/Riga", 82_831), ("Asia/Kolkata", 73_831)])
async def test_it_goes_on_at_the_next_midnight_there(workspace: UUID, zone: str, wait: int) -> None:
    caller = msgspec.structs.replace(an_owner(workspace), time_zone=zone)
    await ask(caller, "first", at_most=1)
    with pytest.raises(TooMany) as told:
        await ask(caller, "second", at_most=1)
    assert told.value.retry_after == wait
    assert await ask(caller, "second", NOW + timedelta(seconds=wait), at_most=1) == "queued"


async def test_days_of_other_time_zones_add_nothing_to_it(workspace: UUID) -> None:
    """Whoever has a key to the settings too goes from zone to zone, and it stays at a day's worth for each day."""
    taken = 0
    for _round in range(4):
        for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Midway"):
            for _try in range(3):
                with contextlib.suppress(TooMany):
                    await quota_service.take(workspace, zone, 1, NOW)
                    taken += 1
    assert taken == 2


async def test_back_in_a_zone_of_the_day_before_it_goes_on_when_that_is_over_too(workspace: UUID) -> None:
    await quota_service.take(workspace, "Pacific/Kiritimati", 1, NOW)
    with pytest.raises(TooMany) as told:
        await quota_service.take(workspace, "UTC", 1, NOW)
    assert told.value.retry_after == 7_231 + 86_400
    assert "midnight" not in told.value.message
    with pytest.raises(TooMany) as told:
        await quota_service.take(workspace, "UTC", 1, NOW + timedelta(seconds=7_231))
    assert "midnight" in told.value.message
    await quota_service.take(workspace, "UTC", 1, NOW + timedelta(seconds=7_231 + 86_400))


async def test_another_workspace_has_a_day_of_its_own(workspace: UUID) -> None:
    other = new_id()
    await quota_service.take(workspace, "UTC", 1, NOW)
    await quota_service.take(other, "UTC", 1, NOW)
    with pytest.raises(TooMany):
        await quota_service.take(workspace, "UTC", 1, NOW)


async def test_a_clock_that_was_ahead_for_a_while_leaves_nothing_behind(workspace: UUID) -> None:
    ahead = NOW + timedelta(days=365)
    await quota_service.take(workspace, "UTC", 1, ahead)
    await quota_service.take(workspace, "UTC", 1, NOW)


async def test_what_is_refused_or_not_sent_is_not_counted(workspace: UUID) -> None:
    for fields in ({"form": "none", "email": "a@customers.example"}, {"form": "visit", "email": "no"}):
        with pytest.raises(Invalid):
            await asking_service.ask(KEYS, an_owner(workspace), NewInvitation(**fields), NOW, 1)
    await suppression.add(KEYS, workspace, "left@customers.example", new_id(), NOW)
    assert await ask(an_owner(workspace), "left", at_most=1) == "suppressed"
    assert await ask(an_owner(workspace), "first", at_most=1) == "queued"
    assert await ask(an_owner(workspace), "left", at_most=1) == "suppressed", "and it needs no room"


async def test_asking_again_is_counted_too(workspace: UUID) -> None:
    caller = an_owner(workspace)
    row = await product.queue(workspace)
    await asking_service.take_back(caller, row.id, NOW)
    await asking_service.ask_again(caller, row.id, NOW, 1)
    await asking_service.take_back(caller, row.id, NOW)
    with pytest.raises(TooMany):
        await asking_service.ask_again(caller, row.id, NOW, 1)


async def test_page_and_program_are_told_when_it_goes_on(client: httpx.AsyncClient, staff: Sign) -> None:
    await factories.published()
    shared = shared_by(client)
    shared.settings = dataclasses.replace(shared.settings, invitations_a_day=1)
    key = await key_for((await installation_service.workspace_default()).id, "invitations:write")
    new = {"form": "visit", "email": "ada@customers.example"}
    assert (await client.post("/api/v1/invitations", json=new, headers=key)).status_code == 202
    late = await client.post("/api/v1/invitations", json={**new, "email": "bo@customers.example"}, headers=key)
    assert (late.status_code, late.json()["code"], late.json()["title"]) == (429, "too_many", "Enough for today")
    assert 0 < int(late.headers["retry-after"]) <= 90_000
    page = await (await staff("manager")).post("/app/invitations", data={**new, "email": "bo@customers.example"})
    assert page.status_code == 429
    assert "were added today: 1. It goes on at midnight." in page.text
    assert 'value="bo@customers.example"' in page.text


async def test_a_day_that_is_full_is_told_in_the_audit_trail_whichever_way_it_was_met(
    client: httpx.AsyncClient, staff: Sign
) -> None:
    home = await factories.published()
    row = await product.queue(home)
    await asking_service.take_back(an_owner(home), row.id, clock.now())
    shared = shared_by(client)
    shared.settings = dataclasses.replace(shared.settings, invitations_a_day=0)
    manager, key = await staff("manager"), await key_for(home, "invitations:write")
    new = {"form": "visit", "email": "bo@customers.example"}
    assert (await client.post("/api/v1/invitations", json=new, headers=key)).status_code == 429
    assert (await manager.post("/app/invitations", data=new)).status_code == 429
    page = await manager.post(f"/app/invitations/{row.id}/resend")
    assert page.status_code == 429
    assert "It goes on at midnight." in page.text
    assert "Send it after all" in page.text, "it is the invitation's own page, with its button"
    await shared.part(Refusals).write()
    told = await database.fetch("SELECT actor_name, times FROM audit_entry WHERE action = 'too_many' ORDER BY times")
    assert [row["times"] for row in told] == [1, 2]
    assert told[1]["actor_name"] == "Manager"


async def test_the_page_says_how_many_are_left_where_that_is_few(
    client: httpx.AsyncClient, staff: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await factories.published()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    manager = await staff("manager")
    shared = client._transport.app.state.shared  # type: ignore[attr-defined]

    async def line(at_most: int) -> str:
        shared.settings = dataclasses.replace(shared.settings, invitations_a_day=at_most)
        page = (await manager.get("/app/invitations")).text
        return page.partition('id="left">')[2].partition("<")[0]

    await ask(an_owner(home), "first", at_most=5000)
    assert await line(5000) == ""
    assert await line(2) == "1 more invitation can be added today. More can be from 6 Oct 2026, 00:00 on."
    assert await line(51) == "50 more invitations can be added today. More can be from 6 Oct 2026, 00:00 on."
    assert await line(52) == ""
    assert await line(1) == "No more invitations can be added today. More can be from 6 Oct 2026, 00:00 on."
    refused = await manager.post("/app/invitations", data={"form": "visit", "email": "late@customers.example"})
    assert refused.status_code == 429, "the page and what refuses go by the same"
