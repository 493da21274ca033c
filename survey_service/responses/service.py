"""Takes answers in: validate, score, write in one transaction, thank. And moves them out of the spam box."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from survey_service.accounts import audit
from survey_service.accounts.schemas import Caller
from survey_service.conditions.evaluate import Values
from survey_service.core import clock, database, i18n, windows
from survey_service.core.batch.statements import Batch
from survey_service.core.errors import Conflict, FieldError, Forbidden, Gone, Invalid, NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import new_id, readable_code
from survey_service.core.keyring import Keyring
from survey_service.core.text import MAX_NAME
from survey_service.counts.dimensions import RECEIVED
from survey_service.customers import service as customers
from survey_service.forms import queries as forms
from survey_service.forms import rules, validation
from survey_service.forms.definition import Definition
from survey_service.forms.schemas import PublishedForm
from survey_service.forms.validation import Checked, ScoredAnswer
from survey_service.places import employee_codes
from survey_service.places import queries as places
from survey_service.places.schemas import EmployeeRow
from survey_service.responses import plans, queries, sent_along
from survey_service.responses.actions import AnswerAction
from survey_service.responses.group_commit import GroupCommit
from survey_service.responses.schemas import Outcome, PreparedResponse, StoredResponse, Submission
from survey_service.responses.tables import Response


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """How an answer came in: what the way in has established, never what the client says of itself.

    `employee_code` is signed or not; if `employee_proven`, staff stand for whatever code is named.
    """

    channel: str
    place_code: str = ""
    employee_code: str = ""
    employee_proven: bool = False
    spam_reason: str = ""
    invitation: UUID | None = None
    customer: UUID | None = None
    customer_strength: str = ""


AMENDABLE_FOR = timedelta(hours=24)
"""So long after an answer whoever gave it may add a word or choose another number."""
STAYS = ("id", "client_id", "day", "state", "claimed_employee", *RECEIVED)
"""What of an answer is as it was when it is changed."""
AMENDABLE = ("complete", "spam")
"""What lies in the spam box is changed like any other: nobody is told that it lies there."""
RELEASE_TRIES = 3
"""So often a release begins again because an answer was changed in between."""


def receipt_of(form: UUID, client_id: UUID) -> str:
    """The number that a respondent keeps, such as `7KQ2-M9XD`: 40 bits of a hash of the form's and own id."""
    digest = hashlib.sha256(form.bytes + client_id.bytes).digest()
    code = readable_code(digest[:5])
    return f"{code[:4]}-{code[4:]}"


async def submit(
    group_commit: GroupCommit,
    published: PublishedForm,
    submission: Submission,
    origin: Origin,
    keys: Keyring,
    also: Sequence[str] = (),
) -> Outcome:
    """Takes one submission in, acknowledged after its commit. `also` is what else a page's form sent.

    Raises Gone for a closed form, Invalid with an error per question, Unavailable when it cannot be kept.
    """
    entry = await prepare(published, submission, origin, keys, clock.now())
    if also:
        hidden = sent_along.packed(published.definition, submission.hidden, also)
        entry = msgspec.structs.replace(entry, hidden=hidden)
    return await group_commit.submit(entry)


async def prepare(
    published: PublishedForm,
    submission: Submission,
    origin: Origin,
    keys: Keyring,
    now: datetime,
    around: Values | None = None,
) -> PreparedResponse:
    """A submission, checked and scored, ready to be written. Conditions read `around`, which is made of how it came in
    where nothing is given."""
    if not published.is_open:
        raise Gone(_("This form takes no more answers."))
    if submission.version:
        published = await _shown(published, submission.version)
    language, errors = _language(published, submission.language)
    if around is None and rules.has_rules(published.definition):
        around = rules.surroundings(language, origin.channel, submission.place or origin.place_code, submission.hidden)
    checked = validation.check(published.definition, submission.answers, language, published.written, around)
    place, place_errors = await _place(published, submission.place or origin.place_code)
    named, employee_errors = await _employee(published, submission.employee or origin.employee_code, origin, keys)
    customer, customer_errors = await _customer(published, submission.customer, origin, keys)
    errors = [*checked.errors, *errors, *place_errors, *employee_errors, *customer_errors]
    if errors:
        raise Invalid(str(i18n.text("summary_review", language, published.written, n=len(errors))), errors=errors)
    entry = _entry(published, submission, origin, checked, language, place, customer, now)
    return _about(entry, named) if named else entry


