"""Reading invitations."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo.custom_types import Combinable

from survey_service.core import database, tokens
from survey_service.core.database.paging import Page, decode_cursor, page_of
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.keyring import Keyring
from survey_service.forms import queries as forms
from survey_service.invitations.schemas import InvitationRow, InvitationShown
from survey_service.invitations.tables import Invitation, InvitationQuota
from survey_service.places import queries as places

INVITATION_TOKEN = "invitation"  # noqa: S105  (a purpose, not a password)
UNSUBSCRIBE_TOKEN = "unsubscribe"  # noqa: S105
STATES = ("queued", "sent", "failed", "suppressed", "taken_back")
ANSWERED = "answered"
STANDINGS = (*STATES, ANSWERED)
"""Where an invitation stands for whoever looks at a list: answered, or in a state and without an answer."""
PAUSE = timedelta(days=90)
"""So long nobody is asked again, unless a person says so."""

COLUMNS = (
    "id, workspace, form, customer, email, name, language, place, employee, question, state, message_id, attempts, "
    "last_error, trace, created_at, sent_at, answered_at, response"
)


async def _placed(rows: list[database.Row]) -> list[database.Row]:
    """The rows, of one workspace, with the codes of their places and employees."""
    codes: dict[UUID | None, str] = {None: ""}
    for row in rows:
        if row["place"] not in codes:
            codes[row["place"]] = (await places.place(row["workspace"], row["place"])).code
    named = {row["employee"] for row in rows if row["employee"]}
    known = await places.employees(rows[0]["workspace"], named) if named else {}
    people = {who: employee.code for who, employee in known.items()}
    return [row | {"place_code": codes[row["place"]], "employee_code": people.get(row["employee"], "")} for row in rows]


async def _whole(rows: list[database.Row]) -> list[InvitationRow]:
    return database.rows_of(InvitationRow, await _placed(rows))


async def invitation(workspace: UUID, invitation_id: UUID, *, locked: bool = False) -> InvitationRow:
    """One invitation of the workspace. Raises NotFound. `locked`: others wait to change it."""
    ours = Invitation.select().where(Invitation.workspace == workspace, Invitation.id == invitation_id)
    row = await database.fetch_one(database.kept(ours) if locked else ours)
    if row is None:
        raise NotFound(_("There is no such invitation."))
    return (await _whole([row]))[0]


async def invitation_by_token(keys: Keyring, token: str, purpose: str = INVITATION_TOKEN) -> InvitationRow:
    """The invitation that a link of a mail names. Raises NotFound, for a token that is not ours too."""
    try:
        named = tokens.read_id(keys, purpose, token)
    except tokens.BadToken as error:
        raise NotFound(_("This link is not one that we sent.")) from error
    row = await database.fetch_one(f"SELECT {COLUMNS} FROM invitation WHERE id = {{}}", named)
    if row is None:
        raise NotFound(_("This link is not one that we sent."))
    return (await _whole([row]))[0]


def standing_of(row: InvitationRow) -> str:
    """Where one stands, the same as `page_of_invitations` finds it under."""
    return ANSWERED if row.answered_at else row.state


async def page_of_invitations(workspace: UUID, standing: str, cursor: str, limit: int) -> Page[InvitationRow]:
    """A page of invitations, newest first by when they were added; of one of STANDINGS if it is given."""
    where = "workspace = {}"
    values: list[Any] = [workspace]
    if standing == ANSWERED:
        where = f"{where} AND answered_at IS NOT NULL"
    elif standing:
        where, values = f"{where} AND state = {{}} AND answered_at IS NULL", [*values, standing]
    if cursor:
        where, values = f"{where} AND (created_at, id) < ({{}}, {{}})", [*values, *decode_cursor(cursor)]
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM invitation WHERE {where} ORDER BY created_at DESC, id DESC LIMIT {{}}",
        *values, limit + 1,
    )  # fmt: skip
    return page_of(InvitationRow, await _placed(rows), limit, "created_at")


def _queued_before(workspace: UUID, moment: datetime) -> tuple[Combinable, ...]:
    """The conditions for an invitation that waits since before `moment`."""
    return Invitation.workspace == workspace, Invitation.state == "queued", Invitation.created_at < moment


async def queued_before(workspace: UUID, moment: datetime, limit: int) -> list[InvitationRow]:
    """The invitations that wait since before `moment`, the oldest first."""
    waiting = Invitation.select().where(*_queued_before(workspace, moment))
    return await _whole(await database.fetch(waiting.order_by(Invitation.created_at, Invitation.id).limit(limit)))


async def queued_ids_before(workspace: UUID, moment: datetime, after: UUID | None, limit: int) -> list[UUID]:
    """The ids of those that come after one, by their ids."""
    waiting = Invitation.select(Invitation.id).where(*_queued_before(workspace, moment))
    later = waiting.where(Invitation.id > after) if after else waiting
    rows = await database.fetch(later.order_by(Invitation.id).limit(limit))
    return [row["id"] for row in rows]


async def waiting_among(workspace: UUID, moment: datetime, wanted: Sequence[UUID]) -> set[UUID]:
    """Which of these invitations wait since before `moment`."""
    if not wanted:
        return set()
    waiting = Invitation.select(Invitation.id).where(*_queued_before(workspace, moment))
    rows = await database.fetch(waiting.where(Invitation.id.is_in(list(wanted))))
    return {row["id"] for row in rows}


async def count_queued(workspace: UUID, moment: datetime) -> tuple[int, int]:
    """How many invitations wait since before `moment`, and how many since a later one."""
    row = await database.fetch_one(
        "SELECT count(*) AS every, sum(CASE WHEN created_at < {} THEN 1 ELSE 0 END) AS earlier FROM invitation "
        "WHERE workspace = {} AND state = 'queued'",
        moment, workspace,
    )  # fmt: skip
    assert row is not None
    before = int(row["earlier"] or 0)
    return before, int(row["every"]) - before


async def last_asked(workspace: UUID, customer: UUID, now: datetime) -> InvitationRow | None:
    """The newest invitation that went to a customer in the last 90 days, or is to go, whenever it was added; None if
    there is none."""
    row = await database.fetch_one(
        f"SELECT {COLUMNS} FROM invitation WHERE workspace = {{}} AND customer = {{}} "
        "AND (state = 'queued' OR (state = 'sent' AND COALESCE(sent_at, created_at) BETWEEN {} AND {})) "
        "ORDER BY COALESCE(sent_at, created_at) DESC, id DESC LIMIT 1",
        workspace, customer, now - PAUSE, now + PAUSE,
    )  # fmt: skip
    return (await _whole([row]))[0] if row else None


async def shown(row: InvitationRow) -> InvitationShown:
    """An invitation as the API tells it."""
    published = await forms.published_by_id(row.workspace, row.form)
    return InvitationShown(
        id=row.id,
        form=published.slug,
        email=row.email,
        name=row.name,
        language=row.language,
        place=row.place_code,
        employee=row.employee_code,
        question=row.question,
        state=row.state,
        attempts=row.attempts,
        last_error=row.last_error,
        trace=row.trace,
        customer=row.customer,
        created_at=row.created_at,
        sent_at=row.sent_at,
        answered_at=row.answered_at,
        response=row.response,
    )


async def last_added(workspace: UUID) -> tuple[date, int]:
    """The last day of its own on which a workspace added invitations, and how many; one long ago if it never did."""
    asked = InvitationQuota.select(InvitationQuota.day, InvitationQuota.added)
    row = await database.fetch_one(asked.where(InvitationQuota.workspace == workspace))
    return (row["day"], int(row["added"])) if row else (date.min, 0)
