"""What staff send: one personal mail, and what became of those sent."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from survey_service.accounts.actions import RefusalAction
from survey_service.accounts.guards import Caller
from survey_service.accounts.refusals import refusal_of, refused
from survey_service.core import clock, durations
from survey_service.core.addresses import older, with_query
from survey_service.core.database.paging import PAGE_SIZE
from survey_service.core.errors import Conflict, Invalid, ServiceError
from survey_service.core.http import AnyRequest, errors_of, fields_of, keys_of, see, settings_of
from survey_service.core.i18n import staff
from survey_service.core.i18n.staff import N_, ngettext, number
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.moments import local_time
from survey_service.core.rail import RailSection
from survey_service.core.templates import staff_page
from survey_service.core.text import by_name
from survey_service.forms import queries as forms
from survey_service.invitations import asking_service, queries, quota_service, resuming
from survey_service.invitations.letter import nps_question
from survey_service.invitations.quota_service import DayIsFull
from survey_service.invitations.schemas import InvitationRow, NewInvitation, TraceStep
from survey_service.invitations.service import AskedRecently
from survey_service.messaging.noted import retold
from survey_service.places import queries as places
from survey_service.places.tree import full_name, outline

VIEW = {"role": "viewer"}
MANAGE = {"role": "manager"}
SEND = "/app/invitations"
RAIL_SECTION = RailSection(key="send", label=N_("Send"), href=SEND, icon="send", position=70)
STATE_WORDS = {
    "queued": N_("Waiting"),
    "sent": N_("No answer yet"),
    "answered": N_("Answered"),
    "failed": N_("Failed"),
    "suppressed": N_("Not sent"),
    "taken_back": N_("Taken back"),
}
FEW = 50
"""So many invitations left of a day are said beside the button."""
STATE_BADGES = {"failed": "attention", "queued": "", "sent": "", "answered": "accent"}


@get(SEND, opt=VIEW, include_in_schema=False)
async def invitations_page(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    wanted: Annotated[str, QueryParameter(name="state")] = "",
    cursor: FromQuery[str] = "",
) -> Response[bytes]:
    """The form that sends one, and what became of those sent."""
    return await _send_page(request, caller, {}, wanted if wanted in queries.STANDINGS else "", cursor)


@post(SEND, opt=MANAGE, include_in_schema=False)
async def send(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[bytes]:
    """Queues it and shows its trace, or shows the form again with what was typed."""
    typed = await fields_of(request)
    names = ("form", "email", "name", "language", "place", "employee")
    new = NewInvitation(**{name: typed.get(name, "") for name in names}, again=typed.get("again") == "1")
    try:
        row = await asking_service.ask(
            keys_of(request), caller, new, clock.now(), settings_of(request).invitations_a_day
        )
    except (Invalid, AskedRecently, DayIsFull) as error:
        _note_full_day(request, caller, error)
        return await _send_page(request, caller, typed, "", "", error)
    return see(f"{SEND}/{row.id}?done=added")


async def _send_page(
    request: AnyRequest,
    caller: Caller,
    typed: dict[str, str],
    state: str,
    cursor: str,
    error: ServiceError | None = None,
) -> Response[bytes]:
    page = await queries.page_of_invitations(caller.workspace, state, cursor, PAGE_SIZE)
    every = await forms.published_forms_of(caller.workspace)
    published_forms = [each for each in every if each.is_open and nps_question(each.definition)]
    rows = await places.places_of(caller.workspace)
    known = {row.id: row for row in rows}
    tags = {tag for published in published_forms for tag in published.languages}
    path = with_query(SEND, state=state)
    return staff_page(
        caller,
        "invitations/invitations.html",
        current="send",
        status_code=error.status if error else 200,
        rows=[(_retold(row), _state(row), *_moments(row, caller.time_zone)) for row in page.items],
        state=state,
        states=[("", _("Every state")), *((code, _(word)) for code, word in STATE_WORDS.items())],
        forms=by_name((published.slug, published.name) for published in published_forms),
        places=[("", _("No place")), *((row.code, full_name(row, known)) for depth, row in outline(rows))],
        employees=by_name(
            (row.code, f"{row.name} ({row.place_name})") for row in await places.employees_of(caller.workspace)
        ),
        languages=[("", _("The form’s first language")), *by_name((tag, staff.name_of(tag)) for tag in tags)],
        typed={"form": next((published.slug for published in published_forms), ""), **typed},
        errors=_errors(error),
        asked=_asked(error) if isinstance(error, AskedRecently) else None,
        hindrance=resuming.hindrance(settings_of(request)),
        left=await _left(request, caller),
        newer=path if cursor else "",
        older=older(path, page.next),
    )


async def _left(request: AnyRequest, caller: Caller) -> str:
    """How many may be added today, where that is few, and when more may be."""
    at_most = settings_of(request).invitations_a_day
    room = await quota_service.room(caller.workspace, caller.time_zone, at_most, clock.now())
    if room.left > FEW:
        return ""
    when = local_time(room.more_at, caller.time_zone)
    if not room.left:
        return _("No more invitations can be added today. More can be from %(when)s on.", when=when)
    return ngettext(
        "%(n)s more invitation can be added today. More can be from %(when)s on.",
        "%(n)s more invitations can be added today. More can be from %(when)s on.",
        room.left,
        n=number(room.left),
        when=when,
    )


def _note_full_day(request: AnyRequest, caller: Caller, error: ServiceError) -> None:
    """A day that is full is told in the audit trail, as where a program is refused for it."""
    if isinstance(error, DayIsFull):
        refused(request, RefusalAction.TOO_MANY, refusal_of(caller))


def _errors(error: ServiceError | None) -> dict[str, str]:
    """What is said at each field, and of the whole under an empty name."""
    if isinstance(error, DayIsFull):
        return {"": error.message}
    return errors_of(error) if isinstance(error, Invalid) else {}


def _retold(row: InvitationRow) -> InvitationRow:
    return msgspec.structs.replace(row, last_error=retold(row.last_error or ""))


def _step(step: TraceStep, time_zone: str) -> tuple[str, TraceStep, str]:
    """When it was, the step, and when the next try is or was to be."""
    again = local_time(step.next_try, time_zone) if step.next_try else ""
    said = msgspec.structs.replace(step, what=retold(step.what))
    return local_time(step.at, time_zone), said, again


def _asked(error: AskedRecently) -> tuple[str, str]:
    """When somebody was asked before, in words, and the address of that invitation."""
    return durations.age(clock.now() - error.at), f"{SEND}/{error.before}"


@get(SEND + "/{invitation_id:uuid}", opt=VIEW, include_in_schema=False)
async def invitation_page(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    invitation_id: FromPath[UUID],
    late: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[bytes]:
    """One invitation with its trace."""
    return await _invitation_page(request, caller, invitation_id, late=late == "1", done=done)


DONE = {
    ("added", "queued"): N_("The invitation is added."),
    ("again", "queued"): N_("The invitation is added again."),
    ("back", "taken_back"): N_("Taken back. Nothing was sent."),
}
"""What was just done, if the invitation still stands so."""


async def _invitation_page(
    request: AnyRequest,
    caller: Caller,
    invitation_id: UUID,
    *,
    late: bool = False,
    done: str = "",
    error: AskedRecently | DayIsFull | None = None,
) -> Response[bytes]:
    row = await queries.invitation(caller.workspace, invitation_id)
    published = await forms.published_by_id(caller.workspace, row.form)
    return staff_page(
        caller,
        "invitations/invitation.html",
        current="send",
        status_code=error.status if error else 200,
        row=_retold(row),
        late=late,
        said=_(DONE.get((done, row.state), "")),
        hindrance=resuming.hindrance(settings_of(request)) if row.state == "queued" else "",
        asked=_asked(error) if isinstance(error, AskedRecently) else None,
        full=error.message if isinstance(error, DayIsFull) else "",
        left=await _left(request, caller) if row.state in ("failed", "taken_back") else "",
        state=_state(row),
        form=published,
        language=staff.name_of(row.language),
        place=await places.place(caller.workspace, row.place) if row.place else None,
        employee=await places.employee(caller.workspace, row.employee) if row.employee else None,
        trace=[_step(step, caller.time_zone) for step in reversed(row.trace)],
        answered=local_time(row.answered_at, caller.time_zone) if row.answered_at else "",
    )


@post(SEND + "/{invitation_id:uuid}/resend", opt=MANAGE, include_in_schema=False)
async def resend(
    request: AnyRequest, caller: NamedDependency[Caller], invitation_id: FromPath[UUID]
) -> Response[bytes]:
    """Queues one again that failed or was taken back; whoever was asked meanwhile is asked again only if that is
    said."""
    again = (await fields_of(request)).get("again") == "1"
    try:
        await asking_service.ask_again(
            caller, invitation_id, clock.now(), settings_of(request).invitations_a_day, again=again
        )
    except (AskedRecently, DayIsFull) as error:
        _note_full_day(request, caller, error)
        return await _invitation_page(request, caller, invitation_id, error=error)
    return see(f"{SEND}/{invitation_id}?done=again")


@post(SEND + "/{invitation_id:uuid}/take-back", opt=MANAGE, include_in_schema=False)
async def take_back(caller: NamedDependency[Caller], invitation_id: FromPath[UUID]) -> Response[bytes]:
    """Ends one that still waits; if it is too late, its page says so."""
    try:
        await asking_service.take_back(caller, invitation_id, clock.now())
    except Conflict:
        return see(f"{SEND}/{invitation_id}?late=1")
    return see(f"{SEND}/{invitation_id}?done=back")


def _state(row: InvitationRow) -> tuple[str, str]:
    """(words, kind of badge) of where an invitation stands."""
    standing = queries.standing_of(row)
    return _(STATE_WORDS[standing]), STATE_BADGES.get(standing, "line")


def _moments(row: InvitationRow, time_zone: str) -> tuple[str, str]:
    """When it was added, which the list is sorted by, and what came of it last and when, or nothing."""
    then = ""
    if row.answered_at:
        then = _("answered %(when)s", when=local_time(row.answered_at, time_zone))
    elif row.sent_at:
        then = _("sent %(when)s", when=local_time(row.sent_at, time_zone))
    return local_time(row.created_at, time_zone), then


ROUTES = [invitations_page, send, invitation_page, resend, take_back]
