"""Brings the database's schema up to date, and tells whether it is."""

import contextlib
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

from survey_service.core import database
from survey_service.core.engines import PooledSQLiteEngine

CONF = "survey_service.piccolo_conf"
MIGRATION_LOCK = 7_166_011
"""Names our turn among several machines that start at once; the migrations' own table is what decides."""


def point_piccolo_here() -> None:
    """Lets Piccolo find our configuration from any working directory."""
    os.environ["PICCOLO_CONF"] = CONF


def expected() -> set[str]:
    """The ids of the migrations that this release carries, as `domain:timestamp`."""
    root = Path(__file__).parent.parent
    return {
        f"{path.parent.parent.name}:{path.stem.removeprefix(path.parent.parent.name + '_')}"
        for path in root.glob("*/piccolo_migrations/*_2*.py")
    }


async def applied() -> set[str]:
    """The ids of the migrations that the database has had; empty for a new one."""
    if not await database.table_exists("migration"):
        return set()
    rows = await database.fetch("SELECT app_name, name FROM migration")
    return {f"{row['app_name']}:{_stamp(row['name'])}" for row in rows}


def _stamp(migration_id: str) -> str:
    """`2026-11-21T23:20:09:399216` as in the file's name: `2026_11_21t23_20_09_399216`."""
    return migration_id.lower().replace("-", "_").replace(":", "_")


async def pending() -> set[str]:
    """The migrations that are still to run."""
    return expected() - await applied()


async def migrate() -> int:
    """Runs what is pending, one process at a time, all of it or nothing; gives how many ran."""
    point_piccolo_here()
    todo = await pending()
    if not todo:
        return 0
    async with _turn(), database.transaction():
        todo = await pending()
        if todo:
            await _forwards()
    return len(todo)


@contextlib.asynccontextmanager
async def _turn() -> AsyncIterator[None]:
    """On SQLite the transaction itself is the turn."""
    engine = database.current().engine
    if isinstance(engine, PooledSQLiteEngine):
        yield
        return
    connection = await engine.get_new_connection()
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        yield
    finally:
        await connection.close()


async def _forwards() -> None:
    """Piccolo's own command, whose chatter is shown only if it fails."""
    from piccolo.apps.migrations.commands.forwards import run_forwards

    chatter = io.StringIO()
    try:
        with contextlib.redirect_stdout(chatter):
            result = await run_forwards(app_name="all")
    except (Exception, SystemExit) as error:
        raise RuntimeError(f"The migrations failed:\n{chatter.getvalue()}") from error
    if not result.success:
        raise RuntimeError(f"The migrations failed: {result.message}")
