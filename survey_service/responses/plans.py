"""The one transaction of a submission: response, customer, counts, timeline, event and jobs together.

Only rows that were really inserted are counted and announced: a replay finds its first row and adds nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.core.batch.statements import Batch, Column, Insert, Select, Update
from survey_service.core.ids import new_id
from survey_service.core.text import fold
from survey_service.counts.deltas import append_deltas, append_sentiment_deltas, deltas_for
from survey_service.counts.dimensions import known_of
from survey_service.counts.schemas import CountedResponse, ScoreGiven
from survey_service.customers import plans as customers
from survey_service.customers.schemas import Details
from survey_service.invitations import plans as invitations
from survey_service.jobs import plans as jobs
from survey_service.responses.schemas import COUNTED_STATES, Entry, Outcome

READ_COMMENT = "sentiment.read"
RECEIVED = "response.received"
AMENDED = "response.amended"

COLUMNS = (
    Column("id", "uuid"),
    Column("client_id", "uuid"),
    Column("workspace", "uuid"),
    Column("form", "uuid"),
    Column("version", "integer"),
    Column("state", "text"),
    Column("channel", "text"),
    Column("place", "uuid"),
    Column("language", "text"),
    Column("answers", "text"),
    Column("hidden", "text"),
    Column("fingerprint", "text"),
    Column("receipt", "text"),
    Column("score", "smallint"),
    Column("comment", "text"),
    Column("comment_language", "text"),
    Column("sentiment", "text"),
    Column("customer", "uuid"),
    Column("customer_strength", "text"),
    Column("invitation", "uuid"),
    Column("spam_reason", "text"),
    Column("received_at", "timestamptz"),
    Column("day", "date"),
    Column("answered_at", "timestamptz"),
    Column("comment_folded", "text"),
)
KEYS = (Column("form", "uuid"), Column("client_id", "uuid"))
STORED = tuple(Column(name, "") for name in ("id", "form", "client_id", "fingerprint", "receipt"))
CUSTOMER = (Column("customer", "uuid"), Column("customer_strength", "text"))


def as_row(entry: Entry) -> tuple[object, ...]:
    """An entry as the values of COLUMNS."""
    return (
        entry.id, entry.client_id, entry.workspace, entry.form, entry.version, entry.state, entry.channel,
        entry.place, entry.language, entry.answers, entry.hidden, entry.fingerprint, entry.receipt, entry.score,
        entry.comment, "", "", entry.customer, entry.customer_strength, entry.invitation, entry.spam_reason,
        entry.received_at, entry.day, entry.answered_at, fold(entry.comment),
    )  # fmt: skip


def counted(entry: Entry) -> CountedResponse:
    """What the counts take from an entry."""
    return CountedResponse(
        workspace=entry.workspace,
        form=entry.form,
        day=entry.day,
        scores=tuple([ScoreGiven(given.question, given.revision, given.value) for given in entry.scores]),
        commented=bool(entry.comment),
        **known_of(entry),
    )


def write(entries: Sequence[Entry]) -> Batch[list[Outcome]]:
    """Writes a group of submissions; an outcome for each, in order."""
    ordered = sorted(entries, key=lambda entry: (entry.form.int, entry.client_id.int))
    inserted = yield Insert("response", COLUMNS, [as_row(entry) for entry in ordered], returning="id")
    if len(inserted) == len(ordered):
        yield from follow([entry for entry in ordered if entry.state in COUNTED_STATES])
        return [_created(entry) for entry in entries]
    new_ids = {row[0] for row in inserted}
    first = yield from _first_answers([entry for entry in ordered if entry.id not in new_ids])
    yield from follow([entry for entry in ordered if entry.id in new_ids and entry.state in COUNTED_STATES])
    return [_created(entry) if entry.id in new_ids else _repeated(entry, first) for entry in entries]


ANSWERED = ("answers", "fingerprint", "score", "comment", "comment_language", "sentiment", "comment_folded")


def amend(before: CountedResponse, fingerprint: str, entry: Entry, claimed: UUID | None = None) -> Batch[bool]:
    """Puts `entry`'s answers in the place of those with `fingerprint`, and counts what changed if it is counted.
    `claimed` is the customer whom the address that was typed before named.

    False, and nothing is changed, if the response is not as it was read any more.
    """
    row = (entry.id, entry.answers, entry.fingerprint, entry.score, entry.comment, "", "", fold(entry.comment))
    columns = tuple(column for column in COLUMNS if column.name in ANSWERED)
    as_read = f"fingerprint = '{fingerprint}' AND sentiment = '{before.sentiment}' AND state = '{entry.state}'"
    changed = yield Update("response", COLUMNS[0], columns, [row], only_if=as_read)
    if not changed:
        return False
    if entry.state not in COUNTED_STATES:
        return True
    if entry.customer:
        told = {"score": entry.score, "comment": entry.comment, "sentiment": "", "language": ""}
        yield from customers.amend_entries({(entry.workspace, entry.customer, entry.id): told})
    else:
        yield from _claim_anew(entry, claimed)
    yield from append_deltas([*deltas_for([before], -1), *deltas_for([counted(entry)])])
    yield from append_sentiment_deltas([(before, "")])
    payload = msgspec.json.encode({"form": entry.form_slug, "score": entry.score}).decode()
    yield from jobs.announce([(new_id(), entry.workspace, AMENDED, entry.id, payload, entry.received_at)])
    yield from jobs.leave_jobs(_reading_jobs([entry]))
    return True


def _claim_anew(entry: Entry, claimed: UUID | None) -> Batch[None]:
    """Whose answer it is, by the address that is typed in it now."""
    known = yield from _attach_customers([entry])
    if not claimed:
        yield from _timeline([entry], known)
    elif known:
        yield from customers.move_entry(entry.workspace, claimed, entry.id, known[entry.id][0], _told(entry))
    else:
        yield Update("response", COLUMNS[0], CUSTOMER, [(entry.id, None, "")])
        yield from customers.drop_entry((entry.workspace, claimed, entry.id))


def follow(entries: Sequence[Entry]) -> Batch[None]:
    """All that a counted response brings with it."""
    if not entries:
        return
    known = yield from _attach_customers(entries)
    yield from append_deltas(deltas_for(counted(entry) for entry in entries))
    yield from _timeline(entries, known)
    yield from jobs.announce([_event(entry) for entry in entries])
    yield from jobs.leave_jobs(_reading_jobs(entries))
    answered = [(e.invitation, e.id, e.received_at) for e in entries if e.invitation]
    if answered:
        yield from invitations.mark_answered(answered)


def _first_answers(entries: Sequence[Entry]) -> Batch[dict[tuple[UUID, UUID], tuple[object, ...]]]:
    """The stored rows that these replays repeat, by (form, client_id)."""
    if not entries:
        return {}
    rows = yield Select("response", STORED, KEYS, sorted({(entry.form, entry.client_id) for entry in entries}))
    return {(row[1], row[2]): row for row in rows}


def _created(entry: Entry) -> Outcome:
    return Outcome("created", entry.id, entry.client_id, entry.receipt)


def _repeated(entry: Entry, first: dict[tuple[UUID, UUID], tuple[object, ...]]) -> Outcome:
    stored_id, _, _, fingerprint, receipt = first[entry.form, entry.client_id]
    assert isinstance(stored_id, UUID)
    status = "replayed" if fingerprint == entry.fingerprint else "conflict"
    return Outcome(status, stored_id, entry.client_id, str(receipt))


def _attach_customers(entries: Sequence[Entry]) -> Batch[dict[UUID, tuple[UUID, str]]]:
    """Response id → (customer, strength), for those whose customer is known or claimed."""
    known = {entry.id: (entry.customer, entry.customer_strength) for entry in entries if entry.customer}
    claiming = [entry for entry in entries if entry.claimed_email and not entry.customer]
    if claiming:
        claims = [
            customers.Claim(e.workspace, e.claimed_email, e.claimed_name, e.language, e.received_at) for e in claiming
        ]
        found = yield from customers.attach_claims(claims)
        attached = {e.id: (found[e.workspace, e.claimed_email], "claimed") for e in claiming}
        yield Update("response", COLUMNS[0], CUSTOMER, [(key, *value) for key, value in sorted(attached.items())])
        known |= attached
    return known


def _told(entry: Entry) -> Details:
    """What a customer's timeline shows of an answer without asking for it again."""
    return Details(
        form=entry.form_name,
        channel=entry.channel,
        place=entry.place,
        score=entry.score,
        comment=entry.comment,
        language=entry.language,
    )


