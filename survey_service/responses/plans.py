"""The one transaction of a submission: response, customer, counts, timeline, event and jobs together.

Only rows that were really inserted are counted and announced: a replay finds its first row and adds nothing.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from uuid import UUID

import msgspec

from survey_service.core.batch.statements import Batch, Insert, Select, Update
from survey_service.core.ids import new_id
from survey_service.counts.deltas import append_deltas, append_sentiment_deltas, deltas_for
from survey_service.counts.dimensions import known_of
from survey_service.counts.schemas import CountedResponse, ScoreGiven
from survey_service.customers import plans as customers
from survey_service.customers.schemas import CLAIMED, Claim, Details, TimelineRow
from survey_service.invitations import plans as invitations
from survey_service.jobs import plans as jobs
from survey_service.responses import timeline
from survey_service.responses.columns import ALL, BY_NAME, ID
from survey_service.responses.schemas import COUNTED_STATES, Outcome, PreparedResponse

READ_COMMENT = "sentiment.read"
RECEIVED = "response.received"
AMENDED = "response.amended"

KEYS = (BY_NAME["form"], BY_NAME["client_id"])
STORED = tuple(BY_NAME[name] for name in ("id", "form", "client_id", "fingerprint", "receipt"))
CUSTOMER = (BY_NAME["customer"], BY_NAME["customer_strength"])
FINGERPRINT = BY_NAME["fingerprint"]
ANSWERED = ("answers", "fingerprint", "score", "comment", "comment_language", "sentiment", "comment_folded")
"""The columns in which the answers themselves stand, and what is made of them."""

as_row: Callable[[PreparedResponse], tuple[object, ...]] = attrgetter(*BY_NAME)
"""An entry as the values of a row."""
_answered: Callable[[PreparedResponse], tuple[object, ...]] = attrgetter("id", *ANSWERED)


def counted(entry: PreparedResponse) -> CountedResponse:
    """What the counts take from an entry."""
    return CountedResponse(
        workspace=entry.workspace,
        form=entry.form,
        day=entry.day,
        scores=tuple([ScoreGiven(given.question, given.revision, given.value) for given in entry.scores]),
        commented=bool(entry.comment),
        **known_of(entry),
    )


def write(entries: Sequence[PreparedResponse]) -> Batch[list[Outcome]]:
    """Writes a group of submissions; an outcome for each, in order."""
    ordered = sorted(entries, key=lambda entry: (entry.form.int, entry.client_id.int))
    inserted = yield Insert("response", ALL, [as_row(entry) for entry in ordered], returning="id")
    if len(inserted) == len(ordered):
        yield from follow([entry for entry in ordered if entry.state in COUNTED_STATES])
        return [_created(entry) for entry in entries]
    new_ids = {row[0] for row in inserted}
    first = yield from _first_answers([entry for entry in ordered if entry.id not in new_ids])
    yield from follow([entry for entry in ordered if entry.id in new_ids and entry.state in COUNTED_STATES])
    return [_created(entry) if entry.id in new_ids else _repeated(entry, first) for entry in entries]


def amend(
    before: CountedResponse,
    fingerprint: str,
    entry: PreparedResponse,
    claimed: UUID | None = None,
) -> Batch[bool]:
    """Puts `entry`'s answers in the place of those with `fingerprint`, and counts what changed if it is counted.
    `claimed` is the customer whom the address that was typed before named.

    False, and nothing is changed, if the response is not as it was read any more.
    """
    columns = tuple(BY_NAME[name] for name in ANSWERED)
    rows = [(*_answered(entry), fingerprint, before.sentiment, entry.state)]
    as_read = (FINGERPRINT, BY_NAME["sentiment"], BY_NAME["state"])
    changed = yield Update("response", ID, columns, rows, as_read=as_read)
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


def find(response: UUID) -> Batch[bool]:
    """Whether the response is kept: who asks is told so once more."""
    rows = yield Select("response", (ID,), (ID,), [(response,)], lasting=True)
    return bool(rows)


def _claim_anew(entry: PreparedResponse, claimed: UUID | None) -> Batch[None]:
    """Whose answer it is, by the address that is typed in it now."""
    known = yield from _attach_customers([entry])
    if not claimed:
        yield from _timeline([entry], known)
    elif known:
        yield from customers.move_entry(entry.workspace, claimed, entry.id, known[entry.id][0], _told(entry))
    else:
        yield Update("response", ID, CUSTOMER, [(entry.id, None, "")])
        yield from customers.drop_entry((entry.workspace, claimed, entry.id))


def release(entries: Sequence[PreparedResponse]) -> Batch[list[PreparedResponse]]:
    """Moves answers out of the spam box; gives those that lay there as they were read. The rest is left as it is."""
    columns = (BY_NAME["state"], BY_NAME["spam_reason"])
    rows = sorted((entry.id, "complete", "", entry.fingerprint) for entry in entries)
    changed = yield Update("response", ID, columns, rows, only_if="state = 'spam'", as_read=(FINGERPRINT,))
    ids = {row[0] for row in changed}
    released = [entry for entry in entries if entry.id in ids]
    yield from follow(released)
    return released


def follow(entries: Sequence[PreparedResponse]) -> Batch[None]:
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


def _first_answers(entries: Sequence[PreparedResponse]) -> Batch[dict[tuple[UUID, UUID], tuple[object, ...]]]:
    """The stored rows that these replays repeat, by (form, client_id)."""
    if not entries:
        return {}
    keys = sorted({(entry.form, entry.client_id) for entry in entries})
    rows = yield Select("response", STORED, KEYS, keys, lasting=True)
    return {(row[1], row[2]): row for row in rows}


def _created(entry: PreparedResponse) -> Outcome:
    return Outcome("created", entry.id, entry.client_id, entry.receipt)


def _repeated(entry: PreparedResponse, first: dict[tuple[UUID, UUID], tuple[object, ...]]) -> Outcome:
    stored_id, _, _, fingerprint, receipt = first[entry.form, entry.client_id]
    assert isinstance(stored_id, UUID)
    status = "replayed" if fingerprint == entry.fingerprint else "conflict"
    return Outcome(status, stored_id, entry.client_id, str(receipt))


def _attach_customers(entries: Sequence[PreparedResponse]) -> Batch[dict[UUID, tuple[UUID, str]]]:
    """Response id → (customer, strength), for those whose customer is known or claimed."""
    known = {entry.id: (entry.customer, entry.customer_strength) for entry in entries if entry.customer}
    claiming = [entry for entry in entries if entry.claimed_email and not entry.customer]
    if claiming:
        claims = [Claim(e.workspace, e.claimed_email, e.claimed_name, e.language, e.received_at) for e in claiming]
        found = yield from customers.attach_claims(claims)
        attached = {e.id: (found[e.workspace, e.claimed_email], CLAIMED) for e in claiming}
        yield Update("response", ID, CUSTOMER, [(key, *value) for key, value in sorted(attached.items())])
        known |= attached
    return known


def _told(entry: PreparedResponse) -> Details:
    """What a customer's timeline shows of an answer without asking for it again."""
    return Details(
        form=entry.form_name,
        channel=entry.channel,
        place=entry.place,
        score=entry.score,
        comment=entry.comment,
        language=entry.language,
    )


