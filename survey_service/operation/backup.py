"""Backup and restore. On SQLite one consistent file, written while the service runs; PostgreSQL has its own tools.

A target comes into being whole or not at all: it is written beside its place, checked, and then put there.
"""

import asyncio
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from survey_service.accounts import pausing
from survey_service.app import opened
from survey_service.core import clock
from survey_service.core.batch.sqlite_guard import let_go, part_from
from survey_service.core.database import schema
from survey_service.core.errors import Conflict, Unavailable
from survey_service.core.settings import Settings
from survey_service.operation.files import put
from survey_service.operation.progress import Report

PAGES_AT_ONCE = 5_000
OURS = {"installation", "migration", "response"}
"""Tables by which a file is known as this service's."""
UNCHANGED = "Nothing was restored."
PG_DUMP = 'pg_dump --format=custom --file={file} "$SURVEY_DATABASE_URL"'
PG_RESTORE = 'pg_restore --clean --if-exists --single-transaction --no-owner --dbname="$SURVEY_DATABASE_URL" {file}'


def backup(settings: Settings, target: Path, report: Report, *, overwrite: bool = False) -> None:
    """Writes the database to the file `target`, as it is at one moment.

    Raises Conflict if the file exists and may not be overwritten, or if there is nothing to back up, and
    Unavailable if the database's own tool is missing or fails.
    """
    if target.exists() and not overwrite:
        raise Conflict(f"{target} exists already. Name another file, or add --yes to replace it.")
    if settings.is_sqlite:
        _copy(settings.sqlite_path, target, report)
    else:
        _dump(settings.database_url, target)


def restore(settings: Settings, source: Path, report: Report, *, overwrite: bool = False) -> None:
    """Puts the backup `source` in the place of the SQLite database. Stop the service first.

    The copy carries the mark by which the service knows, when it starts, that it must not send anything by itself.
    Raises Conflict if there is a database that may not be overwritten or that is in use, if `source` is no
    backup of this service or is damaged, and Unavailable if PostgreSQL's own tool is missing or fails.
    """
    if not settings.is_sqlite:
        _fill(settings.database_url, source)
        return
    target = settings.sqlite_path
    if target.exists() and not overwrite:
        raise Conflict(f"{target} exists already. Add --yes to replace all that it holds.")
    _copy(source, target, report, lambda copy: _make_fit(copy, source, settings))


def _make_fit(copy: Path, source: Path, settings: Settings) -> None:
    """Says in the copy itself that it is one, and brings it up to date before it takes anything's place.

    Raises Conflict if it cannot be: a newer release's, a half-made or a made-up one.
    """
    try:
        asyncio.run(_mark_and_migrate(replace(settings, database_url=f"sqlite:///{copy}")))
        with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except schema.Unfit as unfit:
        raise Conflict(f"{source} {unfit.reason} {UNCHANGED}") from unfit
    except sqlite3.Error as error:
        raise Conflict(f"{source} is no database of this service ({error}). {UNCHANGED}") from error
    finally:
        _remove_companions(copy)


async def _mark_and_migrate(settings: Settings) -> None:
    async with opened(settings):
        await schema.refuse_foreign()
        await pausing.mark_restored(clock.now())
        await schema.migrate()


