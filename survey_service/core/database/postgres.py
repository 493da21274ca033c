"""PostgreSQL: a pool of connections, one of them at hand for batches."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from survey_service.core.batch import postgres
from survey_service.core.batch.statements import Batch, Insert
from survey_service.core.database import hosts, patience
from survey_service.core.database.base import Database
from survey_service.core.database.ending import CALLED_OFF_SECONDS, answering, ended_for_sure

T = TypeVar("T")
Ask = Callable[..., Awaitable[Any]]

POOL_SIZE = 10
RELEASE_SECONDS = 0.5
"""How long whoever gives a connection back waits for what it was asked to be called off; then it is ended."""
CLOSE_SECONDS = 1.0


class PatientConnection(asyncpg.Connection):  # type: ignore[misc]
    """The driver's, whose statements take no longer than whoever asks has patience."""

    was_silent = False

    async def fetch(self, query: str, *args: Any, **wanted: Any) -> Any:
        return await self._asked(super().fetch, query, args, wanted)

    async def execute(self, query: str, *args: Any, **wanted: Any) -> Any:
        return await self._asked(super().execute, query, args, wanted)

    async def _asked(self, ask: Ask, query: str, args: Sequence[Any], wanted: dict[str, Any]) -> Any:
        given = patience.current()
        try:
            with given.waiting():
                return await ask(query, *args, **{"timeout": given.left(), **wanted})
        except TimeoutError:
            self.was_silent = True
            raise


class PatientTransaction(PostgresTransaction):
    """Piccolo's, which does not wait for a connection for ever."""

    engine: "PooledPostgresEngine"

    async def get_connection(self) -> Any:
        return await self.engine.acquired()


class PooledPostgresEngine(PostgresEngine):
    """Piccolo's engine, without its connection at construction: settings are loud, not slow. One connection stays
    at hand for batches: the pool's lending and taking back costs this process more than to send a group of answers."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config=config)
        self.spare: Any = None

    async def acquired(self) -> Any:
        """A connection of the pool, or the error of a database that is away."""
        assert self.pool is not None, "the database is not open"
        given = patience.current()
        with given.waiting(for_an_answer=False):
            return await self.pool.acquire(timeout=given.left())

    async def released(self, connection: Any) -> None:
        """Gives a connection back. One that does not come to rest is ended by the pool; where one was silent, the
        others are not trusted either, and new ones are made when they are needed."""
        if self.pool is None:
            await connection.close()
            return
        if getattr(connection, "was_silent", False):
            await self.pool.expire_connections()
            spare, self.spare = self.spare, None
            if spare is not None and spare is not connection:
                await self.released(spare)
        with contextlib.suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
            await self.pool.release(connection, timeout=RELEASE_SECONDS)

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        return PatientTransaction(engine=self, allow_nested=allow_nested)

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        connection = await self.acquired()
        try:
            return await connection.fetch(query, *(args or ()))
        finally:
            await self.released(connection)

    async def get_new_connection(self) -> Any:
        return await hosts.connect(self.config["dsn"], connection_class=PatientConnection)

    async def check_version(self) -> None:
        """The migrations need 12 or newer and say so themselves."""

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """The connection at hand, or one of the pool if it is in use or was lost. After an error the pool has it."""
        connection, self.spare = self.spare, None
        if connection is not None and _ended(connection):
            await self.released(connection)
            connection = None
        if connection is None:
            connection = await self.acquired()
        try:
            yield connection
        except BaseException:
            await self.released(connection)
            raise
        if self.spare is None:
            self.spare = connection
        else:
            await self.released(connection)

    async def close_connection_pool(self) -> None:
        """In order, if the database answers; it may be silent for good."""
        pool, self.pool = self.pool, None
        if pool is None:
            return
        if self.spare is not None:
            with contextlib.suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
                await pool.release(self.spare, timeout=RELEASE_SECONDS)
            self.spare = None
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await pool.close()
        except (OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
            pool.terminate()


def _ended(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool knows already
        return True


class PostgresDatabase(Database):
    """One database of a PostgreSQL server, or of several of which one is the leader."""

    dialect = "postgres"

    def __init__(self, dsn: str) -> None:
        self.engine = PooledPostgresEngine(config={"dsn": dsn})

    async def open(self) -> None:
        if self.engine.pool is None:
            await self.engine.start_connection_pool(
                min_size=0,
                max_size=POOL_SIZE,
                connect=hosts.connect,
                connection_class=PatientConnection,
                reset=_as_it_is,
            )
            try:
                self.engine.spare = await self.engine.acquired()
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        if self.engine.pool is not None:
            await self.engine.close_connection_pool()

    async def run(self, batch: Batch[T]) -> T:
        async with self._connection() as connection:
            begun = connection.transaction()
            await begun.start()
            try:
                done = await postgres.run(connection, batch)
            except BaseException as error:
                await _rolled_back(begun, called_off=isinstance(error, asyncio.CancelledError))
                raise
            await begun.commit()
            return done

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
        await self.engine.released(connection)

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        with answering():
            async with self.engine.connection() as connection:
                yield connection


async def _rolled_back(begun: Any, *, called_off: bool) -> None:
    """Ends what a batch began and could not do. Nobody waits for one that was called off: the server may be silent."""
    if not called_off:
        await begun.rollback()
        return
    gone = contextlib.suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError)
    with gone, patience.allowing(CALLED_OFF_SECONDS):
        await begun.rollback()


async def _as_it_is(connection: Any) -> None:
    """What is done to a connection that comes back: nothing, as nobody here changes its settings. The driver's own
    way, four statements, would double the round trips of a page."""
