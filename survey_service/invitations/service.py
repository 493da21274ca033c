"""Queueing and sending invitations, and leaving the list."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from piccolo.columns import Column

from survey_service.accounts import queries as accounts
from survey_service.core import clock, database, i18n, logs, tokens
from survey_service.core.email_address import masked
from survey_service.core.errors import Conflict, FieldError, Invalid, TransportError
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import new_id
from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings
from survey_service.customers import queries as customers_read
from survey_service.customers import service as customers
from survey_service.customers.schemas import INVITED, VERIFIED, Details, TimelineRow
from survey_service.customers.timeline import TimelineKind
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.invitations import queries, timeline
from survey_service.invitations.letter import Links, Sender, compose, nps_question
from survey_service.invitations.schemas import (
    QUEUED,
    QUEUED_AGAIN,
    InvitationRow,
    NewInvitation,
    SendInvitation,
    TraceStep,
)
from survey_service.invitations.tables import Invitation
from survey_service.jobs import service as jobs
from survey_service.jobs.schemas import JobRow
from survey_service.messaging import suppression, withdrawals
from survey_service.messaging.transports.email import RETRIES, MailServer
from survey_service.places import queries as places
from survey_service.places.schemas import EmployeeRow

SEND_INVITATION = "invitation.send"
NOT_WANTED = N_("This address has unsubscribed; nothing is sent to it.")
NO_QUESTION = N_("This form asks for no recommendation from 0 to 10 (NPS), which is what a mail can carry.")
NO_SUCH_QUESTION = N_("This is no question for a recommendation (NPS) of the form.")
MAX_TRACE = 100

log = logs.get(__name__)


class AskedRecently(Conflict):
    """The person was asked not long ago: `before` is that invitation, `at` its moment."""

    def __init__(self, before: UUID, at: datetime) -> None:
        words = _("This person was asked in the last 90 days. Nothing was sent.")
        super().__init__(words, errors=[FieldError("again", "asked_recently", words)])
        self.before, self.at = before, at


# Queueing --------------------------------------------------------------------------------------------------------


async def queue_invitation(keys: Keyring, workspace: UUID, new: NewInvitation, now: datetime) -> InvitationRow:
    """Keeps an invitation and leaves the job that sends it. Raises Invalid with the field, and AskedRecently for
    somebody who was asked in the last 90 days, unless they are to be asked `again`.

    An address that does not want mail gets none: the invitation is kept as suppressed, so that staff see why.
    """
    published, question = await _form_and_question(workspace, new.form, new.question)
    email, name = customers.checked_email(new.email), customers.checked_name(new.name)
    language, place = _checked_language(published, new.language), await _checked_place(workspace, new.place)
    employee = await _checked_employee(workspace, new.employee)
    identity = new_id()
    async with database.transaction():
        customer = await customers.customer_for_email(workspace, email, name, new.language, INVITED, now)
        if not new.again:
            await _check_pause(workspace, customer, now)
        suppressed = await suppression.met(keys, workspace, email) is not None
        step = TraceStep(now, NOT_WANTED if suppressed else QUEUED)
        added = Invitation(
            id=identity, workspace=workspace, form=published.id, customer=customer, email=email, name=name,
            language=language, place=place or (employee.place if employee else None),
            employee=employee.id if employee else None, question=question,
            state="suppressed" if suppressed else "queued", last_error=NOT_WANTED if suppressed else "",
            trace=_encoded([step]), created_at=now,
        )  # fmt: skip
        await database.execute(Invitation.insert(added))
        row = await queries.invitation(workspace, identity)
        await _note(row, timeline.SUPPRESSED if suppressed else timeline.QUEUED, published, now, row.last_error)
        if not suppressed:
            await _leave_job(row, now)
    return row


async def _check_pause(workspace: UUID, customer: UUID, now: datetime) -> None:
    before = await queries.last_asked(workspace, customer, now)
    if before is not None:
        raise AskedRecently(before.id, before.sent_at or before.trace[-1].at)


async def take_back(workspace: UUID, invitation_id: UUID, now: datetime) -> InvitationRow:
    """Ends an invitation that still waits. Raises NotFound, or Conflict once it is sent or being handed over."""
    async with database.transaction():
        row = await _locked(workspace, invitation_id)
        if row.state != "queued" or not await jobs.withdraw(_job_keys(row.id), now):
            raise Conflict(_("It is too late: the mail has gone out, or is going out right now."))
        await _update(row, "taken_back", "", TraceStep(now, "Taken back before it was sent."))
        published = await forms.published_by_id(workspace, row.form)
        await _note(row, timeline.TAKEN_BACK, published, now)
    return await queries.invitation(workspace, invitation_id)


async def resend(workspace: UUID, invitation_id: UUID, now: datetime, *, again: bool = True) -> InvitationRow:
    """Queues an invitation again that failed or was taken back. Raises NotFound, Conflict for any other, and
    AskedRecently for somebody whom another one asked in the last 90 days, unless they are to be asked `again`."""
    async with database.transaction():
        row = await _locked(workspace, invitation_id)
        if row.state not in ("failed", "taken_back"):
            raise Conflict(_("Only an invitation that failed or was taken back can be sent again."))
        if not again:
            await _check_pause(workspace, row.customer, now)
        await _update(row, "queued", "", TraceStep(now, QUEUED_AGAIN))
        await _leave_job(row, now)
    return await queries.invitation(workspace, invitation_id)


async def _leave_job(row: InvitationRow, now: datetime) -> None:
    key = _job_key(row.id, len(row.trace))
    await jobs.enqueue(row.workspace, SEND_INVITATION, key, SendInvitation(row.id), now, retries=RETRIES)


def _job_keys(invitation: UUID) -> list[str]:
    """Every job that can have been left for an invitation."""
    return [_job_key(invitation, steps) for steps in range(MAX_TRACE + 1)]


def _job_key(invitation: UUID, steps: int) -> str:
    """The job that was left when the trace had so many steps."""
    return f"{SEND_INVITATION}:{invitation}:{steps}"


async def _form_and_question(workspace: UUID, slug: str, key: str) -> tuple[PublishedForm, str]:
    published = await forms.published_in_field(workspace, slug)
    if not published.is_open:
        raise Invalid.field("form", "closed", _("This form is closed. Open it first."))
    question = nps_question(published.definition, key)
    if question is None:
        words = NO_SUCH_QUESTION if key else NO_QUESTION
        raise Invalid.field("question" if key else "form", "no_nps_question", _(words))
    return published, question.key


def _checked_language(published: PublishedForm, wanted: str) -> str:
    """The language that the mail is written in: the customer's, if the form speaks it."""
    return i18n.negotiate(customers.checked_language(wanted), published.languages, published.languages[0])


