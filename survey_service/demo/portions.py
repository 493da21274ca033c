"""Answers as the statements that write them, in groups that are one short transaction each. No database is asked.

What a submission leaves to the worker is done here already: comments are read by the same engines, and their moods
counted. Events are not written: an old answer must not set anything in motion.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from survey_service.core.batch.statements import Add, Batch, Insert, Statement, Update
from survey_service.counts import bulk
from survey_service.counts.deltas import deltas_for, sentiment_deltas
from survey_service.counts.schemas import DeltaRow
from survey_service.customers import plans as customers
from survey_service.customers.schemas import CLAIMED, INVITED, SOURCE, VERIFIED, Details, TimelineRow
from survey_service.demo import letters as mail
from survey_service.demo.letters import Letter
from survey_service.demo.people import Person
from survey_service.demo.visits import Visit, Visits
from survey_service.demo.year import Slice, Year
from survey_service.invitations.plans import INVITATION
from survey_service.responses import plans as responses
from survey_service.responses.columns import ALL
from survey_service.responses.schemas import COUNTED_STATES
from survey_service.responses.timeline import ANSWERED
from survey_service.sentiment import service as sentiment
from survey_service.sentiment.engines.base import Reading
from survey_service.sentiment.service import Comment

ANSWERS_AT_ONCE = 500
"""Answers of one transaction, so that a customer who answers meanwhile does not wait."""
PEOPLE_AT_ONCE = 2_000
READ_AFTER = timedelta(seconds=1)
REMEMBERED_READINGS = 40_000
CUSTOMER = (*customers.CUSTOMER, *customers.PLACED)

_readings: dict[tuple[str, str], Reading] = {}


class Portion(msgspec.Struct):
    """What one transaction writes, and how many of each there are in it."""

    inserts: list[Insert]
    counts: list[Add] = []
    seen: dict[str, datetime] = {}
    """When each customer (by id) was last heard of."""
    responses: int = 0
    customers: int = 0
    invitations: int = 0


def write(batch: Portion) -> Batch[None]:
    """The plan that writes a batch, all but who was seen when."""
    statements: list[Statement] = [*batch.inserts, *batch.counts]
    for statement in statements:
        if statement.rows:
            yield statement


pack = msgspec.msgpack.Encoder().encode
"""Batches as bytes: they cross to another process so at a quarter of a pickle's cost. Ids and days become text, which
both engines take as well."""
unpack = msgspec.msgpack.Decoder(list[Portion]).decode


def people_batch(year: Year, numbers: Sequence[int]) -> Portion:
    """The customers of these numbers with their addresses."""
    crowd = year.crowd()
    people = [crowd.person(number) for number in numbers]
    workspace, places = year.company.workspace, year.company.places
    rows = [
        (
            *customers.customer_row(person.id, workspace, person.name, person.language, person.joined_at),
            places[person.place],
        )
        for person in people
    ]
    identities = [_identity(workspace, person) for person in people]
    inserts = [Insert("customer", CUSTOMER, rows), Insert("customer_identity", customers.IDENTITY, identities)]
    return Portion(inserts, customers=len(people))


def _identity(workspace: UUID, person: Person) -> tuple[object, ...]:
    strength, source = (VERIFIED, INVITED) if person.verified else (CLAIMED, SOURCE)
    return customers.identity_row(
        person.identity, workspace, person.id, person.email, strength, source, person.joined_at
    )


def slice_batches(year: Year, part: Slice) -> list[Portion]:
    """The answers of one slice, oldest first."""
    every = Visits(year, part).made()
    starts = range(0, len(every), ANSWERS_AT_ONCE)
    return [batch_of(year, every[start : start + ANSWERS_AT_ONCE]) for start in starts]


def batch_of(year: Year, visits: Sequence[Visit]) -> Portion:
    """Everything that these answers bring with them."""
    commented = [visit for visit in visits if visit.entry.comment and visit.entry.state in COUNTED_STATES]
    comments = [_comment(visit) for visit in commented]
    readings = read_all(comments)
    read = {comment.response: reading for comment, reading in zip(comments, readings, strict=True)}
    letters = [letter for visit in visits for letter in visit.letters]
    inserts: list[Insert] = [
        Insert("response", ALL, [_response_row(visit, read.get(visit.entry.id)) for visit in visits]),
        *_inserts(customers.append_timeline(list(_timeline(visits, read)))),
        *_letters(year, letters),
        *_inserts(sentiment.keep(comments, readings, max(v.entry.received_at for v in visits) + READ_AFTER)),
    ]
    counts = bulk.additions(_deltas(visits, read))
    return Portion(inserts, counts, _seen(visits), responses=len(visits), invitations=len(letters))


def letters_batch(year: Year, letters: Sequence[Letter]) -> Portion:
    """Invitations that no answer belongs to."""
    return Portion(list(_letters(year, letters)), invitations=len(letters))


def _letters(year: Year, letters: Sequence[Letter]) -> Iterator[Insert]:
    yield Insert("invitation", INVITATION, [mail.as_row(year.company, letter) for letter in letters])
    yield from _inserts(
        customers.append_timeline([row for letter in letters for row in mail.timeline(year.company, letter)])
    )


def read_all(comments: Sequence[Comment]) -> list[Reading]:
    """The engines' readings; a text that was read a moment ago, on a form in the same languages, is not read again."""
    if len(_readings) > REMEMBERED_READINGS:
        _readings.clear()
    new = {key: comment for comment in comments if (key := _key(comment)) not in _readings}
    _readings.update(zip(new, sentiment.read_all(list(new.values())), strict=True))
    return [_readings[_key(comment)] for comment in comments]


