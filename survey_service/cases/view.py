"""Promises as staff read them: who waits for what, how to reach them, and since when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from survey_service.accounts import queries as accounts
from survey_service.accounts.schemas import Caller
from survey_service.cases import queries
from survey_service.cases.schemas import PromiseRow
from survey_service.core.durations import age
from survey_service.core.i18n.staff import N_, in_a_row, language
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.moments import local_time
from survey_service.forms import queries as forms
from survey_service.inbox import view
from survey_service.inbox.view import RowShown
from survey_service.places import queries as places
from survey_service.questions.texts import text_in
from survey_service.responses import queries as responses
from survey_service.responses.schemas import StoredResponse

WAITS_FOR = {"reply": N_("Waits for a reply"), "call": N_("Waits for a call")}
WAITED = {"reply": N_("Waits for a reply, for %(age)s."), "call": N_("Waits for a call, for %(age)s.")}
WAITS_SINCE = {"reply": N_("Waits for a reply, since %(when)s"), "call": N_("Waits for a call, since %(when)s")}
KEPT = {"reply": N_("Replied, %(when)s"), "call": N_("Called, %(when)s")}
KEPT_BY = {"reply": N_("Replied by %(name)s, %(when)s"), "call": N_("Called by %(name)s, %(when)s")}
DONE = {"reply": N_("I have replied"), "call": N_("I have called")}


class Said(msgspec.Struct, frozen=True):
    """An answer beside its question; `href` writes to the address or calls the number, or is empty."""

    question: str
    answer: str
    href: str


class PromiseView(msgspec.Struct, frozen=True):
    """One promise in a list. `row` is the answer, None once it is gone; `responsible` are names."""

    id: UUID
    waits: str
    waits_for: str
    waits_since: str
    done: str
    kept: str
    since: str
    iso: str
    age: str
    responsible: str
    told: bool
    row: RowShown | None
    said: Sequence[Said]


async def views(caller: Caller, found: Sequence[PromiseRow], now: datetime) -> list[PromiseView]:
    """A page of promises with the answers that they belong to; those of a form that was removed go with it."""
    published_forms = await forms.known(caller.workspace, [one.form for one in found])
    found = [one for one in found if one.form in published_forms]
    rows = await responses.many(caller.workspace, [one.response for one in found])
    order = [rows[one.response] for one in found if one.response in rows]
    known = {row.id: row for row in await view.rows(caller, order, "")}
    names = {staff.id: staff.name or staff.email for staff in (await accounts.active_staff(caller.workspace)).values()}
    told = await queries.told_of(caller.workspace, [one.id for one in found])
    who = await places.responsible_staff(caller.workspace, {one.place for one in found})
    return [
        PromiseView(
            id=one.id,
            waits=_(WAITS_FOR[one.kind]),
            waits_for=_(WAITED[one.kind], age=age((one.kept_at or now) - one.made_at)),
            waits_since=_(WAITS_SINCE[one.kind], when=local_time(one.made_at, caller.time_zone)),
            done=_(DONE[one.kind]),
            kept=_kept(one, names, caller.time_zone),
            since=local_time(one.made_at, caller.time_zone),
            iso=one.made_at.isoformat(timespec="seconds"),
            age=age((one.kept_at or now) - one.made_at),
            responsible=in_a_row(names[staff] for staff in who[one.place] if staff in names),
            told=one.id in told,
            row=known.get(one.response),
            said=await _said(caller.workspace, rows.get(one.response)),
        )
        for one in found
    ]


def _kept(promise: PromiseRow, names: Mapping[UUID, str], time_zone: str) -> str:
    """“Called by Ana, 5 Oct 2026, 09:05”; empty while it is open."""
    if promise.kept_at is None:
        return ""
    when = local_time(promise.kept_at, time_zone)
    if promise.kept_by and promise.kept_by in names:
        return _(KEPT_BY[promise.kind], name=names[promise.kept_by], when=when)
    return _(KEPT[promise.kind], when=when)


async def _said(workspace: UUID, row: StoredResponse | None) -> list[Said]:
    """The answers but the comment, which the answer's row shows: a name, an address, a number, a time."""
    if row is None:
        return []
    definition = await forms.definition_of(workspace, row.form, row.version)
    given = row.given
    return [
        Said(
            text_in(question.text, language(), definition.languages[0]),
            question.say_to_staff(given[question.key], language(), view.ENGLISH),
            question.reach(given[question.key]),
        )
        for question in definition.questions
        if question.key in given and question.becomes != "comment"
    ]
