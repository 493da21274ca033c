"""Transactions that are over however they end, and a database that is away by one name."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import asyncpg

from survey_service.core import logs
from survey_service.core.batch.sqlite_file import code_of, is_emptied
from survey_service.core.database import patience
from survey_service.core.errors import Unavailable
from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _

NOT_ANSWERING = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
    asyncpg.DeadlockDetectedError,
)
"""The database is away, ending, starting, full or just not the leader, or two who wait for each other were parted: it
may be tried again, and nothing was kept."""
AWAY = N_("The database does not answer. Try again in a moment.")
FULL = N_("The disk is full, so nothing can be saved. Whoever looks after this service has to make room.")
READ_ONLY = N_("The database may only be read, so nothing can be saved. Tell whoever looks after this service.")
DAMAGED = N_("The database is damaged or not in its place. Tell whoever looks after this service.")
SOON, LATER = 2, 30
"""Seconds until it is worth asking again: what passes by itself, and what somebody has to mend."""
FILE_AWAY = {
    sqlite3.SQLITE_BUSY: (AWAY, SOON),
    sqlite3.SQLITE_LOCKED: (AWAY, SOON),
    sqlite3.SQLITE_PROTOCOL: (AWAY, SOON),
    sqlite3.SQLITE_IOERR: (AWAY, SOON),
    sqlite3.SQLITE_FULL: (FULL, LATER),
    sqlite3.SQLITE_READONLY: (READ_ONLY, LATER),
    sqlite3.SQLITE_CANTOPEN: (DAMAGED, LATER),
    sqlite3.SQLITE_NOTADB: (DAMAGED, LATER),
    sqlite3.SQLITE_CORRUPT: (DAMAGED, LATER),
}
"""The same of SQLite's file, by its code: what people read, and when to come back. Other errors are faults of ours."""
ENDED_OTHERWISE = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, Unavailable)
"""What the end of a transaction that was called off may raise: nobody waits for it any more."""
CALLED_OFF_SECONDS = 1.0
"""How long the end of a transaction may take of which nobody waits for the outcome any more."""

log = logs.get(__name__)


GiveBack = Callable[[Any], Awaitable[None]]
"""Parts with a connection: to its pool, or for good."""


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Turns each way in which a database can be away into Unavailable."""
    try:
        yield
    except NOT_ANSWERING as error:
        raise _away(error) from error
    except sqlite3.DatabaseError as error:
        found = FILE_AWAY.get(sqlite3.SQLITE_CORRUPT if is_emptied(error) else code_of(error))
        if found is None:
            raise
        raise _away(error, *found) from error
    except asyncpg.InterfaceError as error:  # what the driver calls a connection that ended inside a transaction
        if "closed" not in str(error) and "released" not in str(error):
            raise
        raise _away(error) from error


def _away(error: Exception, words: str = AWAY, retry_after: int = SOON) -> Unavailable:
    """What whoever asked is told. What the driver says is for the log alone."""
    log.warning("database_away", error=repr(error))
    return Unavailable(_(words), retry_after=retry_after)


@contextlib.asynccontextmanager
async def ended_for_sure(engine: Any, opened: Any, give_back: GiveBack) -> AsyncIterator[None]:
    """A transaction whose begin and end are Unavailable while the database is away; what is done inside it may
    raise errors of its own kind, which stay what they are.

    Where Piccolo cannot begin or end one, it keeps the connection, and the task stays inside the transaction: its
    later queries would go to a connection that is gone. Here it is over however it ends.
    """
    try:
        with answering():
            await opened.__aenter__()
    except BaseException:
        await _give_back(opened, give_back)
        raise
    try:
        yield
    except asyncio.CancelledError as error:
        with contextlib.suppress(*ENDED_OTHERWISE), patience.allowing(CALLED_OFF_SECONDS):
            await _end(engine, opened, error, give_back)
        raise
    except BaseException as error:
        with contextlib.suppress(sqlite3.OperationalError):  # it is over already: SQLite itself ended it
            await _end(engine, opened, error, give_back)
        raise
    await _end(engine, opened, None, give_back)


async def _end(engine: Any, opened: Any, error: BaseException | None, give_back: GiveBack) -> None:
    try:
        with answering():
            await opened.__aexit__(type(error) if error else None, error, None)
    except BaseException:
        engine.current_transaction.reset(opened.context)
        await _give_back(opened, give_back)
        raise


async def _give_back(opened: Any, give_back: GiveBack) -> None:
    """Parts with the connection of a transaction that could not begin or end, if it got as far as having one."""
    connection = getattr(opened, "connection", None)
    if connection is None:
        return
    with contextlib.suppress(*NOT_ANSWERING, asyncpg.InterfaceError, sqlite3.Error):
        await give_back(connection)