def _key(comment: Comment) -> tuple[str, str]:
    return comment.text, " ".join(comment.languages)


def _comment(visit: Visit) -> Comment:
    entry = visit.entry
    languages = dict.fromkeys((entry.language, *visit.version.definition.languages))
    return Comment(entry.workspace, entry.id, visit.comment_question, entry.comment, tuple(languages))


def _inserts(plan: Batch[None]) -> Iterator[Insert]:
    """A plan's new rows; that it also puts older rows aside is for nothing here, where there are none."""
    try:
        statement = next(plan)
        while True:
            if isinstance(statement, Insert):
                yield statement
            statement = plan.send([])
    except StopIteration:
        return


def _response_row(visit: Visit, reading: Reading | None) -> tuple[object, ...]:
    if reading is None:
        return responses.as_row(visit.entry)
    read = msgspec.structs.replace(visit.entry, comment_language=reading.language, sentiment=reading.label)
    return responses.as_row(read)


def _deltas(visits: Iterable[Visit], read: dict[UUID, Reading]) -> list[DeltaRow]:
    counted = [(v.entry.id, responses.counted(v.entry)) for v in visits if v.entry.state in COUNTED_STATES]
    moves = [(response, read[identity].label) for identity, response in counted if identity in read]
    return [*deltas_for(response for _, response in counted), *sentiment_deltas(moves)]


def _timeline(visits: Iterable[Visit], read: dict[UUID, Reading]) -> Iterator[TimelineRow]:
    for visit in visits:
        if visit.entry.customer:
            yield _answered(visit, visit.entry.customer, read.get(visit.entry.id))


def _answered(visit: Visit, customer: UUID, reading: Reading | None) -> TimelineRow:
    entry = visit.entry
    details = Details(
        form=visit.version.name,
        channel=entry.channel,
        place=entry.place,
        score=entry.score,
        comment=entry.comment,
        language=reading.language if reading else "",
        sentiment=reading.label if reading else "",
        reason=(reading.reason or "") if reading else "",
    )
    strength = entry.customer_strength
    return TimelineRow(entry.workspace, customer, ANSWERED, strength, entry.id, details, entry.received_at)


def _seen(visits: Iterable[Visit]) -> dict[str, datetime]:
    """When each customer was last heard of; visits come in the order of time."""
    return {str(visit.entry.customer): visit.entry.received_at for visit in visits if visit.entry.customer}


def write_seen(seen: Sequence[tuple[str, datetime]]) -> Batch[None]:
    """The plan that notes when customers were last heard of."""
    if seen:
        yield Update("customer", customers.CUSTOMER[0], customers.SEEN, seen)
