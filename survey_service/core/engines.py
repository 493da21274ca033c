"""Piccolo's engines with what we add: kept connections, write-ahead log and full durability on SQLite."""

from pathlib import Path
from typing import Any

import aiosqlite
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine

from survey_service.core.settings import Settings
from survey_service.core.sqlite_writer import BUSY_SECONDS, CONNECTION_PRAGMAS

POOL_SIZE = 10


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
    """Piccolo's engine, without its connection at construction: settings are loud, not slow."""

    async def check_version(self) -> None:
        """The migrations need 12 or newer and say so themselves."""


Engine = PooledSQLiteEngine | PooledPostgresEngine


def make_engine(settings: Settings) -> Engine:
    """The engine that the settings ask for. Nothing is opened yet."""
    if settings.is_sqlite:
        return PooledSQLiteEngine(settings.sqlite_path)
    return PooledPostgresEngine(config={"dsn": settings.database_url, "timeout": 10})
