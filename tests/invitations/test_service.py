"""Queueing and sending, on both databases and against a real SMTP server."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from survey_service.core import clock, tokens
from survey_service.core import database as core_database
from survey_service.core.database import Database
from survey_service.core.errors import Conflict, Invalid, NotFound
from survey_service.core.ids import new_id
from survey_service.core.settings import Settings
from survey_service.customers import queries as customers
from survey_service.forms import service as forms_service
from survey_service.invitations import queries, service
from survey_service.invitations.plans import mark_answered
from survey_service.jobs import service as jobs
from survey_service.messaging import message
from survey_service.messaging.transports.email import MailServer
from survey_service.places import service as places
from survey_service.places.schemas import NewPlace
from tests.conftest import KEYS
from tests.invitations.product import EMAIL, kinds, queue, with_server, work
from tests.messaging.mailbox import Mailbox, serving
from tests.messaging.test_message import pythons, raw_headers, read_by


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
    link = f"{settings.public_url}/i/{tokens.sign_id(KEYS, 'invitation', row.id)}?recommend="
    wanted = [f"{link}{number}" for number in range(11)]
    plain, rich = arrived.iter_parts()
    assert re.findall(r"^ *\d+  (\S+)\r?$", plain.get_content(), re.MULTILINE) == wanted
    assert [found for found in re.findall(r'href="([^"]+)"', rich.get_content()) if "/i/" in found] == wanted
    leave = arrived["List-Unsubscribe"].strip("<>")
    assert leave in plain.get_content()
    assert leave in rich.get_content()
    named = await queries.invitation_by_token(KEYS, leave.rsplit("/", 1)[1], queries.UNSUBSCRIBE_TOKEN)
    assert named.id == row.id


async def test_a_sent_one_is_not_sent_again(workspace: UUID, settings: Settings) -> None:
    await queue(workspace)
    mailbox = Mailbox()
    async with serving(mailbox) as port:
        (job,) = await jobs.claim([service.SEND_INVITATION], 10, clock.now())
        server = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "hello@linden.example"}
        for _ in range(2):
            await service.send_invitation(job, MailServer(with_server(settings, server)), KEYS)
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


async def test_one_that_was_ended_unsent_has_one_job_when_it_is_sent_again(workspace: UUID) -> None:
    row = await queue(workspace)
    await service.end_unsent(workspace, row.id, "Not sent.", clock.now())
    ready = "SELECT id FROM job WHERE state = 'ready'"
    assert await core_database.fetch(ready) == []
    await service.resend(workspace, row.id, clock.now())
    assert len(await core_database.fetch(ready)) == 1


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
    token = tokens.sign_id(KEYS, queries.INVITATION_TOKEN, row.id)
    assert (await queries.invitation_by_token(KEYS, token)).id == row.id
    foreign = tokens.sign_id(KEYS, queries.UNSUBSCRIBE_TOKEN, row.id)
    unknown = tokens.sign_id(KEYS, queries.INVITATION_TOKEN, new_id())
    for wrong in (foreign, unknown, token[:-2], token + "x", "", "ü", "a.b"):
        with pytest.raises(NotFound):
            await queries.invitation_by_token(KEYS, wrong)


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
