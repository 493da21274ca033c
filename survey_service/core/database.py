"""The one database of the process: engine, transactions, plain SQL, and bulk plans below the ORM.

Piccolo serves everyday queries through the engine made here. What must be fast is written as a *plan*: a
generator that yields statements and is sent their rows. The same plan runs on PostgreSQL (a whole group in one
statement) and on SQLite (one writer thread), always as one transaction.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar
from uuid import UUID

import aiosqlite
import asyncpg
import msgspec
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine, TransactionType
from piccolo.querystring import QueryString

from survey_service.core.errors import Unavailable
from survey_service.core.settings import Settings

Row = dict[str, Any]
Dialect = Literal["sqlite", "postgres"]
T = TypeVar("T")

BUSY_SECONDS = 10.0
"""How long a SQLite connection waits for another's write before it gives up."""
POOL_SIZE = 10
STATEMENT_SECONDS = 60.0
NOT_ANSWERING = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""The database is away, ending, starting, full or just not the leader: it may be tried again, and nothing was kept."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a bulk statement and its PostgreSQL type, such as `uuid` or `timestamptz`."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows for one table, each as long as `columns`. With `returning`, only rows that were really inserted
    come back (a conflict with any unique key is skipped); without it a conflict is skipped silently."""

    table: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    returning: str | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """The rows of `table` whose `keys` equal one of the tuples in `rows`; yields `columns` as tuples."""

    table: str
    columns: tuple[Column, ...]
    keys: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Update:
    """Sets `columns` in the rows of `table` with the given `key`s; each row is (key, *values).
    `only_if` is a condition on the row as it is, such as `state = 'spam'`; yields the keys that were changed."""

    table: str
    key: Column
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    only_if: str = ""


Statement = Insert | Select | Update
Plan = Generator[Statement, list[tuple[Any, ...]], T]


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


CONNECTION_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = 1",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -16000",
)


class PooledPostgresEngine(PostgresEngine):
    """Piccolo's engine, without its connection at construction: settings are loud, not slow."""

    async def check_version(self) -> None:
        """The migrations need 12 or newer and say so themselves."""


Engine = PooledSQLiteEngine | PooledPostgresEngine


