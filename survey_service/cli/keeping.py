"""Keeping: backup and restore, the pause of sending, the check."""

import asyncio
import contextlib
import sqlite3
import sys
from pathlib import Path
from typing import ParamSpec

import asyncpg
import click

from survey_service.cli.group import FILE, Misuse, prepared, with_settings
from survey_service.core import clock
from survey_service.core.errors import ServiceError
from survey_service.core.settings import Settings
from survey_service.operation.progress import shown

P = ParamSpec("P")


@click.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Replace FILE if it exists.")
@with_settings
def backup(settings: Settings, file: Path, yes: bool) -> None:
    """Write a consistent copy of the database to FILE while the service runs."""
    from survey_service.operation import backup as backups

    with shown("Pages") as report:
        backups.backup(settings, file, report, overwrite=yes)
    asyncio.run(_backed_up(settings))
    click.echo(f"Written to {file}")


async def _backed_up(settings: Settings) -> None:
    """Notes when, for those who ask how the installation stands, and in every workspace's audit trail; a copy is one
    without that, too."""
    from survey_service.accounts import audit, installation_service
    from survey_service.accounts.actions import StaffAction
    from survey_service.app import opened
    from survey_service.core import database
    from survey_service.web.standing import BACKED_UP

    async with opened(settings):
        with contextlib.suppress(ServiceError, sqlite3.Error, asyncpg.PostgresError):
            async with database.transaction():
                await installation_service.set_installation_value(BACKED_UP, clock.now().isoformat())
                await audit.record_everywhere(StaffAction.BACKED_UP)


@click.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Replace the database if there is one.")
@click.option("--withdrawals", type=FILE, multiple=True, help="A kept file of who left the mails. May be repeated.")
@with_settings
def restore(settings: Settings, file: Path, yes: bool, withdrawals: tuple[Path, ...]) -> None:
    """Put the backup FILE in the database's place. Stop the service and its workers first.

    Nothing is mailed afterwards until somebody says so, and whoever left the mails since the backup stays away.
    """
    from survey_service.operation import backup as backups
    from survey_service.operation import restoring

    ledger = asyncio.run(restoring.keep_withdrawals(settings, file, withdrawals, overwrite=yes))
    keys = asyncio.run(restoring.keys_there(settings))
    with shown("Pages") as report:
        backups.restore(settings, file, report, overwrite=yes)
    changed = asyncio.run(restoring.settle(settings, ledger, keys))
    click.echo(f"Restored{f' to {settings.sqlite_path}' if settings.is_sqlite else ''}.")
    click.echo(f"Left the mails since the backup, and stay away: {changed}.")
    click.echo("Nothing is mailed until an owner says so: on the page Sending, or with: survey-service sending --go-on")


@click.command()
@click.option("--go-on", is_flag=True, help="Let it go on; what waited at the restore is not sent, but for --send.")
@click.option("--send", "chosen", multiple=True, metavar="ID", help="Of what waited at the restore, send this too.")
@click.option("--pause", is_flag=True, help="Send nothing until told to go on.")
@with_settings
def sending(settings: Settings, go_on: bool, chosen: tuple[str, ...], pause: bool) -> None:
    """Say whether mails go out, and what waits since a restore; let it go on."""
    from survey_service.operation import restoring

    if chosen and not go_on:
        raise Misuse("--send goes with --go-on.")
    if pause and go_on:
        raise Misuse("--pause and --go-on are opposites.")
    asyncio.run(prepared(settings))
    for line in asyncio.run(restoring.sending(settings, go_on=go_on, chosen=chosen, pause=pause)):
        click.echo(line)


@click.command("keys")
@click.option("--new", is_flag=True, help="Make a key; it signs in two minutes, and those before are still read.")
@click.option("--drop", default="", metavar="MARK", help="End what a former key signed.")
@click.option("--yes", is_flag=True, help="Drop it although its links may still be used.")
@with_settings
def signing_keys(settings: Settings, new: bool, drop: str, yes: bool) -> None:
    """Say which keys sign the links in mails and pages, and which are read; make a new one, or drop a former one."""
    from survey_service.operation import keys

    if new and drop:
        raise Misuse("--new and --drop are two steps.")
    for line in asyncio.run(keys.keys(settings, clock.now(), new=new, drop=drop, early=yes)):
        click.echo(line)


@click.command()
@click.option("--rebuild", is_flag=True, help="Count the responses again before comparing.")
@with_settings
def check(settings: Settings, rebuild: bool) -> None:
    """Compare the counts with the responses; look at database, schema, configuration, mail and fonts.

    Exits 1 for wrong counts, schema or database. Missing mail settings and fonts only warn.
    """
    from survey_service.operation import check as checks

    findings = asyncio.run(checks.check(settings, shown, rebuild=rebuild))
    for finding in findings:
        click.echo(f"{finding.level:<8} {finding.subject}: {finding.message}")
    if any(finding.level == "wrong" for finding in findings):
        sys.exit(1)


COMMANDS = (backup, restore, sending, signing_keys, check)
