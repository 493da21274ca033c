"""Asking the same person again, and taking back what waits."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from survey_service.core import clock
from survey_service.core import database as core_database
from survey_service.core.errors import Conflict, NotFound
from survey_service.core.ids import new_id
from survey_service.core.settings import Settings
from survey_service.invitations import queries, service
from survey_service.invitations.schemas import NewInvitation
from survey_service.jobs import service as jobs
from survey_service.messaging.transports.email import MailServer
from tests.conftest import KEYS
from tests.invitations.product import EMAIL, kinds, queue, with_server, work
from tests.messaging.mailbox import Mailbox, serving


async def test_nobody_is_asked_twice_within_the_pause_unless_somebody_says_so(workspace: UUID) -> None:
    now = clock.now()
    first = await queue(workspace, again=False)
    with pytest.raises(service.AskedRecently) as refused:
        await queue(workspace, again=False, email=EMAIL.upper())
    assert (refused.value.before, refused.value.at) == (first.id, first.created_at)
    assert len((await queries.page_of_invitations(workspace, "", "", 10)).items) == 1
    assert (await queue(workspace)).customer == first.customer
    assert (await queue(workspace, again=False, email="other@customers.example")).state == "queued"
    await core_database.execute("UPDATE invitation SET state = 'sent', sent_at = {}", now)
    new = NewInvitation("visit", EMAIL, again=False)
    later = now + queries.PAUSE + timedelta(minutes=1)
    assert (await service.queue_invitation(KEYS, workspace, new, later)).state == "queued"


async def test_what_never_went_out_starts_no_pause(workspace: UUID) -> None:
    row = await queue(workspace)
    await service.take_back(workspace, row.id, clock.now())
    assert (await queue(workspace, again=False)).state == "queued"


async def test_sending_after_all_asks_nobody_twice(workspace: UUID) -> None:
    first = await queue(workspace)
    await service.take_back(workspace, first.id, clock.now())
    second = await queue(workspace, again=False)
    with pytest.raises(service.AskedRecently) as refused:
        await service.resend(workspace, first.id, clock.now(), again=False)
    assert refused.value.before == second.id
    assert (await queries.invitation(workspace, first.id)).state == "taken_back"
    assert (await service.resend(workspace, first.id, clock.now())).state == "queued"


async def test_the_pause_begins_when_somebody_was_asked_not_when_it_was_planned(workspace: UUID) -> None:
    new, then = NewInvitation("visit", EMAIL, again=False), clock.now() - 2 * queries.PAUSE
    old = await service.queue_invitation(KEYS, workspace, new, then)
    with pytest.raises(service.AskedRecently):
        await queue(workspace, again=False)
    await core_database.execute("UPDATE invitation SET state = 'sent', sent_at = {} WHERE id = {}", clock.now(), old.id)
    with pytest.raises(service.AskedRecently):
        await queue(workspace, again=False)
    await core_database.execute("UPDATE invitation SET sent_at = {} WHERE id = {}", then, old.id)
    assert (await queue(workspace, again=False)).state == "queued"


async def test_what_waits_can_be_taken_back(workspace: UUID, settings: Settings) -> None:
    row = await queue(workspace)
    taken = await service.take_back(workspace, row.id, clock.now())
    assert (taken.state, [step.what for step in taken.trace]) == (
        "taken_back",
        ["Waiting to go out.", "Taken back before it was sent."],
    )
    assert (await kinds(row))[0] == "invitation_taken_back"
    assert await jobs.claim([service.SEND_INVITATION], 10, clock.now()) == []
    with pytest.raises(Conflict):
        await service.take_back(workspace, row.id, clock.now())
    with pytest.raises(NotFound):
        await service.take_back(new_id(), row.id, clock.now())
    await service.resend(workspace, row.id, clock.now())
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        await work(settings, port)
    assert len(mailbox.mails) == 1


async def test_what_is_put_off_can_be_taken_back(workspace: UUID, settings: Settings) -> None:
    row = await queue(workspace)
    async with serving(Mailbox(rcpt="451 4.7.1 come back later")) as port:
        await work(settings, port)
    assert (await service.take_back(workspace, row.id, clock.now())).state == "taken_back"


async def test_what_is_being_handed_over_is_not_taken_back(workspace: UUID, settings: Settings) -> None:
    """A worker has the job: the mail may be at the server already, so nobody is told that it is not."""
    row = await queue(workspace)
    (job,) = await jobs.claim([service.SEND_INVITATION], 10, clock.now())
    with pytest.raises(Conflict):
        await service.take_back(workspace, row.id, clock.now())
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        server = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "hello@linden.example"}
        await service.send_invitation(job, MailServer(with_server(settings, server)), KEYS)
    assert (await queries.invitation(workspace, row.id)).state == "sent"
    with pytest.raises(Conflict):
        await service.take_back(workspace, row.id, clock.now())


async def test_taking_back_and_claiming_at_once_agree(workspace: UUID) -> None:
    """Whoever is first has it: either the mail is taken back, or a worker has it, never both."""
    for number in range(20):
        row = await queue(workspace, email=f"race-{number}@customers.example")
        taken, claimed = await asyncio.gather(
            service.take_back(workspace, row.id, clock.now()),
            jobs.claim([service.SEND_INVITATION], 10, clock.now()),
            return_exceptions=True,
        )
        assert isinstance(claimed, list)
        assert isinstance(taken, Conflict) == bool(claimed), (taken, claimed)
