"""Brings the database's schema up to date, and tells whether it is."""

import contextlib
import io
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

from piccolo.conf.apps import Finder

from survey_service.core import database, logs
from survey_service.core.database.ending import answering
from survey_service.core.errors import Conflict

CONF = "survey_service.piccolo_conf"
MIGRATION_LOCK = 7_166_011
"""Names our turn among several machines that start at once; the migrations' own table is what decides."""
MIGRATION_SECONDS = 3_600.0
"""So long a step of a migration may take, or somebody else's before it."""
OWN_LIST = {"app_name", "name"}
"""The columns of the table `migration` that are read."""
FOREIGN = "holds tables of something else and none of this service."
NEWER = "was written by a newer release of this service. Install that release, or restore a backup that this one made."
FIRST = "2026_11_27t22_00_00_000001"
"""The stamp of the newest first migration: what is older and unknown is of before the first release, and nobody
depends on its tables."""
TOO_OLD = (
    "was made before release 0.2.0, and this release cannot read it. Nothing in it was changed. To begin again, move "
    "it away or give a new one another name, and start once more."
)
HALF_MADE = "Restore a backup that is whole."

log = logs.get(__name__)


class Unfit(Conflict):
    """This release cannot work with the database as it is, and changes nothing; `reason` goes on after its name."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database {reason}")
        self.reason = reason


def point_piccolo_here() -> None:
    """Lets Piccolo find our configuration from any working directory."""
    os.environ["PICCOLO_CONF"] = CONF


def expected() -> set[str]:
    """The ids of the migrations that this release carries, as `domain:timestamp`."""
    root = Path(__file__).parents[2]
    return {
        f"{path.parent.parent.name}:{path.stem.removeprefix(path.parent.parent.name + '_')}"
        for path in root.glob("*/piccolo_migrations/*_2*.py")
    }


async def applied() -> set[str]:
    """The ids of the migrations that the database has had; empty for a new one."""
    if not await database.table_exists("migration"):
        return set()
    return ids(await database.fetch("SELECT app_name, name FROM migration"))


def ids(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of rows of the table `migration`."""
    return {f"{row['app_name']}:{_stamp(row['name'])}" for row in rows}


def _stamp(migration_id: str) -> str:
    """`2026-11-21T23:20:09:399216` as in the file's name: `2026_11_21t23_20_09_399216`."""
    return migration_id.lower().replace("-", "_").replace(":", "_")


def another_release(had: set[str]) -> str:
    """Why a database that has had these migrations is none of this release's, or an older one's; empty if it is."""
    strange = had - expected()
    too_old = any(identity.partition(":")[2] < FIRST for identity in strange)
    return (TOO_OLD if too_old else NEWER) if strange else ""


async def pending() -> set[str]:
    """The migrations that are still to run."""
    return expected() - await applied()


async def migrate() -> int:
    """Runs what is pending, one process at a time, all of it or nothing; gives how many ran.

    Raises Unfit for a database that is not ours, that is a newer release's, or that lacks what its own list says.
    """
    point_piccolo_here()
    await refuse_foreign()
    if not await pending():
        await refuse_half_made()
        return 0
    with database.allowing(MIGRATION_SECONDS):
        return await _migrate_in_turn()


async def _migrate_in_turn() -> int:
    async with _turn(), database.transaction():
        todo = await pending()
        if todo:
            await _forwards()
            await refuse_half_made()
    return len(todo)


async def require() -> None:
    """Raises Unfit for a database that this release cannot read: what only reads does not migrate."""
    await refuse_foreign()
    if await pending():
        raise Unfit("is an older release's. Run: survey-service migrate")


async def refuse_foreign() -> None:
    """Raises Unfit for tables that are not ours, or of another release; on PostgreSQL others may stand beside ours."""
    found = await database.columns()
    unread = "migration" in found and not found["migration"] >= OWN_LIST
    if unread or (found and "migration" not in found and database.dialect() == "sqlite"):
        raise Unfit(FOREIGN)
    if reason := another_release(await applied()):
        raise Unfit(reason)


async def refuse_read_only() -> None:
    """Raises Unfit for a database in which this process can keep nothing. A full disk is made room on while it serves
    those who read."""
    if await database.current().trouble() == "read_only":
        raise Unfit("may only be read. Let whoever runs this service write to it and to the folder that it is in.")


async def refuse_half_made() -> None:
    """Raises Unfit if a table or column is missing that every release with these migrations has."""
    found = await database.columns()
    for table in Finder().get_table_classes():
        name = table._meta.tablename
        lacking = {column._meta.db_column_name for column in table._meta.columns} - found.get(name, set())
        if lacking:
            missing = f"the columns {', '.join(sorted(lacking))} of the table" if name in found else "the table"
            raise Unfit(f"is not whole: {missing} {name} is missing. {HALF_MADE}")


@contextlib.asynccontextmanager
async def _turn() -> AsyncIterator[None]:
    """On SQLite the transaction itself is the turn."""
    if database.dialect() == "sqlite":
        yield
        return
    with answering():
        connection = await database.current().engine.get_new_connection()
    try:
        with answering():
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
        raise _failed(chatter.getvalue(), error) from error
    if not result.success:
        raise _failed(chatter.getvalue(), result.message)


def _failed(chatter: str, reason: object) -> Unfit:
    """All that was said is logged; the error is one line. Piccolo ends with a bare number where it has said why."""
    log.error("migrations_failed", reason=str(reason), said=chatter)
    said = [line.strip() for line in chatter.splitlines() if line.strip()]
    if isinstance(reason, SystemExit) and said:
        reason = said[-1]
    return Unfit(f"could not be brought up to date ({reason}). {HALF_MADE}")
