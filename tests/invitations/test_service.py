"""Sending, refusing and leaving, on both databases and against a real SMTP server."""

import asyncio
import dataclasses
import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from survey_service.core import clock, tokens
from survey_service.core import database as core_database
from survey_service.core.database import Database
from survey_service.core.errors import Conflict, Invalid, NotFound, TransportError
from survey_service.core.ids import new_id
from survey_service.core.settings import Settings
from survey_service.customers import queries as customers
from survey_service.forms import service as forms_service
from survey_service.invitations import queries, service
from survey_service.invitations.plans import mark_answered
from survey_service.invitations.schemas import InvitationRow, NewInvitation
from survey_service.jobs import service as jobs
from survey_service.messaging import message, suppression, withdrawals
from survey_service.messaging.schemas import UNSUBSCRIBED
from survey_service.messaging.transports.email import RETRIES, MailServer
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from tests.conftest import SECRET
from tests.invitations import product
from tests.messaging.mailbox import Mailbox, serving
from tests.messaging.test_message import pythons, raw_headers, read_by

EMAIL = "hana@customers.example"


@pytest.fixture
async def workspace(database: Database) -> UUID:
    at = await product.workspace()
    await product.publish(at)
    return at


async def queue(workspace: UUID, *, again: bool = True, **fields: str) -> InvitationRow:
    new = NewInvitation(**{"form": "visit", "email": EMAIL, **fields}, again=again)
    return await service.queue_invitation(SECRET, workspace, new, clock.now())


async def work(settings: Settings, port: int | None) -> None:
    """What the worker does with one due job."""
    server = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "Linden <hello@linden.example>"} if port else {}
    (job,) = await jobs.claim([service.SEND_INVITATION], 10, clock.now())
    try:
        await service.send_invitation(job, MailServer(_with(settings, server)), SECRET)
        await jobs.finish([job.id], clock.now())
    except TransportError as error:
        failure = await jobs.fail(job, error.message, clock.now(), permanent=error.permanent, retries=RETRIES)
        if failure.last:
            await service.give_up_invitation(job, error.message)
        elif failure.next_try:
            await service.postpone_invitation(job, error.message, failure.next_try)


def _with(settings: Settings, changes: dict[str, str]) -> Settings:
    return dataclasses.replace(settings, **changes)  # type: ignore[arg-type]


async def kinds(row: InvitationRow) -> list[str]:
    """The customer's timeline, newest first."""
    return [entry.kind for entry in (await customers.timeline(row.workspace, row.customer, "", 50)).items]


async def test_one_invitation_from_queue_to_mailbox(workspace: UUID, settings: Settings) -> None:
    place = await places.create_place(workspace, NewPlace("Piassa", code="piassa", own_name="ፒያሳ"), clock.now())
    row = await queue(workspace, name="ሃና ተስፋዬ", language="am-ET", place="piassa")
    assert (row.state, row.language, row.question, row.place_code) == ("queued", "am", "recommend", place.code)
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        await work(settings, port)
    sent = await queries.invitation(workspace, row.id)
    assert (sent.state, sent.attempts, sent.last_error) == ("sent", 1, "")
    assert sent.sent_at is not None
    assert [step.what for step in sent.trace] == ["Waiting to go out.", "Handed to the mail server: kept as 1"]
    assert sent.message_id == message.message_id(row.id.hex, "hello@linden.example")
    assert await kinds(row) == ["invitation_sent", "invitation_queued"]
    known = await customers.customer(workspace, row.customer)
    assert (known.name, known.email, known.strength) == ("ሃና ተስፋዬ", EMAIL, "verified")

    (arrived,) = mailbox.mails
    assert mailbox.recipients == [EMAIL]
    assert "ፒያሳ" in arrived["Subject"]
    assert arrived["Message-ID"] == sent.message_id
    assert arrived["Content-Language"] == "am"
    assert arrived["List-Unsubscribe-Post"] is None, "the base URL is not encrypted"
    assert arrived["Feedback-ID"] == f"personal:visit:invitation:{workspace.hex[:12]}"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Precedence"] is None
    link = f"{settings.public_url}/i/{tokens.sign_id(SECRET, 'invitation', row.id)}?recommend="
    wanted = [f"{link}{number}" for number in range(11)]
    plain, rich = arrived.iter_parts()
    assert re.findall(r"^ *\d+  (\S+)\r?$", plain.get_content(), re.MULTILINE) == wanted
    assert [found for found in re.findall(r'href="([^"]+)"', rich.get_content()) if "/i/" in found] == wanted
    leave = arrived["List-Unsubscribe"].strip("<>")
    assert leave in plain.get_content()
    assert leave in rich.get_content()
    named = await queries.invitation_by_token(SECRET, leave.rsplit("/", 1)[1], queries.UNSUBSCRIBE_TOKEN)
    assert named.id == row.id


