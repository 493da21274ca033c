"""A slow or failing mail server holds up nothing else, and what cannot be sent is given up in sight."""

import asyncio
import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from survey_service import worker as module
from survey_service.core import clock, database
from survey_service.core.errors import TransportError
from survey_service.core.settings import Settings
from survey_service.invitations import queries as invitations_read
from survey_service.invitations import service as invitations
from survey_service.invitations.schemas import NewInvitation
from survey_service.jobs import service as jobs
from survey_service.jobs.schemas import JobRow
from survey_service.messaging.transports.email import RETRIES
from survey_service.worker import Worker
from tests import factories
from tests.conftest import KEYS
from tests.messaging.mailbox import Mailbox, serving
from tests.worker.conftest import Killed, read_labels, states

pytestmark = pytest.mark.usefixtures("client")


async def queued_mail(count: int = 1) -> None:
    home = await factories.workspace()
    for n in range(count):
        await jobs.enqueue(home, invitations.SEND_INVITATION, f"mail:{n}", {}, clock.now())


async def test_a_slow_mail_server_holds_up_nothing_else(
    client: httpx.AsyncClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, answer = asyncio.Event(), asyncio.Event()

    async def slow(job: JobRow, settings: Settings, secret: str) -> None:
        entered.set()
        await answer.wait()

    monkeypatch.setattr(invitations, "send_invitation", slow)
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.01)
    await factories.published()
    await queued_mail()
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(20):
        await entered.wait()
        await factories.send(client, factories.submission({"recommend": 9, "comment": "I love it"}))
        while await read_labels() != {"I love it": "positive"}:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        worker.stop()
        await asyncio.sleep(0.05)
        assert not running.done()
        answer.set()
        await running
    assert await database.fetch("SELECT state FROM job WHERE key = 'mail:0'") == [{"state": "done"}]


@pytest.mark.parametrize(
    ("error", "permanent"),
    [(TransportError("no such mailbox", permanent=True), True), (TransportError("later", permanent=False), False)],
)
async def test_a_mail_that_fails_is_told_and_ended_in_time(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, error: TransportError, permanent: bool
) -> None:
    given_up: list[str] = []

    async def refuse(job: JobRow, settings: Settings, secret: str) -> None:
        raise error

    async def give_up(job: JobRow, message: str) -> None:
        given_up.append(message)

    monkeypatch.setattr(invitations, "send_invitation", refuse)
    monkeypatch.setattr(invitations, "give_up_invitation", give_up)
    await queued_mail()
    assert await worker.send()
    assert not await worker.send()
    (row,) = await database.fetch("SELECT state, last_error FROM job")
    assert row == {"state": "failed" if permanent else "ready", "last_error": error.message}
    assert given_up == ([error.message] if permanent else [])


async def test_a_fault_of_ours_is_tried_again_until_the_last_try(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up: list[str] = []
    moment = clock.now()

    class Later:
        @staticmethod
        def now() -> datetime:
            return moment

    async def broken(job: JobRow, settings: Settings, secret: str) -> None:
        raise KeyError("on purpose")

    async def give_up(job: JobRow, message: str) -> None:
        given_up.append(message)

    monkeypatch.setattr(invitations, "send_invitation", broken)
    monkeypatch.setattr(invitations, "give_up_invitation", give_up)
    await queued_mail(3)
    monkeypatch.setattr(module, "clock", Later)
    for _ in range(10):
        moment += timedelta(hours=13)
        assert given_up == []
        assert await worker.send()
    moment += timedelta(hours=13)
    assert not await worker.send()
    assert given_up == ["KeyError('on purpose')"] * 3
    assert {row["state"] for row in await database.fetch("SELECT state FROM job")} == {"failed"}


async def test_a_mail_that_ends_the_worker_each_time_is_given_up(
    client: httpx.AsyncClient,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    moments: Callable[[timedelta], None],
) -> None:
    home = await factories.published()
    new = NewInvitation(form="visit", email="hana@customers.example")
    row = await invitations.queue_invitation(KEYS, home, new, clock.now())

    async def deadly(job: JobRow, settings: Settings, secret: str) -> None:
        raise Killed

    monkeypatch.setattr(invitations, "send_invitation", deadly)
    for _ in range(len(RETRIES) + 1):
        with pytest.raises(Killed):
            await worker.send()
        assert (await invitations_read.invitation(home, row.id)).state == "queued"
        moments(timedelta(minutes=3))
    assert await worker.send()
    assert not await worker.send()
    told = f"The worker ended {len(RETRIES) + 1} times while it was being done."
    ended = await invitations_read.invitation(home, row.id)
    assert (ended.state, ended.last_error, ended.trace[-1].what) == ("failed", told, told)
    assert (await states(invitations.SEND_INVITATION))[0]["last_error"] == told
    assert await invitations.resend(home, row.id, clock.now())


async def test_without_a_mail_server_mails_wait_untried(settings: Settings) -> None:
    await queued_mail()
    assert not await Worker(settings, KEYS).send()
    assert await database.fetch("SELECT state, attempts FROM job") == [{"state": "ready", "attempts": 0}]


async def test_a_mail_that_is_put_off_is_tried_for_nearly_five_days(
    client: httpx.AsyncClient,
    settings: Settings,
    moments: Callable[[timedelta], None],
) -> None:
    home = await factories.published()
    new = NewInvitation(form="visit", email="hana@customers.example")
    row = await invitations.queue_invitation(KEYS, home, new, clock.now())
    mailbox = Mailbox(rcpt="451 4.7.1 grey-listed, later")
    begun, waits = clock.now(), []
    async with serving(mailbox) as port:
        given = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "hello@linden.example"}
        worker = Worker(dataclasses.replace(settings, **given), KEYS)
        while await worker.send():
            kept = await invitations_read.invitation(home, row.id)
            if kept.state != "queued":
                break
            next_try = kept.trace[-1].next_try
            assert next_try is not None
            waits.append(round((next_try - module.clock.now()) / timedelta(minutes=1)))
            moments(next_try - module.clock.now() - timedelta(seconds=2))
            assert not await worker.send(), "before its time"
            moments(timedelta(seconds=3))
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, *[720] * 8]
    assert timedelta(days=4, hours=20) < module.clock.now() - begun <= timedelta(days=5)
    assert (kept.state, kept.attempts, kept.trace[-1].next_try) == ("failed", 17, None)
    assert kept.last_error == "The mail server refused the recipient: 451 4.7.1 grey-listed, later"