def _timeline(entries: Sequence[Entry], known: dict[UUID, tuple[UUID, str]]) -> Batch[None]:
    rows = [
        customers.TimelineRow(
            workspace=entry.workspace,
            customer=known[entry.id][0],
            kind="response",
            strength=known[entry.id][1],
            subject=entry.id,
            details=_told(entry),
            occurred_at=entry.received_at,
        )
        for entry in entries
        if entry.id in known
    ]
    if rows:
        yield from customers.append_timeline(rows)


def _event(entry: Entry) -> tuple[UUID, UUID, str, UUID, str, datetime]:
    payload = {"form": entry.form_slug, "channel": entry.channel, "score": entry.score}
    return new_id(), entry.workspace, RECEIVED, entry.id, msgspec.json.encode(payload).decode(), entry.received_at


def _reading_jobs(entries: Sequence[Entry]) -> list[tuple[UUID, UUID, str, str, str, datetime]]:
    """One job for the comments of a group (per workspace): they are read together anyway."""
    by_workspace: dict[UUID, list[Entry]] = {}
    for entry in entries:
        if entry.comment:
            by_workspace.setdefault(entry.workspace, []).append(entry)
    return [_reading_job(workspace, group) for workspace, group in by_workspace.items()]


def _reading_job(workspace: UUID, group: Sequence[Entry]) -> tuple[UUID, UUID, str, str, str, datetime]:
    first = group[0]
    payload = msgspec.json.encode({"responses": [entry.id for entry in group]}).decode()
    key = f"{READ_COMMENT}:{first.id}:{first.fingerprint[:16]}"
    return new_id(), workspace, READ_COMMENT, key, payload, first.received_at
