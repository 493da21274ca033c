"""What is read of responses: lists by keyset, one whole, the newest comments, and rows for counting again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from survey_service.core import database
from survey_service.core.database import paging
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.ids import typed_code
from survey_service.core.text import fold
from survey_service.counts.dimensions import DIMENSIONS
from survey_service.counts.schemas import CountedResponse, ScoreGiven
from survey_service.forms import queries as forms
from survey_service.responses.columns import READ
from survey_service.responses.schemas import COUNTED_STATES, STATES, ResponseDetail, ResponseRow, Seen, StoredResponse
from survey_service.responses.sent_along import unpacked
from survey_service.responses.tables import Response

FORMS_AT_ONCE = 100
UNCOUNTED_STATES = ("spam", "test", "partial")
EARLIEST, LATEST = timedelta(hours=-14), timedelta(hours=36)
"""From its UTC midnight, when a local day begins at the earliest (UTC+14) and is over at the latest (UTC-12)."""


class AnswerFilter(msgspec.Struct, frozen=True):
    """Which responses: the dashboard's filters and what its figures add. Empty members do not restrict.

    `from_day` and `to_day` are inclusive local days, `where` has the values that are meant of each restricted dimension
    (None: answers without one), `states` the states to show.
    `question`, `lowest`, `highest` restrict the answer to one scale question, `revisions` to some of its wordings,
    which the `versions` asked. `commented` asks for a comment, `search` for one that contains it, both folded, `ids`
    for these responses alone.
    """

    workspace: UUID
    form: UUID | None = None
    from_day: date | None = None
    to_day: date | None = None
    where: Mapping[str, tuple[Any, ...]] = {}
    question: str = ""
    lowest: int | None = None
    highest: int | None = None
    revisions: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()
    commented: bool = False
    search: str = ""
    ids: tuple[UUID, ...] = ()
    customer: UUID | None = None
    states: tuple[str, ...] = ("complete", "erased")


def conditions(wanted: AnswerFilter) -> tuple[str, list[Any]]:
    """The WHERE of a filter and its values.

    States and what asks for a comment are written out, so that indexes of such rows only can be used.
    """
    parts, values = ["workspace = {}"], [wanted.workspace]

    def add(sql: str, *more: Any) -> None:
        parts.append(sql)
        values.extend(more)

    if wanted.form:
        add("form = {}", wanted.form)
    add(_in_states(wanted.states))
    if wanted.from_day:
        add("day >= {} AND received_at >= {}", wanted.from_day, _around(wanted.from_day, EARLIEST))
    if wanted.to_day:
        add("day <= {} AND received_at < {}", wanted.to_day, _around(wanted.to_day, LATEST))
    for sql, given in _where_from(wanted):
        add(sql, *given)
    if "sentiment" in wanted.where:
        add("comment <> ''")
    if wanted.commented:
        add("comment <> ''")
    if wanted.search:
        add(f"comment <> '' AND {database.containing('comment_folded')}", wanted.search)
    if wanted.ids:
        add(f"id IN ({database.in_list(wanted.ids)})", *wanted.ids)
    if wanted.customer:
        add("customer = {}", wanted.customer)
    if wanted.question:
        add(*_scored(wanted))
    return " AND ".join(parts), values


def _where_from(wanted: AnswerFilter) -> list[tuple[str, tuple[Any, ...]]]:
    """Of which values in which dimensions an answer is, each with its values."""
    return [_one_of(name, wanted.where[name]) for name in DIMENSIONS if name in wanted.where]


def _one_of(column: str, values: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Whether a column has one of the values; None stands for nothing."""
    known = tuple(value for value in values if value is not None)
    if not known:
        return f"{column} IS NULL", ()
    if len(known) == 1:
        return f"{column} = {{}}", known
    return f"{column} IN ({database.in_list(known)})", known


