"""Answers to the made-up forms that were on their way while these were removed: they go too, a little later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from survey_service.core import database
from survey_service.jobs import service as jobs
from survey_service.jobs.schemas import JobRow

REMOVE_LATE = "beginning.remove_late"
AFTER = (timedelta(seconds=5), timedelta(minutes=3))
"""When it is looked for them: soon, so that figures are right, and once nothing can be on its way any more."""

BY_FORM = ("promise", "count_cell", "count_delta", "count_margin", "response")
"""Tables of which everything goes that belongs to the forms, the answers themselves last."""


class Late(msgspec.Struct, frozen=True):
    """The payload of REMOVE_LATE: the forms that are gone."""

    forms: Sequence[UUID]


async def leave_jobs(workspace: UUID, forms: Sequence[UUID], now: datetime) -> None:
    """Leaves the jobs that look for late answers. Joins the transaction around it."""
    for number, pause in enumerate(AFTER if forms else ()):
        key = f"{REMOVE_LATE}:{workspace}:{number}"
        await jobs.enqueue(workspace, REMOVE_LATE, key, Late(forms), now, now + pause)


async def remove(job: JobRow) -> None:
    """The handler of REMOVE_LATE. Customers stay: one that an answer named may be somebody's own by now."""
    forms = msgspec.json.decode(job.payload, type=Late).forms
    async with database.transaction():
        for sql in statements(len(forms)):
            await database.execute(sql, job.workspace, job.workspace, *forms)


def statements(forms: int) -> list[str]:
    """All of them, in their order, each for the workspace twice and then so many forms."""
    theirs = f"workspace = {{}} AND form IN ({', '.join(['{}'] * forms)})"
    of_answers, of_promises = (f"SELECT id FROM {table} WHERE {theirs}" for table in ("response", "promise"))
    return [
        f"DELETE FROM timeline_entry WHERE workspace = {{}} AND subject IN ({of_answers})",
        "DELETE FROM event WHERE sequence < (SELECT max(sequence) FROM event) "  # SQLite goes on counting from it
        f"AND workspace = {{}} AND subject IN ({of_answers})",
        f"DELETE FROM comment_reading WHERE workspace = {{}} AND response IN ({of_answers})",
        f"DELETE FROM promise_notice WHERE workspace = {{}} AND promise IN ({of_promises})",
        *[f"DELETE FROM {table} WHERE workspace = {{}} AND {theirs}" for table in BY_FORM],
    ]
