"""Invitations as they are asked for, kept and told."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from survey_service.core.i18n.staff import N_
from survey_service.customers.schemas import EmailText

QUEUED, QUEUED_AGAIN = N_("Waiting to go out."), N_("Waiting to go out again.")


class TraceStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a delivery, in words that staff can read. After a failure, `next_try` is when it is tried again."""

    at: datetime
    what: str
    next_try: datetime | None = None


class NewInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One personal mail to be sent. `form` is a slug, `place` a place's code, `employee` the code of whom the customer
    met, for whom the answer counts, by default at the place where they work. `question` is the key of the NPS
    question whose eleven numbers stand in the mail; by default the form's first. With `again` false, nobody is asked
    twice within 90 days: 409 instead."""

    form: Annotated[str, Meta(examples=["visit"])]
    email: EmailText
    name: str = ""
    language: str = ""
    place: str = ""
    question: str = ""
    again: bool = True
    employee: str = ""


class InvitationRow(msgspec.Struct, frozen=True):
    """One invitation. `state` is one of `queries.STATES`; `place_code` and `employee_code` are empty without one."""

    id: UUID
    workspace: UUID
    form: UUID
    customer: UUID
    email: str
    name: str
    language: str
    place: UUID | None
    place_code: str
    employee: UUID | None
    employee_code: str
    question: str
    state: str
    message_id: str
    attempts: int
    last_error: str
    trace: tuple[TraceStep, ...]
    created_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    response: UUID | None


class InvitationShown(msgspec.Struct, frozen=True):
    """An invitation as the API tells it; `form` is a slug, `place` and `employee` are codes."""

    id: UUID
    form: str
    email: str
    name: str
    language: str
    place: str
    employee: str
    question: str
    state: str
    attempts: int
    last_error: str
    trace: tuple[TraceStep, ...]
    customer: UUID
    created_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    response: UUID | None


class SendInvitation(msgspec.Struct, frozen=True):
    """The payload of the job that sends one."""

    invitation: UUID
