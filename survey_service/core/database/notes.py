"""What may as well be written later: who was here, until when. Nobody's page depends on it."""

import asyncio
import contextlib

from survey_service.core.database.access import Statement, current, execute, in_transaction, transaction
from survey_service.core.errors import Unavailable

NOTE_SECONDS = 0.2
"""So many seconds a page waits for its note; then the note goes on by itself."""


class Notes:
    """The note of one database that is being written. While it is, no other begins: a file that somebody holds would
    have one for every page."""

    def __init__(self) -> None:
        self.writing: asyncio.Task[None] | None = None


async def note(statement: Statement) -> None:
    """Runs what writes, if the database can write now. Whoever reads is served without it where it is held, full or
    not the leader, and does not wait for long. Not for a transaction: what belongs to it is no note."""
    assert not in_transaction(), "a note is not part of anything"
    notes = current().remembered(Notes)
    if notes.writing is not None and not notes.writing.done():
        return
    notes.writing = asyncio.create_task(_write(statement), name="note")
    done, _unfinished = await asyncio.wait({notes.writing}, timeout=NOTE_SECONDS)
    for task in done:
        task.result()


async def _write(statement: Statement) -> None:
    with contextlib.suppress(Unavailable):  # it stands in the log; the next page tries again
        async with transaction():
            await execute(statement)