def _about(entry: PreparedResponse, named: tuple[EmployeeRow, bool]) -> PreparedResponse:
    """An answer that names an employee. Where it is believed and no place is named, it is about where they work."""
    employee, believed = named
    if not believed:
        return msgspec.structs.replace(entry, claimed_employee=employee.id)
    return msgspec.structs.replace(entry, employee=employee.id, place=entry.place or employee.place)


async def _shown(published: PublishedForm, version: int) -> PublishedForm:
    """The form as the respondent saw it: a newer version may ask other things."""
    try:
        return await forms.at_version(published, version)
    except NotFound as error:
        raise Invalid.field("version", "unknown", _("This form has no such version.")) from error


def _entry(
    published: PublishedForm,
    submission: Submission,
    origin: Origin,
    checked: Checked,
    language: str,
    place: UUID | None,
    customer: tuple[UUID | None, str],
    now: datetime,
) -> PreparedResponse:
    client_id = origin.invitation or submission.id or new_id()
    return PreparedResponse(
        id=new_id(),
        client_id=client_id,
        workspace=published.workspace,
        form=published.id,
        form_slug=published.slug,
        form_name=published.name,
        version=published.version,
        state="spam" if origin.spam_reason else "complete",
        channel=origin.channel,
        place=place,
        language=language,
        answers=msgspec.json.encode(checked.answers).decode(),
        hidden=sent_along.packed(published.definition, submission.hidden, ()),
        fingerprint=validation.fingerprint(checked.answers),
        receipt=receipt_of(published.id, client_id),
        received_at=now,
        day=clock.local_day(now, published.time_zone),
        score=first_score(checked.scores),
        comment=checked.comment,
        scores=tuple(checked.scores),
        spam_reason=origin.spam_reason,
        invitation=origin.invitation,
        customer=customer[0],
        customer_strength=customer[1],
        claimed_email=checked.email if not customer[0] else "",
        claimed_name=_claimed_name(checked),
    )


def is_amendable(row: StoredResponse, now: datetime) -> bool:
    """Whether whoever gave this answer may still change it."""
    return row.state in AMENDABLE and windows.lasts(row.received_at, AMENDABLE_FOR, now)


async def amend(published: PublishedForm, row: StoredResponse, submission: Submission, keys: Keyring) -> str:
    """An answer, completed or changed by the person who gave it, by the version that it was given to; the receipt.

    Raises Invalid with an error per question, Gone when it is too late, Conflict if it changed meanwhile.
    """
    now = clock.now()
    if not is_amendable(row, now):
        raise Gone(_("This answer can no longer be changed. It is kept as it was."))
    shown = await forms.at_version(published, row.version)
    around = await _surroundings_of(shown.definition, row, submission.language or row.language)
    entry = await prepare(shown, submission, _known_origin(row), keys, now, around)
    stays = {name: getattr(row, name) for name in STAYS}
    entry = msgspec.structs.replace(entry, **stays)
    if entry.fingerprint == row.fingerprint:
        kept = await database.current().run(plans.find(row.id))
    else:
        before = await queries.counted_response(row)
        claimed = row.customer if row.customer_strength != "verified" else None
        kept = await database.current().run(plans.amend(before, row.fingerprint, entry, claimed))
    if not kept:
        raise Conflict(_("This answer changed just now. Look at it again."))
    return row.receipt


def _known_origin(row: StoredResponse) -> Origin:
    """How an answer came; a proven customer stays, one that was typed may be typed anew."""
    verified = row.customer_strength == "verified"
    return Origin(
        channel=row.channel,
        customer=row.customer if verified else None,
        customer_strength="verified" if verified else "",
    )


async def _surroundings_of(definition: Definition, row: StoredResponse, language: str) -> Values:
    """What conditions read beside the answers, for one that is stored; nothing where there are none."""
    if not rules.has_rules(definition):
        return {}
    place = (await places.place(row.workspace, row.place)).code if row.place else ""
    return rules.surroundings(language, row.channel, place, sent_along.unpacked(row.hidden)[0])


def first_score(scores: list[ScoredAnswer]) -> int | None:
    """The answer to the form's first NPS question, which lists show; None if it has none."""
    for given in scores:
        if given.metric == "nps":
            return given.value
    return None


def _claimed_name(checked: Checked) -> str:
    name = checked.answers.get("name", "")
    return name[:MAX_NAME] if isinstance(name, str) else ""


def _language(published: PublishedForm, wanted: str | None) -> tuple[str, list[FieldError]]:
    default = published.languages[0]
    if not wanted:
        return default, []
    if wanted in published.languages or (wanted := i18n.negotiate(wanted, published.languages, "")):
        return wanted, []
    offered = ", ".join(published.languages)
    words = _("This form is offered in %(languages)s.", languages=offered)
    return default, [FieldError("language", "not_offered", words)]


