"""Who left gets nothing, however the address is spelled, until they come back."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from survey_service.core import clock
from survey_service.core import database as core_database
from survey_service.core.ids import new_id
from survey_service.core.settings import Settings
from survey_service.invitations import queries, service
from survey_service.jobs import service as jobs
from survey_service.messaging import suppression, withdrawals
from survey_service.messaging.schemas import UNSUBSCRIBED
from tests.conftest import KEYS, SECRET
from tests.invitations.product import EMAIL, kinds, queue, work
from tests.lasting import waits_for_a_replica
from tests.messaging.mailbox import Mailbox, serving


async def test_who_unsubscribed_gets_nothing(workspace: UUID, settings: Settings) -> None:
    first = await queue(workspace)
    for _ in range(2):
        await service.unsubscribe(KEYS, first, clock.now())
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        await work(settings, port)
    assert mailbox.mails == []
    assert (await queries.invitation(workspace, first.id)).state == "suppressed"
    second = await queue(workspace, email="HANA@customers.example")
    assert (second.state, second.customer) == ("suppressed", first.customer)
    assert second.last_error == service.NOT_WANTED
    assert await jobs.claim([service.SEND_INVITATION], 10, clock.now()) == []
    assert await kinds(first) == [
        "invitation_suppressed", "invitation_suppressed", "unsubscribed", "invitation_queued",
    ]  # fmt: skip
    rows = await core_database.fetch("SELECT address_hash FROM suppression")
    assert len(rows) == 1
    assert EMAIL not in rows[0]["address_hash"]
    await service.subscribe_again(KEYS, first, clock.now())
    await service.subscribe_again(KEYS, first, clock.now())
    assert (await queue(workspace)).state == "queued"
    assert (await kinds(first)).count("resubscribed") == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_is_told_again_that_nothing_is_sent_can_rely_on_it(workspace: UUID) -> None:
    first = await queue(workspace)
    await service.unsubscribe(KEYS, first, clock.now())
    assert not await waits_for_a_replica("suppression")
    await service.unsubscribe(KEYS, first, clock.now())
    assert await waits_for_a_replica("suppression")


async def test_two_addresses_of_one_former_spelling_are_two_people(workspace: UUID) -> None:
    sharp, double = await queue(workspace, email="roß1@example.org"), await queue(workspace, email="ross1@example.org")
    assert (sharp.email, double.email) == ("roß1@example.org", "ross1@example.org")
    assert sharp.customer != double.customer
    await service.unsubscribe(KEYS, double, clock.now())
    assert (await queue(workspace, email="ROß1@example.org")).state == "queued"
    assert (await queue(workspace, email="ROSS1@example.org")).state == "suppressed"


async def test_back_from_a_former_suppression_comes_only_who_asks(workspace: UUID) -> None:
    sharp = await queue(workspace, email="roß1@example.org")
    await core_database.execute(
        "INSERT INTO suppression (id, workspace, address_hash, reason, created_at) VALUES ({}, {}, {}, {}, {})",
        new_id(), workspace, suppression.former_hash(SECRET, sharp.email), UNSUBSCRIBED, clock.now(),
    )  # fmt: skip
    await service.unsubscribe(KEYS, sharp, clock.now())
    assert len(await core_database.fetch("SELECT id FROM suppression")) == 2
    await service.subscribe_again(KEYS, sharp, clock.now())
    assert (await queue(workspace, email="roß1@example.org")).state == "queued"
    assert (await queue(workspace, email="ross1@example.org")).state == "suppressed"


@pytest.mark.parametrize(("email", "other"), [("roß1@example.org", "ross1@example.org"), (EMAIL, "")])
async def test_who_came_back_stays_back_at_the_next_start(
    workspace: UUID, tmp_path: Path, email: str, other: str
) -> None:
    """After a restore the ledger may hold the former hash, which an old database had."""
    ledger, before = tmp_path / "ledger", clock.now() - timedelta(days=9)
    former = suppression.former_hash(SECRET, email)
    withdrawals.append(ledger, [withdrawals.Withdrawal(workspace, former, before)])
    await withdrawals.apply(ledger)
    row = await queue(workspace, email=email)
    assert row.state == "suppressed"
    await service.subscribe_again(KEYS, row, clock.now(), ledger)
    for restored in (False, True):
        if restored:
            await core_database.execute("DELETE FROM suppression")
            await core_database.execute(
                "INSERT INTO suppression (id, workspace, address_hash, reason, created_at) VALUES ({}, {}, {}, {}, {})",
                new_id(), workspace, former, UNSUBSCRIBED, before,
            )  # fmt: skip
        await withdrawals.apply(ledger)
        assert await suppression.reason(KEYS, workspace, email) is None
        if other:
            assert await suppression.reason(KEYS, workspace, other) == UNSUBSCRIBED


async def test_another_reason_is_not_taken_back(workspace: UUID) -> None:
    row = await queue(workspace)
    await service.unsubscribe(KEYS, row, clock.now())
    await core_database.execute("UPDATE suppression SET reason = 'objection'")
    await service.subscribe_again(KEYS, row, clock.now())
    assert await suppression.reason(KEYS, workspace, EMAIL) == "objection"
