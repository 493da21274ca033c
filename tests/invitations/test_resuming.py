"""Sending goes on after a restore: only what was chosen goes out, however many had waited."""

from datetime import timedelta

import pytest

from survey_service.accounts import installation_service, pausing
from survey_service.accounts import queries as accounts
from survey_service.core import clock
from survey_service.core import database as core_database
from survey_service.core.database import Database
from survey_service.core.errors import Invalid
from survey_service.core.ids import new_id
from survey_service.invitations import resuming
from survey_service.invitations import service as distribution
from survey_service.invitations.schemas import NewInvitation
from tests.builder.browsing import owner
from tests.conftest import KEYS
from tests.invitations import product


async def test_many_that_waited_are_ended_in_batches(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resuming, "AT_ONCE", 2)
    alice, _ = await owner()
    home, now = alice.workspace, clock.now()
    await product.publish(home)
    waiting = [
        await distribution.queue_invitation(KEYS, home, NewInvitation(form="visit", email=f"{n}@x.org"), now)
        for n in range(7)
    ]
    await pausing.pause(alice, now + timedelta(seconds=1))
    later = NewInvitation(form="visit", email="later@x.org")
    after = await distribution.queue_invitation(KEYS, home, later, now + timedelta(seconds=2))
    chosen = [waiting[0].id, waiting[3].id, waiting[6].id]
    with pytest.raises(Invalid, match="1 of the chosen"):
        await resuming.go_on(alice, [*chosen, new_id()], now)
    assert await accounts.paused_ids() == [home]
    done = await resuming.go_on(alice, chosen, now + timedelta(seconds=3))
    assert done == resuming.Resumed(3, 4)
    rows = await core_database.fetch("SELECT id FROM invitation WHERE state = 'queued'")
    assert {row["id"] for row in rows} == {*chosen, after.id}


async def test_only_the_paused_are_read_and_at_once(database: Database) -> None:
    alice, _ = await owner()
    await installation_service.add_workspace("Elsewhere")
    assert await accounts.paused_ids() == []
    await pausing.pause(alice, clock.now())
    assert await accounts.paused_ids() == [alice.workspace]
    assert [workspace.id for workspace in await accounts.workspaces(paused_only=True)] == [alice.workspace]
    await pausing.end_pause(alice)
    assert await accounts.paused_ids() == []
