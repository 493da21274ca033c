"""Reading promises: who waits, the longest first; what was kept, the newest first."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from survey_service.cases.schemas import PromiseRow, State, Waiting
from survey_service.cases.tables import Promise, PromiseNotice
from survey_service.core import database
from survey_service.core.database.paging import Page, decode_cursor, page_of
from survey_service.core.errors import NotFound
from survey_service.core.i18n.staff import gettext as _

COLUMNS = database.selected(PromiseRow)


class PromiseFilter(msgspec.Struct, frozen=True):
    """Which promises; empty members do not restrict. `places` are ids, with what lies below them."""

    workspace: UUID
    state: State = "open"
    form: UUID | None = None
    places: tuple[UUID | None, ...] | None = None


def _conditions(wanted: PromiseFilter) -> tuple[str, list[Any]]:
    """The WHERE of a filter and its values; the state is written out, for the indexes of such rows only."""
    parts = ["workspace = {}", "kept_at IS NULL" if wanted.state == "open" else "kept_at IS NOT NULL"]
    values: list[Any] = [wanted.workspace]
    if wanted.form:
        parts.append("form = {}")
        values.append(wanted.form)
    if wanted.places is not None:
        known = [place for place in wanted.places if place is not None]
        inside = f"place IN ({database.in_list(known)})" if known else "1 = 0"
        parts.append(f"({inside} OR place IS NULL)" if None in wanted.places else inside)
        values += known
    return " AND ".join(parts), values


async def promises(wanted: PromiseFilter, limit: int, cursor: str | None) -> Page[PromiseRow]:
    """A page of promises: open ones the longest waiting first, kept ones the newest first."""
    where, values = _conditions(wanted)
    moment, way, beyond = ("made_at", "", ">") if wanted.state == "open" else ("kept_at", " DESC", "<")
    if cursor:
        where += f" AND ({moment}, id) {beyond} ({{}}, {{}})"
        values += decode_cursor(cursor)
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM promise WHERE {where} ORDER BY {moment}{way}, id{way} LIMIT {{}}", *values, limit + 1
    )
    return page_of(PromiseRow, rows, limit, moment)


async def waiting(wanted: PromiseFilter) -> Waiting:
    """How many wait under a filter, and the longest since when."""
    where, values = _conditions(wanted)
    counted = await database.fetch_one(f"SELECT COUNT(*) AS n FROM promise WHERE {where}", *values)
    first = await promises(wanted, 1, None)
    return Waiting(counted["n"] if counted else 0, first.items[0].made_at if first.items else None)


async def promise(workspace: UUID, promise_id: UUID) -> PromiseRow:
    """One promise. Raises NotFound."""
    ours = database.select(PromiseRow, Promise).where(Promise.workspace == workspace, Promise.id == promise_id)
    row = await database.read_one(PromiseRow, ours)
    if row is None:
        raise NotFound(_("There is no such promise."))
    return row


async def promise_of(workspace: UUID, response: UUID) -> PromiseRow | None:
    """What was promised to whoever gave this answer."""
    theirs = database.select(PromiseRow, Promise).where(Promise.workspace == workspace, Promise.response == response)
    return await database.read_one(PromiseRow, theirs)


async def untold(workspace: UUID, staff: UUID, limit: int) -> list[PromiseRow]:
    """The open promises that a member of staff is to be told of, the longest waiting first."""
    columns = ", ".join(f"p.{name}" for name in COLUMNS.split(", "))
    return await database.read(
        PromiseRow,
        f"SELECT {columns} FROM promise_notice n JOIN promise p ON p.id = n.promise AND p.workspace = n.workspace "
        "WHERE n.workspace = {} AND n.staff = {} AND n.told_at IS NULL AND p.kept_at IS NULL "
        "ORDER BY p.made_at, p.id LIMIT {}",
        workspace, staff, limit,
    )  # fmt: skip


async def told_of(workspace: UUID, promises: Sequence[UUID]) -> set[UUID]:
    """Which of these promises somebody was told of by mail."""
    if not promises:
        return set()
    told = PromiseNotice.select(PromiseNotice.promise).distinct()
    rows = await database.fetch(
        told.where(
            PromiseNotice.workspace == workspace,
            PromiseNotice.told_at.is_not_null(),
            PromiseNotice.promise.is_in(list(promises)),
        )
    )
    return {row["promise"] for row in rows}