async def test_a_sent_one_is_not_sent_again(workspace: UUID, settings: Settings) -> None:
    await queue(workspace)
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        (job,) = await jobs.claim([service.SEND_INVITATION], 10, clock.now())
        server = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "hello@linden.example"}
        for _ in range(2):
            await service.send_invitation(job, MailServer(_with(settings, server)), SECRET)
    assert len(mailbox.mails) == 1


async def test_a_refused_one_fails_visibly_and_can_be_sent_again(workspace: UUID, settings: Settings) -> None:
    row = await queue(workspace)
    async with serving(Mailbox(rcpt="550 5.1.1 no such person")) as port:
        await work(settings, port)
    failed = await queries.invitation(workspace, row.id)
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert failed.last_error == "The mail server refused the recipient: 550 5.1.1 no such person"
    assert (await kinds(row))[0] == "invitation_failed"
    with pytest.raises(NotFound):
        await service.resend(new_id(), row.id, clock.now())
    again = await service.resend(workspace, row.id, clock.now())
    assert (again.state, again.last_error) == ("queued", "")
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        await work(settings, port)
    assert (await queries.invitation(workspace, row.id)).state == "sent"
    assert len(mailbox.mails) == 1
    with pytest.raises(Conflict):
        await service.resend(workspace, row.id, clock.now())


async def test_a_busy_server_is_tried_again_and_the_reason_shown(workspace: UUID, settings: Settings) -> None:
    row = await queue(workspace)
    async with serving(Mailbox(rcpt="451 4.7.1 later")) as port:
        await work(settings, port)
    waiting = await queries.invitation(workspace, row.id)
    assert (waiting.state, waiting.attempts) == ("queued", 1)
    assert "451 4.7.1 later" in waiting.last_error
    assert "tried again by itself" in waiting.trace[-1].what
    assert waiting.trace[-1].next_try is not None
    assert timedelta(minutes=4) < waiting.trace[-1].next_try - clock.now() <= timedelta(minutes=5)
    jobs_left = await core_database.fetch("SELECT state FROM job WHERE kind = {}", service.SEND_INVITATION)
    assert [job["state"] for job in jobs_left] == ["ready"]


async def test_the_last_try_ends_it(workspace: UUID, settings: Settings) -> None:
    row = await queue(workspace)
    await core_database.execute("UPDATE job SET max_attempts = 1 WHERE kind = {}", service.SEND_INVITATION)
    await work(settings, None)
    ended = await queries.invitation(workspace, row.id)
    assert ended.state == "failed"
    assert ended.last_error == "No mail server is set up."
    assert (await kinds(row))[0] == "invitation_failed"


async def test_who_unsubscribed_gets_nothing(workspace: UUID, settings: Settings) -> None:
    first = await queue(workspace)
    for _ in range(2):
        await service.unsubscribe(SECRET, first, clock.now())
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
    await service.subscribe_again(SECRET, first, clock.now())
    await service.subscribe_again(SECRET, first, clock.now())
    assert (await queue(workspace)).state == "queued"
    assert (await kinds(first)).count("resubscribed") == 1


