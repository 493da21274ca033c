"""Invitations of the demo: mails that were answered, that were not, and one that never arrived. No database."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import msgspec

from survey_service.core.ids import id_at
from survey_service.customers.schemas import VERIFIED, Details, TimelineRow
from survey_service.demo.company import Company
from survey_service.demo.definitions import NAMES, VISIT
from survey_service.demo.people import Person
from survey_service.invitations import timeline as told
from survey_service.invitations.schemas import QUEUED, TraceStep

LONGEST_HOURS = 90.0
"""Nobody answers later than that."""
ACCEPTED = "Handed to the mail server: 250 2.0.0 Ok: queued as {}"
REFUSED = "The mail server refused the address: 550 5.1.1 No such mailbox here."


class Letter(msgspec.Struct, frozen=True):
    """One invitation. Without `sent_at` it failed; `response` is the answer that it led to."""

    id: UUID
    person: Person
    created_at: datetime
    sent_at: datetime | None
    words: str
    response: UUID | None = None
    answered_at: datetime | None = None

    def answered(self, response: UUID, at: datetime) -> "Letter":
        """The same letter after its answer."""
        return msgspec.structs.replace(self, response=response, answered_at=at)


def answered_letter(random: Random, person: Person, answered_at: datetime) -> Letter:
    """A mail that was sent some hours or days before it was answered."""
    return _sent(random, person, answered_at - timedelta(hours=min(random.expovariate(1 / 14), LONGEST_HOURS) + 0.2))


def unanswered_letter(random: Random, person: Person, at: datetime) -> Letter:
    """A mail of about that time that nobody answered."""
    return _sent(random, person, at - timedelta(hours=random.uniform(0.5, 40)))


def failed_letter(random: Random, person: Person, at: datetime) -> Letter:
    """A mail that the other side's server refused."""
    created = max(at, person.joined_at)
    return Letter(_identity(random, created), person, created, None, REFUSED)


def _sent(random: Random, person: Person, wanted: datetime) -> Letter:
    created = max(wanted, person.joined_at)
    sent = created + timedelta(seconds=random.uniform(0.3, 4))
    queue_number = f"{random.getrandbits(44):011X}"
    return Letter(_identity(random, created), person, created, sent, ACCEPTED.format(queue_number))


def _identity(random: Random, at: datetime) -> UUID:
    return id_at(int(at.timestamp() * 1000), random.randbytes(10))


def as_row(company: Company, letter: Letter) -> tuple[object, ...]:
    """A letter as the values of the columns `invitations.plans.INVITATION`."""
    person, ended = letter.person, letter.sent_at or letter.created_at
    trace = [TraceStep(letter.created_at, QUEUED), TraceStep(ended, letter.words)]
    return (
        letter.id, company.workspace, company.versions[VISIT][0].form, person.id, person.email, person.name,
        person.language, company.places[person.place], None, "recommend", "sent" if letter.sent_at else "failed", "", 1,
        "" if letter.sent_at else letter.words, msgspec.json.encode(trace).decode(), letter.created_at,
        letter.sent_at, letter.answered_at, letter.response,
    )  # fmt: skip


def timeline(company: Company, letter: Letter) -> list[TimelineRow]:
    """What the customer's history says of a letter."""
    place = company.places[letter.person.place]
    ended = letter.sent_at or letter.created_at + timedelta(seconds=2)
    reason = "" if letter.sent_at else letter.words
    steps = [
        (told.QUEUED, letter.created_at, ""),
        (told.SENT if letter.sent_at else told.FAILED, ended, reason),
    ]
    return [
        TimelineRow(
            workspace=company.workspace,
            customer=letter.person.id,
            kind=kind,
            strength=VERIFIED,
            subject=letter.id,
            details=Details(form=NAMES[VISIT], channel="email", place=place, reason=why),
            occurred_at=at,
        )
        for kind, at, why in steps
    ]