def _in_states(states: Sequence[str]) -> str:
    assert set(states) <= set(STATES), "states come from the fixed list"
    if len(states) == 1:
        return f"state = '{states[0]}'"
    return "state IN ('" + "', '".join(states) + "')"


def _scored(wanted: AnswerFilter) -> tuple[Any, ...]:
    """The answer to a scale question; another version may have asked something else under the same key."""
    number = _number_in_answers(wanted.question)
    versions = f" AND version IN ({database.in_list(wanted.versions)})" if wanted.revisions else ""
    if wanted.lowest is None and wanted.highest is None:
        return f"{number} IS NOT NULL{versions}", *wanted.versions
    lowest = 0 if wanted.lowest is None else wanted.lowest
    highest = 10 if wanted.highest is None else wanted.highest
    return f"{number} BETWEEN {{}} AND {{}}{versions}", lowest, highest, *wanted.versions


def _number_in_answers(key: str) -> str:
    """SQL for the number under a checked question key in `answers`; null for anything but a number."""
    member = database.json_member("answers", key)
    if database.dialect() == "sqlite":
        return f"CASE WHEN json_type(answers, '$.{key}') = 'integer' THEN {member} END"
    return f"CASE WHEN jsonb_typeof(answers::jsonb -> '{key}') = 'number' THEN ({member})::numeric END"


def _around(day: date, slack: timedelta) -> datetime:
    """The UTC midnight of a day, moved; the first or last moment there is where the calendar ends."""
    try:
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + slack
    except OverflowError:
        return (datetime.min if slack < timedelta() else datetime.max).replace(tzinfo=UTC)


async def responses(wanted: AnswerFilter, limit: int, cursor: str | None = None) -> paging.Page[StoredResponse]:
    """Rows, newest first, after `cursor`."""
    after = paging.decode_cursor(cursor) if cursor else None
    rows = await _beside(wanted, limit + 1, after)
    return paging.page_of(StoredResponse, rows, limit, "received_at")


async def newer_responses(wanted: AnswerFilter, limit: int, cursor: str) -> tuple[list[StoredResponse], bool]:
    """The rows just before `cursor`, newest first, and whether there are newer ones still."""
    rows = await _beside(wanted, limit + 1, paging.decode_cursor(cursor), newer=True)
    return database.rows_of(StoredResponse, rows[:limit][::-1]), len(rows) > limit


async def neighbours(wanted: AnswerFilter, row: StoredResponse) -> tuple[UUID | None, UUID | None]:
    """The ids of the next newer and the next older response of a list, beside one of its rows."""
    here = (row.received_at, row.id)
    newer = await _beside(wanted, 1, here, newer=True)
    older = await _beside(wanted, 1, here)
    return (newer[0]["id"] if newer else None), (older[0]["id"] if older else None)


async def _beside(
    wanted: AnswerFilter, limit: int, here: tuple[datetime, UUID] | None, *, newer: bool = False
) -> list[database.Row]:
    """Rows from `here` (excluded) on: older ones, newest first, or newer ones, oldest first."""
    where, values = conditions(wanted)
    sign, order = (">", "ASC") if newer else ("<", "DESC")
    if here:
        where += f" AND (received_at, id) {sign} ({{}}, {{}})"
        values += here
    return await database.fetch(
        f"SELECT {READ} FROM response WHERE {where} ORDER BY received_at {order}, id {order} LIMIT {{}}",
        *values,
        limit,
    )


async def lately_answered(workspace: UUID, forms: Sequence[UUID]) -> list[UUID]:
    """Those of the forms that have counted answers, the one with the newest first.

    Each form is asked for its own newest, which its index has ready: the newest of all could lie behind a million
    answers to forms that are not meant.
    """
    newest: list[tuple[datetime, UUID]] = []
    for some in (forms[start : start + FORMS_AT_ONCE] for start in range(0, len(forms), FORMS_AT_ONCE)):
        one = (
            "SELECT * FROM (SELECT received_at, form FROM response WHERE form = {} AND workspace = {} "
            f"AND {_in_states(COUNTED_STATES)} ORDER BY received_at DESC, id DESC LIMIT 1) newest"
        )
        values = [value for form in some for value in (form, workspace)]
        rows = await database.fetch(" UNION ALL ".join([one] * len(some)), *values)
        newest += [(row["received_at"], row["form"]) for row in rows]
    return [form for _, form in sorted(newest, reverse=True)]