async def test_one_that_was_ended_unsent_has_one_job_when_it_is_sent_again(workspace: UUID) -> None:
    row = await queue(workspace)
    await service.end_unsent(workspace, row.id, "Not sent.", clock.now())
    ready = "SELECT id FROM job WHERE state = 'ready'"
    assert await core_database.fetch(ready) == []
    await service.resend(workspace, row.id, clock.now())
    assert len(await core_database.fetch(ready)) == 1


async def test_two_addresses_of_one_former_spelling_are_two_people(workspace: UUID) -> None:
    sharp, double = await queue(workspace, email="roß1@example.org"), await queue(workspace, email="ross1@example.org")
    assert (sharp.email, double.email) == ("roß1@example.org", "ross1@example.org")
    assert sharp.customer != double.customer
    await service.unsubscribe(SECRET, double, clock.now())
    assert (await queue(workspace, email="ROß1@example.org")).state == "queued"
    assert (await queue(workspace, email="ROSS1@example.org")).state == "suppressed"


async def test_back_from_a_former_suppression_comes_only_who_asks(workspace: UUID) -> None:
    sharp = await queue(workspace, email="roß1@example.org")
    await core_database.execute(
        "INSERT INTO suppression (id, workspace, address_hash, reason, created_at) VALUES ({}, {}, {}, {}, {})",
        new_id(), workspace, suppression.former_hash(SECRET, sharp.email), UNSUBSCRIBED, clock.now(),
    )  # fmt: skip
    await service.unsubscribe(SECRET, sharp, clock.now())
    assert len(await core_database.fetch("SELECT id FROM suppression")) == 1
    await service.subscribe_again(SECRET, sharp, clock.now())
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
    await service.subscribe_again(SECRET, row, clock.now(), ledger)
    for restored in (False, True):
        if restored:
            await core_database.execute("DELETE FROM suppression")
            await core_database.execute(
                "INSERT INTO suppression (id, workspace, address_hash, reason, created_at) VALUES ({}, {}, {}, {}, {})",
                new_id(), workspace, former, UNSUBSCRIBED, before,
            )  # fmt: skip
        await withdrawals.apply(ledger)
        assert await suppression.reason(SECRET, workspace, email) is None
        if other:
            assert await suppression.reason(SECRET, workspace, other) == UNSUBSCRIBED


@pytest.mark.parametrize("email", ["ana@straße.example", "weiß@example.org", "νίκος@example.gr", "Ana.B@example.org"])
async def test_mail_is_addressed_as_it_was_typed(workspace: UUID, settings: Settings, email: str) -> None:
    row = await queue(workspace, email=email)
    assert row.email == email
    assert (await customers.customer(workspace, row.customer)).email == email
    assert [known.value for known in await customers.identities(workspace, row.customer)] == [email]
    assert (await queries.shown(row)).email == email
    mailbox = Mailbox()
    async with serving(mailbox, enable_SMTPUTF8=True) as port:
        await work(settings, port)
    local, _, domain = email.rpartition("@")
    assert mailbox.recipients == [f"{local}@{'xn--strae-oqa.example' if domain == 'straße.example' else domain}"]