async def _checked_place(workspace: UUID, code: str) -> UUID | None:
    if not code:
        return None
    place = await places.place_by_code(code)
    if place is None or place.workspace != workspace:
        raise Invalid.field("place", "unknown", _("There is no place with this code."))
    return place.id


async def _checked_employee(workspace: UUID, code: str) -> EmployeeRow | None:
    if not code:
        return None
    employee = await places.employee_by_code(workspace, code)
    if employee is None:
        raise Invalid.field("employee", "unknown", _("There is no employee with this code."))
    return employee


# Sending ---------------------------------------------------------------------------------------------------------


async def send_invitation(job: JobRow, server: MailServer, keys: Keyring) -> None:
    """The handler of SEND_INVITATION. Raises TransportError; `postpone_invitation` or, after the last try,
    `give_up_invitation` notes it on the invitation, where staff see it.

    Sending happens outside any transaction. A crash between the server's yes and our note sends the same
    message again, under the same Message-ID.
    """
    row = await _of_job(job)
    if row.state != "queued":
        return
    async with database.transaction():
        has_left = await suppression.met(keys, row.workspace, row.email) is not None
    if has_left:
        await _settle(row, "suppressed", NOT_WANTED, timeline.SUPPRESSED, tried=False)
        return
    answer, message_id = await _deliver(server, keys, row)
    await _settle(row, "sent", f"Handed to the mail server: {answer}", timeline.SENT, message_id=message_id)


async def postpone_invitation(job: JobRow, message: str, next_try: datetime) -> None:
    """Notes a failed try and when the next one is. Joins the transaction around it."""
    row = await _of_job(job)
    current = await _locked(row.workspace, row.id)
    if current.state == "queued":
        step = TraceStep(clock.now(), f"{message} It is tried again by itself.", next_try)
        await _update(current, "queued", message, step, tried=True)


async def give_up_invitation(job: JobRow, message: str) -> None:
    """Ends an invitation whose last try failed, with the reason, where staff see it and may send it again."""
    await _settle(await _of_job(job), "failed", message, timeline.FAILED)


async def end_unsent(workspace: UUID, invitation_id: UUID, reason: str, now: datetime) -> None:
    """Ends an invitation that waits, with the reason; staff may send it again. One that does not wait stays.
    Its job ends with it, so that sending it again leaves the only one."""
    async with database.transaction():
        row = await _locked(workspace, invitation_id)
        if row.state == "queued":
            await jobs.withdraw(_job_keys(row.id), now)
            await _update(row, "failed", reason, TraceStep(now, reason))
            await _note(row, timeline.FAILED, await forms.published_by_id(workspace, row.form), now, reason)


