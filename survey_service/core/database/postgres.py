"""PostgreSQL: a pool of connections, one of them at hand for batches."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

import asyncpg
from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString

from survey_service.core.batch import postgres
from survey_service.core.batch.statements import Batch, Insert
from survey_service.core.database.base import Database
from survey_service.core.database.ending import answering, ended_for_sure

T = TypeVar("T")

POOL_SIZE = 10
ACQUIRE_SECONDS = 5
"""How long a batch waits for a connection while all are in use."""
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 60.0


class PooledPostgresEngine(PostgresEngine):
    """Piccolo's engine, without its connection at construction: settings are loud, not slow. One connection stays
    at hand for batches: the pool's lending and taking back costs this process more than to send a group of answers."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config=config)
        self.spare: Any = None

    async def check_version(self) -> None:
        """The migrations need 12 or newer and say so themselves."""

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """The connection at hand, or one of the pool if it is in use or was lost. After an error the pool has it."""
        assert self.pool is not None, "the database is not open"
        connection, self.spare = self.spare, None
        if connection is not None and _ended(connection):
            await self.pool.release(connection)
            connection = None
        if connection is None:
            connection = await self.pool.acquire(timeout=ACQUIRE_SECONDS)
        try:
            yield connection
        except BaseException:
            await self.pool.release(connection)
            raise
        if self.spare is None:
            self.spare = connection
        else:
            await self.pool.release(connection)

    async def close_connection_pool(self) -> None:
        if self.pool is not None and self.spare is not None:
            await self.pool.release(self.spare)
            self.spare = None
        await super().close_connection_pool()


def _ended(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool knows already
        return True


class PostgresDatabase(Database):
    """One database of a PostgreSQL server, or of several of which one is the leader."""

    dialect = "postgres"

    def __init__(self, dsn: str) -> None:
        self.engine = PooledPostgresEngine(config={"dsn": dsn, "timeout": CONNECT_SECONDS})

    async def open(self) -> None:
        if self.engine.pool is None:
            await self.engine.start_connection_pool(
                min_size=1, max_size=POOL_SIZE, command_timeout=STATEMENT_SECONDS, reset=_as_it_is
            )

    async def close(self) -> None:
        if self.engine.pool is not None:
            await self.engine.close_connection_pool()

    async def run(self, batch: Batch[T]) -> T:
        async with self._connection() as connection, connection.transaction():
            return await postgres.run(connection, batch)

    async def insert(self, inserts: Sequence[Insert]) -> bool:
        try:
            async with self._connection() as connection:
                await postgres.insert(connection, inserts)
        except asyncpg.UniqueViolationError:
            return False
        return True

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        if self.engine.transaction_exists():
            yield
            return
        async with ended_for_sure(self.engine, self.engine.transaction(), self._give_back):
            yield

    async def look(self) -> tuple[str, list[str]]:
        with answering():
            (row,) = await self.engine.run_querystring(QueryString("SHOW server_version"))
        return f"PostgreSQL {row['server_version']} answers", []

    async def _give_back(self, connection: Any) -> None:
        if self.engine.pool is not None:
            await self.engine.pool.release(connection)
        else:
            await connection.close()

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        with answering():
            async with self.engine.connection() as connection:
                yield connection


async def _as_it_is(connection: Any) -> None:
    """What is done to a connection that comes back: nothing, as nobody here changes its settings. The driver's own
    way, four statements, would double the round trips of a page."""