async def test_another_reason_is_not_taken_back(workspace: UUID) -> None:
    row = await queue(workspace)
    await service.unsubscribe(SECRET, row, clock.now())
    await core_database.execute("UPDATE suppression SET reason = 'objection'")
    await service.subscribe_again(SECRET, row, clock.now())
    assert await suppression.reason(SECRET, workspace, EMAIL) == "objection"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"form": "nowhere"}, "form"),
        ({"form": "a\x00b"}, "form"),
        ({"email": "hana"}, "email"),
        ({"language": "klingon language"}, "language"),
        ({"place": "nowhere"}, "place"),
        ({"question": "comment"}, "question"),
        ({"name": "x" * 201}, "name"),
    ],
)
async def test_what_cannot_be_queued(workspace: UUID, fields: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        await queue(workspace, **fields)
    assert [error.field for error in caught.value.errors] == [field]
    assert await core_database.fetch("SELECT id FROM invitation") == []


async def test_strangers_forms_and_places_cannot_be_used(workspace: UUID) -> None:
    await places.create_place(workspace, NewPlace("Piassa", code="piassa"), clock.now())
    stranger = new_id()
    with pytest.raises(Invalid):
        await queue(stranger)
    with pytest.raises(NotFound):
        await queries.invitation(stranger, (await queue(workspace)).id)


async def test_a_form_that_was_closed_meanwhile(workspace: UUID, settings: Settings) -> None:
    row = await queue(workspace)
    await forms_service.set_open(workspace, "visit", False, clock.now())
    async with serving(Mailbox()) as port:
        await work(settings, port)
    assert (await queries.invitation(workspace, row.id)).state == "failed"


async def test_only_our_tokens_for_this_purpose(workspace: UUID) -> None:
    row = await queue(workspace)
    token = tokens.sign_id(SECRET, queries.INVITATION_TOKEN, row.id)
    assert (await queries.invitation_by_token(SECRET, token)).id == row.id
    foreign = tokens.sign_id(SECRET, queries.UNSUBSCRIBE_TOKEN, row.id)
    unknown = tokens.sign_id(SECRET, queries.INVITATION_TOKEN, new_id())
    for wrong in (foreign, unknown, token[:-2], token + "x", "", "ü", "a.b"):
        with pytest.raises(NotFound):
            await queries.invitation_by_token(SECRET, wrong)


async def test_an_answer_is_marked_once(workspace: UUID, database: Database) -> None:
    first, second = await queue(workspace), await queue(workspace)
    winner, loser, late = new_id(), new_id(), new_id()
    now = clock.now()
    rows = [(first.id, winner, now), (first.id, loser, now)]
    assert await database.run(mark_answered(rows)) == {first.id}
    assert await database.run(mark_answered([(second.id, late, now), (first.id, late, now)])) == {second.id}
    assert (await queries.invitation(workspace, first.id)).response == winner
    assert await database.run(mark_answered([])) == set()


async def test_pages_hold_each_once(workspace: UUID) -> None:
    made = {(await queue(workspace)).id for _ in range(5)}
    seen: list[UUID] = []
    cursor = ""
    while True:
        page = await queries.page_of_invitations(workspace, "queued", cursor, 2)
        seen += [row.id for row in page.items]
        if not page.next:
            break
        cursor = page.next
    assert len(seen) == 5
    assert set(seen) == made
    assert (await queries.page_of_invitations(workspace, "failed", "", 10)).items == []


@pytest.mark.parametrize(
    "name", ["=?utf-8?q?x=0d=0aBcc:y=40evil.test?=", "=?utf-8?b?eA0KQmNjOnlAZXZpbC50ZXN0?=", "x@a.test, y@b.test"]
)
async def test_a_name_and_a_place_are_no_headers(workspace: UUID, settings: Settings, name: str) -> None:
    place = await places.create_place(workspace, NewPlace(name, code="piassa"), clock.now())
    await core_database.execute("UPDATE workspace SET name = {}, reply_to = {}", name, "shop@linden.example")
    await queue(workspace, name=name, place=place.code)
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        await work(settings, port)
    assert mailbox.recipients == [EMAIL]
    (content,) = mailbox.contents
    headers = raw_headers(content)
    assert headers["Reply-To"] == "shop@linden.example"
    assert not {"Bcc", "Cc"} & headers.keys()
    for python in {pythons()[0], pythons()[-1]}:
        for reading in read_by(python, [content]):
            assert reading["names"] == [*headers]
            assert reading["to"] == [[name, EMAIL]]
            assert reading["old_to"] == [EMAIL]
            assert len(reading["bodies"]) == 2
            assert all(body.count(name.replace("&", "&amp;")) for _, body in reading["bodies"])


# Asking again, taking back ----------------------------------------------------------------------------------------


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
    assert (await service.queue_invitation(SECRET, workspace, new, later)).state == "queued"


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
    old = await service.queue_invitation(SECRET, workspace, new, then)
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
        await service.send_invitation(job, MailServer(_with(settings, server)), SECRET)
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