async def _place(published: PublishedForm, code: str) -> tuple[UUID | None, list[FieldError]]:
    if not code:
        return None, []
    place = await places.place_by_code(code)
    if place is None or place.workspace != published.workspace:
        return None, [FieldError("place", "unknown", _("There is no place with this code."))]
    return place.id, []


async def _employee(
    published: PublishedForm, text: str, origin: Origin, keys: Keyring
) -> tuple[tuple[EmployeeRow, bool] | None, list[FieldError]]:
    """Who is named, and whether that is believed."""
    if not text:
        return None, []
    code, signed = employee_codes.read(keys, published.workspace, text)
    employee = await places.employee_by_code(published.workspace, code)
    if employee is None:
        return None, [FieldError("employee", "unknown", _("There is no employee with this code."))]
    return (employee, signed or origin.employee_proven), []


async def _customer(
    published: PublishedForm, token: str | None, origin: Origin, keys: Keyring
) -> tuple[tuple[UUID | None, str], list[FieldError]]:
    """Who answers, if the invitation or a signed token says so."""
    if origin.customer:
        return (origin.customer, origin.customer_strength), []
    if not token:
        return (None, ""), []
    found = await customers.customer_of_token(keys, token, published.workspace)
    if found is None:
        words = _("This customer token is not ours or not of this form.")
        return (None, ""), [FieldError("customer", "unknown", words)]
    return (found, "verified"), []


def require_json_allowed(published: PublishedForm) -> None:
    """Forbidden where the author has closed the open JSON route of a form."""
    if not published.accepts_json:
        raise Forbidden(_("This form takes answers from its own pages only."))


async def mark_customers_seen(response_ids: Sequence[UUID]) -> None:
    """Notes when the customers of these responses were last heard of; claims are no sign of life."""
    seen: dict[UUID, dict[UUID, datetime]] = {}
    for row in await queries.verified_customers(response_ids):
        known = seen.setdefault(row.workspace, {})
        known[row.customer] = max(row.received_at, known.get(row.customer, row.received_at))
    for workspace, moments in seen.items():
        await customers.mark_seen(workspace, moments, clock.now())


async def release(caller: Caller, chosen: Sequence[UUID]) -> int:
    """Moves answers out of the spam box: from now on they count, on the day they were received. Gives how many were
    still in it.

    One that its author changes meanwhile is read again. Raises Conflict if nothing but such changes was found.
    """
    released, left = 0, list(chosen)
    for _tried in range(RELEASE_TRIES):
        rows = await queries.many(caller.workspace, left)
        entries = [entry for row in rows.values() if row.state == "spam" and (entry := await _stored_entry(row))]
        if not entries:
            return released
        done = await database.current().run(_release(caller, entries))
        released += len(done)
        left = [entry.id for entry in entries if entry.id not in done]
    if left and not released:
        raise Conflict(_("This answer changed just now. Look at it again."))
    return released


def _release(caller: Caller, entries: Sequence[PreparedResponse]) -> Batch[set[UUID]]:
    released = yield from plans.release(entries)
    if released:
        yield from audit.recorded(caller, AnswerAction.RELEASED, str(len(released)))
    return {entry.id for entry in released}


async def discard(caller: Caller, chosen: Sequence[UUID]) -> int:
    """Deletes answers of the spam box for good; gives how many were still in it."""
    if not chosen:
        return 0
    theirs = Response.id.is_in(list(chosen)) & (Response.workspace == caller.workspace)
    async with database.transaction():
        gone = await database.execute(
            Response.delete().where(theirs & (Response.state == "spam")).returning(Response.id)
        )
        if gone:
            await audit.record(caller, AnswerAction.DISCARDED, str(len(gone)))
    return len(gone)


async def _stored_entry(row: StoredResponse) -> PreparedResponse | None:
    """A stored response as if it were just submitted, for what follows a release; None where its form is gone."""
    try:
        published = await forms.published_by_id(row.workspace, row.form)
        definition = await forms.definition_of(row.workspace, row.form, row.version)
    except NotFound:
        return None
    around = await _surroundings_of(definition, row, row.language)
    checked = validation.check(definition, row.given, row.language, around=around)
    new = {
        "form_slug": published.slug,
        "form_name": published.name,
        "state": "complete",
        "spam_reason": "",
        "scores": tuple(checked.scores),
        "claimed_email": checked.email if not row.customer else "",
        "claimed_name": _claimed_name(checked),
    }
    return PreparedResponse(**(msgspec.structs.asdict(row) | new))