async def _of_job(job: JobRow) -> InvitationRow:
    wanted = msgspec.json.decode(job.payload, type=SendInvitation)
    return await queries.invitation(job.workspace, wanted.invitation)


async def _deliver(server: MailServer, keys: Keyring, row: InvitationRow) -> tuple[str, str]:
    """The mail server's answer and the Message-ID. Raises TransportError."""
    published = await forms.published_by_id(row.workspace, row.form)
    question = nps_question(published.definition, row.question)
    if not published.is_open or question is None:
        raise TransportError("The form was closed or changed before the mail was sent.", permanent=True)
    workspace = await accounts.workspace(row.workspace)
    known = await customers_read.known_since(row.workspace, row.customer, row.email) or row.created_at
    sender = Sender(
        workspace.name,
        workspace.postal_address,
        server.settings.mail_from,
        clock.local_day(known, workspace.time_zone),
        workspace.reply_to,
    )
    links = _links(server.settings, keys, row)
    letter = compose(row, published, question, await _place_name(row), links, sender, clock.now())
    log.info("invitation_delivery", invitation=str(row.id), to=masked(row.email))
    return await server.send(letter), letter.message_id


def _links(settings: Settings, keys: Keyring, row: InvitationRow) -> Links:
    leave = tokens.sign_id(keys, queries.UNSUBSCRIBE_TOKEN, row.id)
    return Links(
        base_url=settings.public_url,
        token=tokens.sign_id(keys, queries.INVITATION_TOKEN, row.id),
        unsubscribe=f"{settings.public_url}/u/{leave}",
    )


async def _place_name(row: InvitationRow) -> str:
    if row.place is None:
        return ""
    place = await places.place(row.workspace, row.place)
    return place.own_name or place.name if row.language != "en" else place.name


async def _settle(
    row: InvitationRow, state: str, words: str, kind: TimelineKind, *, tried: bool = True, message_id: str = ""
) -> None:
    """Brings an invitation to an end, with its reason, and tells the customer's timeline."""
    now = clock.now()
    async with database.transaction():
        current = await _locked(row.workspace, row.id)
        if current.state != "queued":
            return
        error = "" if state == "sent" else words
        await _update(current, state, error, TraceStep(now, words), tried=tried)
        if state == "sent":
            await _write(current, {Invitation.sent_at: now, Invitation.message_id: message_id})
        published = await forms.published_by_id(row.workspace, row.form)
        await _note(current, kind, published, now, error)


async def _locked(workspace: UUID, invitation_id: UUID) -> InvitationRow:
    return await queries.invitation(workspace, invitation_id, locked=True)


async def _update(row: InvitationRow, state: str, error: str, step: TraceStep, *, tried: bool = False) -> None:
    """Where a held invitation stands from now on, and the step that brought it there."""
    trace = _encoded([*row.trace, step][-MAX_TRACE:])
    changed: dict[Column | str, Any] = {
        Invitation.state: state, Invitation.last_error: error, Invitation.trace: trace,
        Invitation.attempts: row.attempts + tried,
    }  # fmt: skip
    await _write(row, changed)


async def _write(row: InvitationRow, values: dict[Column | str, Any]) -> None:
    await database.execute(
        Invitation.update(values).where(Invitation.workspace == row.workspace, Invitation.id == row.id)
    )


def _encoded(trace: list[TraceStep]) -> str:
    return msgspec.json.encode(trace).decode()


async def _note(
    row: InvitationRow, kind: TimelineKind, published: PublishedForm | None, now: datetime, reason: str = ""
) -> None:
    details = Details(form=published.name if published else "", channel="email", place=row.place, reason=reason)
    await customers.note(TimelineRow(row.workspace, row.customer, kind, VERIFIED, row.id, details, now))


# Leaving the list ------------------------------------------------------------------------------------------------


async def unsubscribe(keys: Keyring, row: InvitationRow, now: datetime, ledger: Path | None = None) -> None:
    """Nothing is sent to the invitation's address any more, from this moment on. Doing it again changes nothing."""
    async with database.transaction():
        left = await suppression.add(keys, row.workspace, row.email, row.id, now)
        if left:
            await _note(row, timeline.UNSUBSCRIBED, None, now)
    if left:
        await withdrawals.note(ledger, left)


async def subscribe_again(keys: Keyring, row: InvitationRow, now: datetime, ledger: Path | None = None) -> None:
    """Takes an unsubscription back. An address that is suppressed for another reason stays so."""
    async with database.transaction():
        said = await suppression.lift(keys, row.workspace, row.email, now)
        if said:
            await _note(row, timeline.RESUBSCRIBED, None, now)
    await withdrawals.note(ledger, *said)
