"""Noting what was promised to whoever answered, telling who is responsible, and saying that it was kept."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from survey_service.accounts import audit
from survey_service.accounts import queries as accounts
from survey_service.accounts.schemas import Caller
from survey_service.cases import notice, queries
from survey_service.cases.actions import PromiseAction
from survey_service.cases.schemas import PromiseRow, TellStaff
from survey_service.cases.tables import Promise, PromiseNotice
from survey_service.core import clock, database
from survey_service.core.errors import Conflict, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import spoken
from survey_service.core.ids import new_id
from survey_service.forms import queries as forms
from survey_service.forms.schemas import PublishedForm
from survey_service.jobs import queries as job_queries
from survey_service.jobs import service as jobs
from survey_service.jobs.schemas import EventRow, JobRow
from survey_service.messaging import message
from survey_service.messaging.transports.email import RETRIES, MailServer
from survey_service.places import queries as places
from survey_service.responses import queries as responses

TELL_STAFF = "promise.tell"
TOLD_EVERY = timedelta(minutes=10)
"""Whoever was just told of somebody is told of the next ones together, so that a flood makes few mails."""
TIMES_SET_BACK = 5
"""How often a clock that is set back to the same ten minutes holds up no mail."""
TOLD_AT_ONCE = 20
"""Promises that one mail names; the others are counted in it."""
ROWS_AT_ONCE = 100

T = TypeVar("T")


def batched(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """`rows` in order, as many at a time as one statement takes."""
    return (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE))


# Noting ----------------------------------------------------------------------------------------------------------


async def note_promises(events: Sequence[EventRow]) -> None:
    """The handler of received answers: those to forms that promise something wait from now on. Joins the transaction
    around it; an answer that is known already changes nothing."""
    asked: dict[tuple[UUID, str], list[UUID]] = {}
    for event in events:
        slug = str(msgspec.json.decode(event.payload).get("form", ""))
        asked.setdefault((event.workspace, slug), []).append(event.subject)
    for (workspace, slug), answers in asked.items():
        if published := await _promising(workspace, slug):
            await _notify(workspace, await note(workspace, published, answers), clock.now())


async def _promising(workspace: UUID, slug: str) -> PublishedForm | None:
    """The form of this name, if it promises something."""
    try:
        published = await forms.published_by_slug(workspace, slug)
    except NotFound:
        return None
    return published if published.promise else None


async def note(workspace: UUID, published: PublishedForm, answers: Sequence[UUID]) -> list[PromiseRow]:
    """Promises for those of the answers to a form that count and have none yet; nobody is told of them by this."""
    made: list[PromiseRow] = []
    for some in batched(answers):
        rows = await responses.many(workspace, some)
        new = [
            PromiseRow(new_id(), workspace, published.id, row.id, row.place, published.promise, row.received_at)
            for row in rows.values()
            if row.state == "complete"
        ]
        made += await _insert(new) if new else []
    return made


async def _insert(new: Sequence[PromiseRow]) -> list[PromiseRow]:
    """Those of the promises that were not there before, written."""
    every = Promise.insert(*(Promise(**msgspec.structs.asdict(row)) for row in new))
    rows = await database.execute(every.on_conflict(action="DO NOTHING").returning(*Promise.all_columns()))
    written = {row.id for row in database.rows_of(PromiseRow, rows)}
    return [row for row in new if row.id in written]


async def _notify(workspace: UUID, made: Sequence[PromiseRow], now: datetime) -> None:
    """Leaves a notice for each who is responsible, and a job that mails it: at once, or with the next ones. The owner
    whose address was made up is told nothing: it is somebody else's, or nobody's."""
    first = await accounts.staff_with_email(accounts.FIRST_EMAIL)
    named = await places.responsible_staff(workspace, {promise.place for promise in made})
    responsible = {place: [one for one in staff if not first or one != first.id] for place, staff in named.items()}
    notices = [
        PromiseNotice(workspace=workspace, promise=one.id, staff=staff, made_at=now)
        for one in made
        for staff in responsible[one.place]
    ]
    for some in batched(notices):
        await database.execute(PromiseNotice.insert(*some).on_conflict(action="DO NOTHING"))
    for staff in sorted(set(chain.from_iterable(responsible.values()))):
        await _leave_job(workspace, staff, now)


async def _leave_job(workspace: UUID, staff: UUID, now: datetime) -> None:
    """A mail now, if there was none in this stretch of time yet, else one when the next begins. Where both were sent
    already, the clock was set back, and the stretch is gone through again."""
    seconds = TOLD_EVERY.total_seconds()
    turn = int(now.timestamp() // seconds)
    moments = ((turn, now), (turn + 1, datetime.fromtimestamp((turn + 1) * seconds, UTC)))
    for again in range(TIMES_SET_BACK):
        for number, run_at in moments:
            key = f"{TELL_STAFF}:{staff}:{number}" + (f":{again}" if again else "")
            if await jobs.enqueue(workspace, TELL_STAFF, key, TellStaff(staff), now, run_at, retries=RETRIES):
                return
        if await job_queries.is_waiting(key):
            return


# Telling ---------------------------------------------------------------------------------------------------------


async def tell_staff(job: JobRow, server: MailServer) -> None:
    """The handler of TELL_STAFF: one mail about those who wait and whom this person was not told of yet; of more
    than it takes the next mail tells.

    Raises TransportError. A crash between the server's yes and our note sends the same mail again, under the same
    Message-ID.
    """
    person = (await accounts.active_staff(job.workspace)).get(msgspec.json.decode(job.payload, type=TellStaff).staff)
    limit = 10 * TOLD_AT_ONCE
    waiting = await queries.untold(job.workspace, person.id, limit) if person else []
    published_forms = await forms.known(job.workspace, [promise.form for promise in waiting])
    lasting = [promise for promise in waiting if promise.form in published_forms]
    if person is None or not lasting:
        return
    workspace = await accounts.workspace(job.workspace)
    lines = [
        await _line(promise, published_forms[promise.form].name, workspace.time_zone)
        for promise in lasting[:TOLD_AT_ONCE]
    ]
    told = notice.Notice(
        workspace.name, person.name, lines, len(lasting), f"{server.settings.public_url}/app/follow-up"
    )
    identity = message.message_id(str(job.id), server.settings.mail_from)
    with spoken(person.language):
        mail = notice.compose(told, person.email, identity, clock.now())
    await server.send(mail)
    async with database.transaction():
        await _mark_told(job.workspace, person.id, waiting, clock.now())
        if len(waiting) == limit:
            await _leave_job(job.workspace, person.id, clock.now())


async def _line(promise: PromiseRow, form: str, time_zone: str) -> notice.Line:
    place = await places.place(promise.workspace, promise.place) if promise.place else None
    local = promise.made_at.astimezone(ZoneInfo(time_zone))
    return notice.Line(promise.kind, form, place.name if place else "", local, promise.response)


async def _mark_told(workspace: UUID, staff: UUID, waiting: Sequence[PromiseRow], now: datetime) -> None:
    await database.execute(
        PromiseNotice.update({PromiseNotice.told_at: now}).where(
            PromiseNotice.workspace == workspace,
            PromiseNotice.staff == staff,
            PromiseNotice.told_at.is_null(),
            PromiseNotice.promise.is_in([promise.id for promise in waiting]),
        )
    )


# Keeping ---------------------------------------------------------------------------------------------------------


async def _check_lasting(workspace: UUID, promise_id: UUID) -> None:
    """Raises NotFound for a promise of no form: it is removed moments later than the form itself."""
    promise = await queries.promise(workspace, promise_id)
    if not await forms.known(workspace, [promise.form]):
        raise NotFound(_("The form of this answer was removed, and the promise goes with it."))


async def keep(workspace: UUID, promise_id: UUID, by: UUID | None, now: datetime) -> PromiseRow:
    """Somebody has replied or called. Raises NotFound, or Conflict if that was said before."""
    await _check_lasting(workspace, promise_id)
    rows = await database.execute(
        Promise.update({Promise.kept_at: now, Promise.kept_by: by})
        .where(Promise.workspace == workspace, Promise.id == promise_id, Promise.kept_at.is_null())
        .returning(Promise.id)
    )
    promise = await queries.promise(workspace, promise_id)
    if not rows:
        raise Conflict(_("Somebody else has said so already."))
    return promise


async def keep_for(caller: Caller, promise_id: UUID, now: datetime) -> PromiseRow:
    """`keep`, with its line in the audit trail."""
    async with database.transaction():
        promise = await keep(caller.workspace, promise_id, caller.actor, now)
        await audit.record(caller, PromiseAction.KEPT, await _receipt(promise))
    return promise


async def _receipt(promise: PromiseRow) -> str:
    """The number by which people find the answer to which somebody replied; empty where it is gone."""
    found = await responses.many(promise.workspace, [promise.response])
    return found[promise.response].receipt if found else ""


async def reopen(workspace: UUID, promise_id: UUID) -> PromiseRow:
    """The person waits after all. Raises NotFound, or Conflict if the promise is open."""
    await _check_lasting(workspace, promise_id)
    rows = await database.execute(
        Promise.update({Promise.kept_at: None, Promise.kept_by: None})
        .where(Promise.workspace == workspace, Promise.id == promise_id, Promise.kept_at.is_not_null())
        .returning(Promise.id)
    )
    promise = await queries.promise(workspace, promise_id)
    if not rows:
        raise Conflict(_("This person is on the list of those who wait already."))
    return promise


async def reopen_for(caller: Caller, promise_id: UUID) -> PromiseRow:
    """`reopen`, with its line in the audit trail."""
    async with database.transaction():
        promise = await reopen(caller.workspace, promise_id)
        await audit.record(caller, PromiseAction.REOPENED, await _receipt(promise))
    return promise