def _copy(source: Path, target: Path, report: Report, finish: Callable[[Path], None] = lambda _: None) -> None:
    """One SQLite database to another place, through SQLite itself, which alone sees the newest pages."""
    if not source.is_file():
        raise Conflict(f"There is no file {source}.")
    if target.exists() and target.samefile(source):
        raise Conflict(f"{target} is the database itself. Name another file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _partial(target) as partial:
        _write_copy(source, partial, report)
        finish(partial)
        with _left_by_all(target):
            put(partial, target)


@contextlib.contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """An empty file beside `target` that nobody else may read; gone afterwards, unless it was put in place."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    partial.touch(mode=0o600)
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def _write_copy(source: Path, partial: Path, report: Report) -> None:
    """The copy under its passing name, whole and sound."""
    try:
        # Not opened read-only: the last process to leave took the shared memory along, and SQLite makes it again.
        with (
            _parted_from(
                source, sqlite3.connect(source, timeout=10, isolation_level=None, check_same_thread=False)
            ) as reading,
            contextlib.closing(sqlite3.connect(partial, isolation_level=None)) as writing,
        ):
            _know_as_ours(reading, source)
            # A transaction of our own pins the moment: without it the copy begins again at each foreign commit.
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
            reading.backup(writing, pages=PAGES_AT_ONCE, progress=lambda _, left, all_: report(all_ - left, all_))
            writing.execute("PRAGMA journal_mode = DELETE")
            faults = [row[0] for row in writing.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as error:
        raise Conflict(f"{source} cannot be read as a database: {error}") from error
    if faults != ["ok"]:
        raise Conflict(f"{source} is damaged: {'; '.join(faults)}")


@contextlib.contextmanager
def _parted_from(path: Path, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield connection
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        part_from(connection, path)


def _know_as_ours(reading: sqlite3.Connection, source: Path) -> None:
    tables = {row[0] for row in reading.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= OURS:
        raise Conflict(f"{source} is no database of this service.")


@contextlib.contextmanager
def _left_by_all(path: Path) -> Iterator[None]:
    """Holds the file at `path`, if there is one, as nobody else has it open; Conflict if somebody has.

    To leave write-ahead mode SQLite must be alone. What lay in the file beside it is then in the file itself; had
    it stayed, it would be read into whatever takes the file's place.
    """
    if not path.exists():
        _remove_companions(path)
        yield
        return
    let_go(path)
    with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as holding:
        try:
            holding.execute("PRAGMA journal_mode = DELETE")
            holding.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise Conflict(f"{path} is in use ({error}). Stop the service first.") from error
        except sqlite3.DatabaseError:
            pass  # No database: nobody can be using it.
        _remove_companions(path)
        yield


def _remove_companions(path: Path) -> None:
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _dump(url: str, target: Path) -> None:
    """Lets pg_dump write `target`; its own password variable keeps the password out of the list of processes."""
    tool = shutil.which("pg_dump")
    if tool is None:
        command = PG_DUMP.format(file=target)
        raise Unavailable(f"pg_dump is not installed here (Debian: postgresql-client). Where it is, run:\n  {command}")
    address, secret = without_password(url)
    with _partial(target) as partial:
        arguments = [tool, "--format=custom", f"--file={partial}", "--no-password", f"--dbname={address}"]
        done = subprocess.run(  # noqa: S603  (no shell; the file's name is the operator's own)
            arguments, env={**os.environ, **secret}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Unavailable(f"pg_dump failed: {done.stderr.strip()}")
        put(partial, target)


def _fill(url: str, source: Path) -> None:
    """Lets pg_restore fill the database, all of it or nothing."""
    if not source.is_file():
        raise Conflict(f"There is no file {source}.")
    tool = shutil.which("pg_restore")
    if tool is None:
        command = PG_RESTORE.format(file=source)
        raise Unavailable(
            f"pg_restore is not installed here (Debian: postgresql-client). Where it is, run:\n  {command}\n"
            "Nothing is sent afterwards until you say so: the service sees that its tables were made anew."
        )
    _look_into(tool, source)
    address, secret = without_password(url)
    options = ["--clean", "--if-exists", "--single-transaction", "--no-owner", "--no-password"]
    done = subprocess.run(  # noqa: S603  (no shell; the file's name is the operator's own)
        [tool, *options, f"--dbname={address}", str(source)],
        env={**os.environ, **secret}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"pg_restore failed, and nothing was changed: {done.stderr.strip()}")


def _look_into(tool: str, source: Path) -> None:
    """Raises Conflict for a dump that is none of this service, or another release's: the tool would put it in place."""
    tables = set(re.findall(r" TABLE \S+ (\S+) ", _told(tool, source, "--list")))
    if not tables >= OURS:
        raise Conflict(f"{source} is no backup of this service. {UNCHANGED}")
    rows = _told(tool, source, "--data-only", "--table=migration", "--file=-")
    head = re.search(r"^COPY \S+ \((.*)\) FROM stdin;\n((?:.*\n)*?)\\\.$", rows, re.MULTILINE)
    columns = head[1].split(", ") if head else []
    if not head or not set(columns) >= schema.OWN_LIST:
        raise Conflict(f"{source} is no backup of this service. {UNCHANGED}")
    listed = [dict(zip(columns, row.split("\t"), strict=True)) for row in head[2].splitlines()]
    if reason := schema.another_release(schema.ids(listed)):
        raise Conflict(f"{source} {reason} {UNCHANGED}")


def _told(tool: str, source: Path, *options: str) -> str:
    done = subprocess.run([tool, *options, str(source)], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Conflict(f"{source} cannot be read as a backup: {done.stderr.strip()}. {UNCHANGED}")
    return done.stdout


def without_password(url: str) -> tuple[str, Mapping[str, str]]:
    """A PostgreSQL address without its password, and the environment that carries it."""
    place = urlsplit(url).netloc
    credentials, at, hosts = place.rpartition("@")
    user, colon, password = credentials.partition(":")
    if not colon:
        return url, {}
    return url.replace(place, f"{user}{at}{hosts}", 1), {"PGPASSWORD": unquote(password)}