async def newest_comments(wanted: AnswerFilter, limit: int) -> list[StoredResponse]:
    """The newest responses with a comment."""
    page = await responses(msgspec.structs.replace(wanted, commented=True), limit)
    return page.items


async def one(workspace: UUID, response_id: UUID) -> StoredResponse:
    """One response; NotFound for another workspace's too."""
    ours = database.select(StoredResponse, Response).where(Response.id == response_id, Response.workspace == workspace)
    row = await database.read_one(StoredResponse, ours)
    if row is None:
        raise NotFound(_("There is no answer with this number."))
    return row


async def with_receipt(workspace: UUID, number: str) -> tuple[UUID, ...]:
    """The ids of the responses with the receipt that somebody typed or read out; nothing if it cannot be one.

    Numbers of 40 bits are seldom given twice, so that a few are all."""
    code = typed_code(fold(number), 8)
    if not code:
        return ()
    ours = Response.select(Response.id).where(Response.workspace == workspace)
    rows = await database.fetch(ours.where(Response.receipt == f"{code[:4]}-{code[4:]}").limit(20))
    return tuple(row["id"] for row in rows)


async def by_client_id(workspace: UUID, form: UUID, client_id: UUID) -> StoredResponse:
    """One response by the id that its submission had."""
    row = await database.read_one(
        StoredResponse,
        f"SELECT {READ} FROM response WHERE form = {{}} AND client_id = {{}} AND workspace = {{}}",
        form, client_id, workspace,
    )  # fmt: skip
    if row is None:
        raise NotFound(_("There is no answer with this id."))
    return row


async def many(workspace: UUID, ids: Sequence[UUID]) -> dict[UUID, StoredResponse]:
    """Responses by id, at most 500 at a time: what a customer's timeline shows."""
    if not ids:
        return {}
    ours = database.select(StoredResponse, Response).where(Response.workspace == workspace)
    rows = await database.read(StoredResponse, ours.where(Response.id.is_in(list(ids[:500]))))
    return {row.id: row for row in rows}


async def commented(response_ids: Sequence[UUID]) -> list[StoredResponse]:
    """Those of the responses, of whichever workspace, that are complete and have a comment."""
    if not response_ids:
        return []
    return await database.read(
        StoredResponse,
        f"SELECT {READ} FROM response WHERE id IN ({database.in_list(response_ids)}) "
        "AND comment <> '' AND state = 'complete'",
        *response_ids,
    )


async def exclusions(wanted: AnswerFilter) -> dict[str, int]:
    """How many responses of a form's period, and of what is known at receipt, are not counted, by state.

    From an index alone, so what that does not hold (moods, scores, words) must not be asked for.
    """
    assert wanted.form, "the index is a form's"
    where = _where_from(wanted)
    rows = await database.fetch(
        f"SELECT state, count(*) AS n FROM response WHERE workspace = {{}} AND form = {{}} "
        f"AND {_in_states(UNCOUNTED_STATES)} AND day >= {{}} AND day <= {{}}"
        f"{''.join(f' AND {sql}' for sql, _ in where)} GROUP BY state",
        *(wanted.workspace, wanted.form, wanted.from_day or date.min, wanted.to_day or date.max),
        *(value for _, given in where for value in given),
    )
    return _by_state(rows)


async def uncounted(wanted: AnswerFilter) -> dict[str, int]:
    """How many responses under the same filters are not counted, by state: spam, test, partial."""
    where, values = conditions(msgspec.structs.replace(wanted, states=UNCOUNTED_STATES))
    rows = await database.fetch(f"SELECT state, count(*) AS n FROM response WHERE {where} GROUP BY state", *values)
    return _by_state(rows)


