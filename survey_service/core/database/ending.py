"""Transactions that are over however they end, and a database that is away by one name."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import asyncpg

from survey_service.core.errors import Unavailable

NOT_ANSWERING = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
)
"""The database is away, ending, starting, full or just not the leader: it may be tried again, and nothing was kept."""


GiveBack = Callable[[Any], Awaitable[None]]
"""Parts with a connection: to its pool, or for good."""


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Turns each way in which a database can be away into Unavailable."""
    try:
        yield
    except NOT_ANSWERING as error:
        raise Unavailable("The database does not answer", retry_after=2) from error
    except asyncpg.InterfaceError as error:  # what the driver calls a connection that ended inside a transaction
        if "closed" not in str(error) and "released" not in str(error):
            raise
        raise Unavailable("The database went away", retry_after=2) from error


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
    except BaseException as error:
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
