"""Piccolo's engines with what we add: kept connections, write-ahead log and full durability on SQLite."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine

from survey_service.core.settings import Settings
from survey_service.core.sqlite_writer import BUSY_SECONDS, CONNECTION_PRAGMAS

POOL_SIZE = 10
ACQUIRE_SECONDS = 5
"""How long a plan waits for a connection while all are in use."""


class PooledSQLiteEngine(SQLiteEngine):
    """Piccolo's engine, with WAL, full durability and, while the database is open, a few kept connections."""

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path), timeout=BUSY_SECONDS)
        self.idle: list[aiosqlite.Connection] = []
        self.pooling = False

    async def get_connection(self) -> aiosqlite.Connection:
        connection = await super().get_connection()
        for pragma in CONNECTION_PRAGMAS:
            await connection.execute(pragma)
        return connection

    async def _run_in_new_connection(
        self, query: str, args: list[Any] | None = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        connection = self.idle.pop() if self.idle else await self.get_connection()
        try:
            async with connection.execute(query, args or []) as cursor:
                rows = await cursor.fetchall()
        except BaseException:
            await connection.close()
            raise
        if self.pooling and len(self.idle) < POOL_SIZE:
            self.idle.append(connection)
        else:
            await connection.close()
        return rows

    async def close(self) -> None:
        self.pooling = False
        while self.idle:
            await self.idle.pop().close()


class PooledPostgresEngine(PostgresEngine):
    """Piccolo's engine, without its connection at construction: settings are loud, not slow. One connection stays
    at hand for plans: the pool's lending and taking back costs this process more than to send a group of answers."""

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


Engine = PooledSQLiteEngine | PooledPostgresEngine


def make_engine(settings: Settings) -> Engine:
    """The engine that the settings ask for. Nothing is opened yet."""
    if settings.is_sqlite:
        return PooledSQLiteEngine(settings.sqlite_path)
    return PooledPostgresEngine(config={"dsn": settings.database_url, "timeout": 10})
