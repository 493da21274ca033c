"""Bringing a database back without anything acting by itself: who left since stays away, and nothing is sent."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

from survey_service.accounts import audit, installation_service, pausing, signing_service
from survey_service.accounts import queries as accounts
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.schemas import SigningKeyRow
from survey_service.app import opened, prepare
from survey_service.core import clock, database
from survey_service.core.batch.sqlite_file import address_of
from survey_service.core.errors import Conflict, Invalid, Unavailable
from survey_service.core.settings import Settings
from survey_service.invitations import resuming
from survey_service.messaging import queries as messaging
from survey_service.messaging import withdrawals
from survey_service.messaging.schemas import Withdrawal


async def keep_withdrawals(settings: Settings, source: Path, more: Iterable[Path], *, overwrite: bool) -> Path:
    """Puts aside, before anything is overwritten, who left according to the database that is still there and to the
    files `more`. Gives the ledger: the settings' own, else a file beside the backup.

    Raises Conflict if PostgreSQL holds data that may not be overwritten.
    """
    ledger = settings.withdrawals_path or source.with_name(f"{source.name}.withdrawals")
    known = _known_on_sqlite(settings.sqlite_path) if settings.is_sqlite else await _known_on_postgres(settings)
    if known is not None and not settings.is_sqlite and not overwrite:
        raise Conflict("The database holds answers already. Add --yes to replace all that it holds.")
    withdrawals.add_missing(ledger, known or [])
    for file in more:
        if not file.is_file():
            raise Conflict(f"There is no file {file}.")
        withdrawals.add_missing(ledger, withdrawals.read(file))
    return ledger


async def keys_there(settings: Settings) -> list[SigningKeyRow]:
    """The signing keys of the database that is still there, before anything is overwritten: mails that went out after
    the backup was made have links that they signed. None where it cannot be read any more."""
    if settings.is_sqlite and not settings.sqlite_path.is_file():
        return []
    try:
        async with opened(settings):
            return await signing_service.own_keys() if await database.table_exists("signing_key") else []
    except (sqlite3.DatabaseError, asyncpg.PostgresError, Unavailable):
        return []


def _known_on_sqlite(path: Path) -> list[Withdrawal] | None:
    """What the file knows; None if there is none, or none that can be read any more."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(address_of(path, only_to_read=True), uri=True, timeout=5)) as connection:
            connection.row_factory = sqlite3.Row
            return [msgspec.convert(dict(row), Withdrawal, strict=False) for row in connection.execute(messaging.EVERY)]
    except (sqlite3.DatabaseError, msgspec.ValidationError):
        return None


async def _known_on_postgres(settings: Settings) -> list[Withdrawal] | None:
    """What the database knows; None if it is new."""
    async with opened(settings):
        return await messaging.known() if await database.table_exists("suppression") else None


async def settle(settings: Settings, ledger: Path, keys: Sequence[SigningKeyRow] = ()) -> int:
    """The database that came back as this release needs it, quiet, with the ledger's last words and the `keys` of the
    one before it; gives how many withdrawals were news to it."""
    async with opened(settings):
        await pausing.mark_restored(clock.now())
        changed = await withdrawals.apply(ledger)
        await prepare(settings)
        await signing_service.take_back(keys)
        async with database.transaction():
            await audit.record_everywhere(StaffAction.RESTORED)
    return changed


async def paused_words() -> str:
    """A sentence for whoever starts the service, empty if nothing is paused. The database must be open."""
    if not await accounts.paused_ids():
        return ""
    return (
        "\nSending is paused since the restore: nothing is mailed until an owner says so, on the page Sending or with"
        "\n  survey-service sending --go-on"
    )


async def sending(settings: Settings, *, go_on: bool, chosen: Sequence[str], pause: bool) -> list[str]:
    """What the command `sending` does and says, for the installation's own workspace."""
    first = [resuming.hindrance(settings)] if resuming.hindrance(settings) else []
    async with opened(settings):
        workspace = await installation_service.workspace_default()
        caller = installation_service.caller(workspace)
        if pause:
            await pausing.pause(caller, clock.now())
        if go_on:
            done = await resuming.go_on(caller, _ids(chosen), clock.now())
            return [*first, f"Sending goes on. Of what had waited {done.sent} are sent and {done.ended} are not."]
        return [
            *first,
            *_told(await resuming.pause_of(await signing_service.signing_keys(settings), workspace.id)),
        ]


def _ids(texts: Sequence[str]) -> set[UUID]:
    try:
        return {UUID(text) for text in texts}
    except ValueError as error:
        raise Invalid.field("send", "unknown", "An id looks like 0192f0c1-2345-7abc-8def-0123456789ab.") from error


def _told(pause: resuming.Pause) -> list[str]:
    if pause.since is None:
        return ["Sending is not paused."]
    since = f"Sending is paused since {pause.since:%Y-%m-%d %H:%M} UTC."
    lines = [f"{since} {pause.before} invitations waited then, {pause.after} came after."]
    for each in pause.waiting:
        row, gone = each.invitation, "  has left the mails" if each.has_left else ""
        lines.append(f"{row.id}  {row.email}  {row.created_at:%Y-%m-%d %H:%M}{gone}")
    if pause.waiting:
        lines.append("They may have gone out since the backup was made. --go-on sends only those named by --send.")
    return lines