class Database:
    """An open database: the engine that Piccolo uses and the executor of plans.

    `write_turn` queues this process's writers to SQLite, which has room for one; it is fairness only, the
    file's own lock is what keeps order between processes.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dialect: Dialect = "sqlite" if isinstance(engine, PooledSQLiteEngine) else "postgres"
        self.write_turn = asyncio.Lock()
        self._writer: SQLiteWriter | None = None

    async def open(self) -> None:
        if isinstance(self.engine, PooledSQLiteEngine):
            self.engine.pooling = True
            Path(self.engine.path).parent.mkdir(parents=True, exist_ok=True)
            self._writer = SQLiteWriter(Path(self.engine.path))
        elif self.engine.pool is None:
            await self.engine.start_connection_pool(min_size=1, max_size=POOL_SIZE, command_timeout=STATEMENT_SECONDS)

    async def close(self) -> None:
        if isinstance(self.engine, PooledSQLiteEngine):
            if self._writer:
                await asyncio.to_thread(self._writer.close)
                self._writer = None
            await self.engine.close()
        elif self.engine.pool is not None:
            await self.engine.close_connection_pool()

    async def run(self, plan: Plan[T]) -> T:
        """Runs `plan` as one transaction and gives what it returns, after the commit."""
        if self._writer is not None:
            async with self.write_turn:
                return await asyncio.get_running_loop().run_in_executor(self._writer.thread, self._writer.run, plan)
        assert isinstance(self.engine, PooledPostgresEngine)
        assert self.engine.pool is not None, "the database is not open"
        with _answering():
            async with self.engine.pool.acquire(timeout=5) as connection, connection.transaction():
                return await _run_on_postgres(connection, plan)


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    """Turns each way in which a database can be away into Unavailable."""
    try:
        yield
    except NOT_ANSWERING as error:
        raise Unavailable("The database does not answer", retry_after=2) from error
    except asyncpg.InterfaceError as error:  # what the driver calls a connection that ended inside a transaction
        if "closed" not in str(error) and "released" not in str(error):
            raise
        raise Unavailable("The database went away", retry_after=2) from error


async def _run_on_postgres(connection: Any, plan: Plan[T]) -> T:
    rows: list[tuple[Any, ...]] | None = None
    while True:
        try:
            statement = plan.send(rows) if rows is not None else next(plan)
        except StopIteration as stop:
            result: T = stop.value
            return result
        if not statement.rows:
            rows = []
        elif isinstance(statement, Insert):
            rows = await connection.fetch(postgres_sql(statement), _as_json(statement))
        else:
            rows = await connection.fetch(postgres_sql(statement), *zip(*statement.rows, strict=True))


def _as_json(statement: Insert) -> str:
    """The rows as one JSON parameter: half the processor time of an array for each column."""
    names = [column.name for column in statement.columns]
    return msgspec.json.encode([dict(zip(names, row, strict=True)) for row in statement.rows]).decode()


def postgres_sql(statement: Statement) -> str:
    """The statement: an insert takes its rows as one JSON array, the others an array for each column."""
    match statement:
        case Insert(table, columns, _, returning):
            names = ", ".join(column.name for column in columns)
            typed = ", ".join(f"{column.name} {column.type}" for column in columns)
            source = f"SELECT {names} FROM json_to_recordset($1::json) AS rows({typed})"
            sql = f"INSERT INTO {table} ({names}) {source} ON CONFLICT DO NOTHING"
            return f"{sql} RETURNING {returning}" if returning else sql
        case Select(table, columns, keys, _):
            arrays = ", ".join(f"${n}::{key.type}[]" for n, key in enumerate(keys, 1))
            names = ", ".join(key.name for key in keys)
            wanted = ", ".join(f"t.{column.name}" for column in columns)
            return f"SELECT {wanted} FROM {table} t JOIN unnest({arrays}) AS k({names}) USING ({names})"
        case Update(table, key, columns, _, only_if):
            every = (key, *columns)
            arrays = ", ".join(f"${n}::{column.type}[]" for n, column in enumerate(every, 1))
            names = ", ".join(f"new_{column.name}" for column in every)  # so that `only_if` can mean the row only
            sets = ", ".join(f"{column.name} = new_{column.name}" for column in columns)
            extra = f" AND {only_if}" if only_if else ""
            return (
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given({names}) "
                f"WHERE {key.name} = new_{key.name}{extra} RETURNING {key.name}"
            )


class SQLiteWriter:
    """The one thread that writes plans to the SQLite file, durable at each commit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self.connection: sqlite3.Connection | None = None

    def _connect(self) -> sqlite3.Connection:
        if self.connection is None:
            self.connection = sqlite3.connect(
                self.path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                detect_types=sqlite3.PARSE_DECLTYPES,
                check_same_thread=False,
                cached_statements=256,
            )
            for pragma in CONNECTION_PRAGMAS:
                self.connection.execute(pragma)
        return self.connection

    def run(self, plan: Plan[T]) -> T:
        try:
            connection = self._connect()
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise Unavailable("The database is busy", retry_after=2) from error
        try:
            result = self._drive(connection, plan)
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise Unavailable(f"The database cannot write: {error}", retry_after=5) from error
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    def _drive(self, connection: sqlite3.Connection, plan: Plan[T]) -> T:
        rows: list[tuple[Any, ...]] | None = None
        while True:
            try:
                statement = plan.send(rows) if rows is not None else next(plan)
            except StopIteration as stop:
                result: T = stop.value
                return result
            rows = run_on_sqlite(connection, statement)

    def close(self) -> None:
        self.thread.shutdown(wait=True)
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def as_sqlite(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows as the texts that Piccolo's adapters would make of ids, moments and days, at a third of their cost:
    an id that stands in every row of a group is written out once."""
    known: dict[int, str] = {}
    return [tuple([value if type(value) in PLAIN else _text_of(value, known) for value in row]) for row in rows]


PLAIN = frozenset({str, int, float, bool, type(None)})


def _text_of(value: Any, known: dict[int, str]) -> Any:
    kind = type(value)
    if kind is UUID:
        text = known.get(id(value))
        if text is None:
            digits = f"{value.int:032x}"
            text = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
            known[id(value)] = text
        return text
    if kind is datetime:
        return str(value if value.tzinfo is UTC else value.astimezone(UTC))
    return value.isoformat() if kind is date else value


def run_on_sqlite(connection: sqlite3.Connection, statement: Statement) -> list[tuple[Any, ...]]:
    """The same statement row by row: prepared once, and without the wire there is nothing to save."""
    match statement:
        case Insert(table, columns, rows, returning):
            names = ", ".join(column.name for column in columns)
            marks = ", ".join("?" * len(columns))
            sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"
            plain = as_sqlite(rows)
            if returning is None:
                connection.executemany(sql, plain)
                return []
            place = [column.name for column in columns].index(returning)
            run = connection.execute
            return [(row[place],) for row, kept in zip(rows, plain, strict=True) if run(sql, kept).rowcount == 1]
        case Select(table, columns, keys, rows):
            wanted = ", ".join(column.name for column in columns)
            where = " AND ".join(f"{key.name} = ?" for key in keys)
            sql = f"SELECT {wanted} FROM {table} WHERE {where}"
            return [found for row in rows for found in connection.execute(sql, row)]
        case Update(table, key, columns, rows, only_if):
            sets = ", ".join(f"{column.name} = ?" for column in columns)
            extra = f" AND {only_if}" if only_if else ""
            sql = f"UPDATE {table} SET {sets} WHERE {key.name} = ?{extra}"
            return [(row[0],) for row in rows if connection.execute(sql, (*row[1:], row[0])).rowcount]


def make_engine(settings: Settings) -> Engine:
    """The engine that the settings ask for. Nothing is opened yet."""
    if settings.is_sqlite:
        return PooledSQLiteEngine(settings.sqlite_path)
    return PooledPostgresEngine(config={"dsn": settings.database_url, "timeout": 10})


_current: Database | None = None


def use(database: Database | None) -> None:
    """Makes `database` the process's own."""
    global _current
    _current = database


def current() -> Database:
    """The process's database; an error if none was opened."""
    if _current is None:
        raise RuntimeError("No database has been opened")
    return _current


def dialect() -> Dialect:
    """The SQL dialect of the process's database."""
    return current().dialect


async def fetch(sql: str, *values: Any) -> list[Row]:
    """Rows of `sql`, whose placeholders are `{}` on both engines. Joins the transaction around it, if any.

    Raises Unavailable while the database does not answer.
    """
    engine = current().engine
    with _answering():
        rows = await engine.run_querystring(QueryString(sql, *values))
    return [dict(row) for row in rows]


async def fetch_one(sql: str, *values: Any) -> Row | None:
    """The first row of `sql`, or None."""
    rows = await fetch(sql, *values)
    return rows[0] if rows else None


async def execute(sql: str, *values: Any) -> list[Row]:
    """Runs a writing statement; gives what it RETURNs."""
    return await fetch(sql, *values)


@contextlib.asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """All or nothing. On SQLite it is IMMEDIATE and takes its turn; keep it under 100 ms. Nested ones join."""
    database = current()
    engine = database.engine
    if engine.transaction_exists():
        yield
    elif isinstance(engine, PooledSQLiteEngine):
        async with database.write_turn, engine.transaction(TransactionType.immediate):
            yield
    else:
        async with engine.transaction():
            yield


async def table_exists(name: str) -> bool:
    """Whether the database has a table of this name."""
    if dialect() == "sqlite":
        return bool(await fetch("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = {}", name))
    return bool(await fetch("SELECT 1 FROM pg_tables WHERE tablename = {} AND schemaname = 'public'", name))


def in_list(values: Sequence[Any]) -> str:
    """`{}, {}, {}` for as many values: the placeholders of an IN list that is not empty."""
    assert values, "an empty IN list has no SQL"
    return ", ".join(["{}"] * len(values))


def json_member(column: str, name: str) -> str:
    """SQL for the text of one member of a JSON object kept as text.

    `name` goes into the SQL: it must be a checked question key, never free text.
    """
    assert name.replace("_", "").isalnum(), "not a question key"
    if dialect() == "sqlite":
        return f"json_extract({column}, '$.{name}')"
    return f"({column}::jsonb ->> '{name}')"