def _timeline(entries: Sequence[PreparedResponse], known: dict[UUID, tuple[UUID, str]]) -> Batch[None]:
    rows = [
        TimelineRow(
            workspace=entry.workspace,
            customer=known[entry.id][0],
            kind=timeline.ANSWERED,
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


def _event(entry: PreparedResponse) -> tuple[UUID, UUID, str, UUID, str, datetime]:
    payload = {"form": entry.form_slug, "channel": entry.channel, "score": entry.score}
    return new_id(), entry.workspace, RECEIVED, entry.id, msgspec.json.encode(payload).decode(), entry.received_at


def _reading_jobs(entries: Sequence[PreparedResponse]) -> list[tuple[UUID, UUID, str, str, str, datetime]]:
    """One job for the comments of a group (per workspace): they are read together anyway."""
    by_workspace: dict[UUID, list[PreparedResponse]] = {}
    for entry in entries:
        if entry.comment:
            by_workspace.setdefault(entry.workspace, []).append(entry)
    return [_reading_job(workspace, group) for workspace, group in by_workspace.items()]


def _reading_job(workspace: UUID, group: Sequence[PreparedResponse]) -> tuple[UUID, UUID, str, str, str, datetime]:
    first = group[0]
    payload = msgspec.json.encode({"responses": [entry.id for entry in group]}).decode()
    identity = new_id()  # in its key, too: words that were changed and changed back are read once more
    return identity, workspace, READ_COMMENT, f"{READ_COMMENT}:{first.id}:{identity}", payload, first.received_at