def _by_state(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    return dict.fromkeys(UNCOUNTED_STATES, 0) | {row["state"]: int(row["n"]) for row in rows}


class SpamHeld(msgspec.Struct, frozen=True):
    """How many answers a spam box holds, and how many characters they have."""

    answers: int
    size: int


async def spam_held(workspace: UUID) -> SpamHeld:
    """What lies in the spam box of a workspace."""
    row = await database.fetch_one(
        "SELECT count(*) AS answers, coalesce(sum(length(answers) + length(hidden)), 0) AS size FROM response "
        "WHERE workspace = {} AND state = 'spam'",
        workspace,
    )
    return SpamHeld(int(row["answers"]), int(row["size"])) if row else SpamHeld(0, 0)


async def old_spam(workspace: UUID, before: datetime, limit: int) -> list[UUID]:
    """The oldest answers of a spam box that came before a moment."""
    old = Response.select(Response.id).where(Response.workspace == workspace, Response.state == "spam")
    rows = await database.fetch(old.where(Response.received_at < before).order_by(Response.received_at).limit(limit))
    return [row["id"] for row in rows]


async def counted_days(workspace: UUID) -> list[tuple[UUID, date]]:
    """Every (form, day) with counted responses."""
    days = Response.select(Response.form, Response.day).distinct().where(Response.workspace == workspace)
    rows = await database.fetch(days.where(Response.state.is_in(list(COUNTED_STATES))))
    return [(row["form"], row["day"]) for row in rows]


async def counted_responses(workspace: UUID, form: UUID, day: date) -> AsyncIterator[CountedResponse]:
    """The counted responses of one form and local day, for counting again."""
    counted = database.select(StoredResponse, Response).where(
        Response.workspace == workspace,
        Response.form == form,
        Response.day == day,
        Response.received_at >= _around(day, EARLIEST),
        Response.received_at < _around(day, LATEST),
        Response.state.is_in(list(COUNTED_STATES)),
    )
    for row in await database.read(StoredResponse, counted):
        yield await counted_response(row)


async def counted_response(row: StoredResponse) -> CountedResponse:
    """What the counts take from a stored response, by the definition of its own version."""
    definition = await forms.definition_of(row.workspace, row.form, row.version)
    answers = row.given
    scores = tuple(
        ScoreGiven(question.key, question.revision, answers[question.key])
        for question in definition.questions
        if question.metric and question.key in answers
    )
    return CountedResponse(
        workspace=row.workspace,
        form=row.form,
        day=row.day,
        scores=scores,
        commented=bool(row.comment),
        **{name: getattr(row, name) for name in DIMENSIONS},
    )


Shown = TypeVar("Shown", ResponseRow, ResponseDetail)


def as_shown(kind: type[Shown], row: StoredResponse, slug: str, codes: Mapping[UUID | None, str]) -> Shown:
    """A row as the API shows it, in a list or whole; its id is the one it was submitted with. `codes` are those of
    places and employees."""
    fields = {name: getattr(row, name) for name in kind.__struct_fields__ if hasattr(row, name)}
    hidden, also = unpacked(row.hidden)
    fields |= {
        "id": row.client_id,
        "form": slug,
        **{name: codes.get(getattr(row, name)) for name in ("place", "employee", "claimed_employee")},
        "answers": row.given,
        "hidden": hidden,
        "also_sent": also,
    }
    return kind(**fields)


async def verified_customers(response_ids: Sequence[UUID]) -> list[Seen]:
    """Those of the responses that surely came from a customer."""
    if not response_ids:
        return []
    return await database.read(
        Seen,
        f"SELECT workspace, customer, received_at FROM response WHERE id IN ({database.in_list(response_ids)}) "
        "AND customer IS NOT NULL AND customer_strength = 'verified'",
        *response_ids,
    )
