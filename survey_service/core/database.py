"""The one database of the process: transactions, plain SQL, and plans.

Piccolo serves everyday queries through the engine of `core.engines`. What must be fast is a plan of `core.plans`.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import asyncpg
from piccolo.engine.sqlite import TransactionType
from piccolo.querystring import QueryString

from survey_service.core import plans
from survey_service.core.engines import POOL_SIZE, Engine, PooledPostgresEngine, PooledSQLiteEngine
from survey_service.core.errors import Unavailable
from survey_service.core.plans import Plan
from survey_service.core.sqlite_writer import SQLiteWriter
from survey_service.core.writer_process import WriterProcess

Row = dict[str, Any]
Dialect = Literal["sqlite", "postgres"]
T = TypeVar("T")
A = TypeVar("A")

STATEMENT_SECONDS = 60.0
NOT_ANSWERING = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
)
"""The database is away, ending, starting, full or just not the leader: it may be tried again, and nothing was kept."""


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
        self._crowd: WriterProcess | None = None

    async def open(self) -> None:
        if isinstance(self.engine, PooledSQLiteEngine):
            self.engine.pooling = True
            Path(self.engine.path).parent.mkdir(parents=True, exist_ok=True)
            self._writer = SQLiteWriter(Path(self.engine.path))
            self._crowd = WriterProcess(Path(self.engine.path))
        elif self.engine.pool is None:
            await self.engine.start_connection_pool(
                min_size=1, max_size=POOL_SIZE, command_timeout=STATEMENT_SECONDS, reset=_as_it_is
            )

    async def close(self) -> None:
        if isinstance(self.engine, PooledSQLiteEngine):
            if self._crowd:
                await self._crowd.close()
                self._crowd = None
            if self._writer:
                await asyncio.to_thread(self._writer.close)
                self._writer = None
            await self.engine.close()
        elif self.engine.pool is not None:
            await self.engine.close_connection_pool()

    async def run(self, plan: Plan[T]) -> T:
        """Runs `plan` as one transaction and gives what it returns, after the commit."""
        if self._writer is not None:
            return await self._in_turn(self._writer, self._writer.run, plan)
        async with self._connection() as connection, connection.transaction():
            return await plans.run_on_postgres(connection, plan)

    async def run_hopefully(self, make: Callable[[], Plan[T]]) -> T:
        """As `run`, and cheaper if the plan only inserts and none of its rows is there yet: on PostgreSQL a single
        statement, which is its own transaction. `make` is called again if that turns out otherwise."""
        inserts, end = plans.advance(make(), None, hopeful=True)
        if isinstance(end, plans.Done) and await self._insert(inserts):
            return end.result
        return await self.run(make())

    async def _insert(self, inserts: Sequence[plans.Insert]) -> bool:
        """Puts in all rows of all `inserts`, or none and False if one that is waited for is there."""
        if not inserts:
            return True
        if self._crowd is not None and self._crowd.wanted(len(inserts[0].rows)):
            async with self.write_turn:
                return await self._crowd.insert(inserts)
        if self._writer is not None:
            return await self._in_turn(self._writer, self._writer.insert, inserts)
        try:
            async with self._connection() as connection:
                await plans.insert_on_postgres(connection, inserts)
        except asyncpg.UniqueViolationError:
            return False
        return True

    async def _in_turn(self, writer: "SQLiteWriter", work: Callable[[A], T], given: A) -> T:
        async with self.write_turn:
            return await asyncio.get_running_loop().run_in_executor(writer.thread, work, given)

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """A connection to PostgreSQL."""
        assert isinstance(self.engine, PooledPostgresEngine)
        with _answering():
            async with self.engine.connection() as connection:
                yield connection


async def _as_it_is(connection: Any) -> None:
    """What is done to a connection that comes back: nothing, as nobody here changes its settings. The driver's own
    way, four statements, would double the round trips of a page."""


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
        async with database.write_turn, _ended_for_sure(engine, engine.transaction(TransactionType.immediate)):
            yield
    else:
        async with _ended_for_sure(engine, engine.transaction()):
            yield


@contextlib.asynccontextmanager
async def _ended_for_sure(engine: Engine, opened: Any) -> AsyncIterator[None]:
    """A transaction whose begin and end are Unavailable while the database is away; what is done inside it may
    raise errors of its own kind, which stay what they are.

    Where Piccolo cannot begin or end one, it keeps the connection, and the task stays inside the transaction: its
    later queries would go to a connection that is gone. Here it is over however it ends.
    """
    try:
        with _answering():
            await opened.__aenter__()
    except BaseException:
        await _give_back(engine, opened)
        raise
    try:
        yield
    except BaseException as error:
        await _end(engine, opened, error)
        raise
    await _end(engine, opened, None)


async def _end(engine: Engine, opened: Any, error: BaseException | None) -> None:
    try:
        with _answering():
            await opened.__aexit__(type(error) if error else None, error, None)
    except BaseException:
        engine.current_transaction.reset(opened.context)
        await _give_back(engine, opened)
        raise


async def _give_back(engine: Engine, opened: Any) -> None:
    """Parts with the connection of a transaction that could not begin or end, if it got as far as having one."""
    connection = getattr(opened, "connection", None)
    if connection is None:
        return
    with contextlib.suppress(*NOT_ANSWERING, asyncpg.InterfaceError, sqlite3.Error):
        if isinstance(engine, PooledPostgresEngine) and engine.pool is not None:
            await engine.pool.release(connection)
        else:
            await connection.close()


async def after_bulk() -> None:
    """Lets the database look at what a bulk load has left: until then PostgreSQL plans as for an empty one."""
    await execute("ANALYZE")


async def table_exists(name: str) -> bool:
    """Whether the database has a table of this name."""
    if dialect() == "sqlite":
        return bool(await fetch("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = {}", name))
    return bool(await fetch("SELECT 1 FROM pg_tables WHERE tablename = {} AND schemaname = 'public'", name))


async def columns() -> dict[str, set[str]]:
    """The names of the columns of each table; empty for a new database."""
    if dialect() == "sqlite":
        sql = (
            "SELECT m.name AS t, c.name AS c FROM sqlite_master m JOIN pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        )
    else:
        sql = "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'public'"
    found: dict[str, set[str]] = {}
    for row in await fetch(sql):
        found.setdefault(row["t"], set()).add(row["c"])
    return found


def in_list(values: Sequence[Any]) -> str:
    """`{}, {}, {}` for as many values: the placeholders of an IN list that is not empty."""
    assert values, "an empty IN list has no SQL"
    return ", ".join(["{}"] * len(values))


def for_update(*, skip_locked: bool = False) -> str:
    """The end of a SELECT whose rows the transaction keeps from others; SQLite's transactions do so by themselves.

    With `skip_locked`, rows that another transaction keeps are passed over instead of waited for.
    """
    if dialect() == "sqlite":
        return ""
    return " FOR UPDATE SKIP LOCKED" if skip_locked else " FOR UPDATE"


async def hold_tables(*tables: str) -> None:
    """Lets nobody else write to the tables until this transaction ends; readers go on. SQLite's transactions do so by
    themselves."""
    if dialect() == "postgres":
        await execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")


async def see_one_moment() -> None:
    """All reads of this transaction see one moment, as SQLite's do already."""
    if dialect() == "postgres":
        await execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


async def examined() -> tuple[str, list[str]]:
    """What kind of database answers, in a few words, and the first faults of its file, where it is one."""
    if dialect() == "postgres":
        row = await fetch_one("SHOW server_version")
        return f"PostgreSQL {row['server_version'] if row else ''}", []
    found = [str(row["integrity_check"]) for row in await fetch("PRAGMA integrity_check(3)")]
    return "SQLite", [fault for fault in found if fault != "ok"]


def containing(column: str) -> str:
    """SQL for whether a column that holds folded text contains another one, which `{}` stands for."""
    return f"{'INSTR' if dialect() == 'sqlite' else 'STRPOS'}({column}, {{}}) > 0"


def json_member(column: str, name: str) -> str:
    """SQL for the text of one member of a JSON object kept as text.

    `name` goes into the SQL: it must be a checked question key, never free text.
    """
    assert name.replace("_", "").isalnum(), "not a question key"
    if dialect() == "sqlite":
        return f"json_extract({column}, '$.{name}')"
    return f"({column}::jsonb ->> '{name}')"
