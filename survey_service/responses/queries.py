"""What is read of responses: lists by keyset, one whole, the newest comments, and rows for counting anew."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from survey_service.core import database, paging
from survey_service.core.errors import Invalid, NotFound
from survey_service.forms import queries as forms
from survey_service.forms.definition import ScaleQuestion
from survey_service.forms.schemas import FormHead
from survey_service.nps.rollups import CountedResponse, ScoreGiven
from survey_service.responses.schemas import CHANNELS, STATES, ResponseDetail

COLUMNS = (
    "id, client_id, form, version, state, channel, place, language, answers, hidden, score, comment, "
    "comment_language, sentiment, customer, customer_strength, receipt, received_at, day, spam_reason, fingerprint"
)
SENTIMENTS = ("positive", "negative", "uncertain", "unsupported", "unread")
SLACK = timedelta(days=2)
"""A local day lies within two days of the same UTC dates, whatever the time zone."""


class AnswerFilter(msgspec.Struct, frozen=True):
    """Which responses: the dashboard's filters and what its figures add. Empty members do not restrict.

    `from_day` and `to_day` are inclusive local days, `places` ids of places, `states` the states to show.
    `question`, `lowest`, `highest` restrict the answer to one scale question. `commented` asks for a comment.
    """

    workspace: UUID
    form: UUID | None = None
    from_day: date | None = None
    to_day: date | None = None
    places: tuple[UUID, ...] = ()
    channel: str = ""
    language: str = ""
    sentiment: str = ""
    question: str = ""
    revision_versions: tuple[int, ...] = ()
    lowest: int | None = None
    highest: int | None = None
    commented: bool = False
    search: str = ""
    customer: UUID | None = None
    states: tuple[str, ...] = ("complete", "erased")


def conditions(wanted: AnswerFilter) -> tuple[str, list[Any]]:
    """The WHERE of a filter and its values."""
    parts, values = ["workspace = {}"], [wanted.workspace]

    def add(sql: str, *more: Any) -> None:
        parts.append(sql)
        values.extend(more)

    if wanted.form:
        add("form = {}", wanted.form)
    add(f"state IN ({database.in_list(wanted.states)})", *wanted.states)
    if wanted.from_day:
        add("day >= {} AND received_at >= {}", wanted.from_day, _midnight(wanted.from_day) - SLACK)
    if wanted.to_day:
        add("day <= {} AND received_at < {}", wanted.to_day, _midnight(wanted.to_day) + SLACK)
    if wanted.places:
        add(f"place IN ({database.in_list(wanted.places)})", *wanted.places)
    if wanted.channel:
        add("channel = {}", wanted.channel)
    if wanted.language:
        add("language = {}", wanted.language)
    if wanted.sentiment:
        add("sentiment = {} AND comment <> ''", "" if wanted.sentiment == "unread" else wanted.sentiment)
    if wanted.commented:
        add("comment <> ''")
    if wanted.search:
        add("lower(comment) LIKE {} ESCAPE '\\'", _like(wanted.search))
    if wanted.customer:
        add("customer = {}", wanted.customer)
    if wanted.question:
        _add_answer(wanted, add)
    return " AND ".join(parts), values


def _add_answer(wanted: AnswerFilter, add: Any) -> None:
    member = f"CAST({database.json_member('answers', wanted.question)} AS INTEGER)"
    if wanted.lowest is None and wanted.highest is None:
        add(f"{member} IS NOT NULL")
    else:
        add(f"{member} BETWEEN {{}} AND {{}}", wanted.lowest or 0, 10 if wanted.highest is None else wanted.highest)


def _midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")


def _like(text: str) -> str:
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


async def responses(wanted: AnswerFilter, limit: int, cursor: str | None = None) -> paging.Page[dict[str, Any]]:
    """Rows (all of COLUMNS) newest first, after `cursor`."""
    where, values = conditions(wanted)
    if cursor:
        moment, identity = paging.decode_cursor(cursor)
        where += " AND (received_at, id) < ({}, {})"
        values += [moment, identity]
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM response WHERE {where} ORDER BY received_at DESC, id DESC LIMIT {{}}",
        *values,
        limit + 1,
    )
    kept, following = paging.page_of(rows, limit, "received_at")
    return paging.Page(kept, following)


async def newest_comments(wanted: AnswerFilter, limit: int) -> list[dict[str, Any]]:
    """The newest responses with a comment."""
    page = await responses(msgspec.structs.replace(wanted, commented=True), limit)
    return page.items


async def one(workspace: UUID, response_id: UUID) -> dict[str, Any]:
    """One response's row; NotFound for another workspace's too."""
    row = await database.fetch_one(
        f"SELECT {COLUMNS} FROM response WHERE id = {{}} AND workspace = {{}}", response_id, workspace
    )
    if row is None:
        raise NotFound("There is no answer with this number.")
    return row


async def by_client_id(workspace: UUID, form: UUID, client_id: UUID) -> dict[str, Any]:
    """One response's row by the id that its submission had."""
    row = await database.fetch_one(
        f"SELECT {COLUMNS} FROM response WHERE form = {{}} AND client_id = {{}} AND workspace = {{}}",
        form, client_id, workspace,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no answer with this id.")
    return row


async def many(workspace: UUID, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Responses by id, at most 500 at a time: what a customer's timeline shows."""
    if not ids:
        return {}
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM response WHERE workspace = {{}} AND id IN ({database.in_list(ids[:500])})",
        workspace, *ids[:500],
    )  # fmt: skip
    return {row["id"]: row for row in rows}


async def exclusions(workspace: UUID, form: UUID, from_day: date | None, to_day: date | None) -> dict[str, int]:
    """How many responses of the period are not counted, by state: spam, test, partial."""
    wanted = AnswerFilter(workspace, form, from_day, to_day, states=("spam", "test", "partial"))
    where, values = conditions(wanted)
    rows = await database.fetch(f"SELECT state, count(*) AS n FROM response WHERE {where} GROUP BY state", *values)
    return {"spam": 0, "test": 0, "partial": 0} | {row["state"]: int(row["n"]) for row in rows}


async def spam_waiting(workspace: UUID) -> int:
    """How many answers lie in the spam box (counted up to 1,000)."""
    row = await database.fetch_one(
        "SELECT count(*) AS n FROM (SELECT id FROM response WHERE workspace = {} AND state = 'spam' LIMIT 1000) s",
        workspace,
    )
    return int(row["n"]) if row else 0


def checked_filter(
    workspace: UUID,
    head: FormHead | None,
    *,
    from_day: date | None = None,
    to_day: date | None = None,
    places: tuple[UUID, ...] = (),
    channel: str = "",
    language: str = "",
    sentiment: str = "",
    score: str = "",
    commented: bool = False,
    search: str = "",
    state: str = "",
) -> AnswerFilter:
    """A filter from what a person or client typed; Invalid names the parameter. `score` is `question:low-high`."""
    if from_day and to_day and from_day > to_day:
        raise Invalid.field("from", "after_to", "The first day lies after the last.")
    _known("channel", channel, CHANNELS)
    _known("sentiment", sentiment, SENTIMENTS)
    _known("state", state, STATES)
    question, lowest, highest = _score_range(head, score)
    return AnswerFilter(
        workspace=workspace,
        form=head.id if head else None,
        from_day=from_day,
        to_day=to_day,
        places=places,
        channel=channel,
        language=language[:35],
        sentiment=sentiment,
        question=question,
        lowest=lowest,
        highest=highest,
        commented=commented,
        search=search.strip()[:100],
        states=(state,) if state else ("complete", "erased"),
    )


def _known(name: str, value: str, allowed: Sequence[str]) -> None:
    if value and value not in allowed:
        raise Invalid.field(name, "unknown", f"“{name}” is one of {', '.join(allowed)}.")


def _score_range(head: FormHead | None, score: str) -> tuple[str, int | None, int | None]:
    """`recommend:0-6` → its parts, checked against the form's scale questions; `recommend` alone means any answer."""
    if not score:
        return "", None, None
    key, _, numbers = score.partition(":")
    scales = [q.key for q in head.definition.questions if isinstance(q, ScaleQuestion)] if head else []
    low, _, high = numbers.partition("-")
    high = high or low
    if key not in scales or any(
        part and not (part.isascii() and part.isdigit() and len(part) < 3) for part in (low, high)
    ):
        raise Invalid.field("score", "unknown", "“score” names a scale question of the form, such as recommend:0-6.")
    return key, int(low) if low else None, int(high) if high else None


async def counted_days(workspace: UUID) -> list[tuple[UUID, date]]:
    """Every (form, day) with counted responses."""
    rows = await database.fetch(
        "SELECT DISTINCT form, day FROM response WHERE workspace = {} AND state IN ('complete', 'erased')", workspace
    )
    return [(row["form"], row["day"]) for row in rows]


async def counted_responses(workspace: UUID, form: UUID, day: date) -> AsyncIterator[CountedResponse]:
    """The counted responses of one form and local day, for counting anew."""
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM response WHERE workspace = {{}} AND form = {{}} AND day = {{}} "
        "AND received_at >= {} AND received_at < {} AND state IN ('complete', 'erased')",
        workspace, form, day, _midnight(day) - SLACK, _midnight(day) + SLACK,
    )  # fmt: skip
    for row in rows:
        yield await counted_response(workspace, row)


async def counted_response(workspace: UUID, row: dict[str, Any]) -> CountedResponse:
    """What the counts take from a stored response, by the definition of its own version."""
    definition = await forms.definition_of(workspace, row["form"], row["version"])
    answers = msgspec.json.decode(row["answers"])
    scores = tuple(
        ScoreGiven(question.key, question.revision, answers[question.key])
        for question in definition.questions
        if question.metric and question.key in answers
    )
    return CountedResponse(
        workspace=workspace,
        form=row["form"],
        day=row["day"],
        place=row["place"],
        channel=row["channel"],
        language=row["language"],
        scores=scores,
        commented=bool(row["comment"]),
        sentiment=row["sentiment"],
    )


def detail(row: dict[str, Any], slug: str, place_code: str | None) -> ResponseDetail:
    """A row as the API shows it; its id is the one it was submitted with."""
    fields = {name: row[name] for name in ResponseDetail.__struct_fields__ if name in row}
    fields |= {
        "id": row["client_id"],
        "form": slug,
        "place": place_code,
        "answers": msgspec.json.decode(row["answers"]),
        "hidden": msgspec.json.decode(row["hidden"]),
    }
    return ResponseDetail(**fields)
