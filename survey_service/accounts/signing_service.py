"""The keys that sign links: those of the settings, and those that the installation keeps, which are made, come after
one another and are dropped in the end. A key of the settings is never written down here, only a mark of it.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from survey_service.accounts import audit, queries
from survey_service.accounts.actions import StaffAction
from survey_service.accounts.installation_service import installation_value
from survey_service.accounts.schemas import SigningKeyRow
from survey_service.accounts.tables import Installation, SigningKey
from survey_service.core import clock, database, logs, tokens
from survey_service.core.errors import Conflict, NotFound
from survey_service.core.keyring import Keyring
from survey_service.core.settings import Settings

FIRST_KEY = "secret_key"
"""The installation's value that is the key made for it."""
MARK_LENGTH = 12
READ_AGAIN = timedelta(seconds=30)
"""So often a running process looks for new keys."""
SIGNS_AFTER = timedelta(minutes=2)
"""So long after it was made a key begins to sign: by then every process reads it."""
KEPT_FOR = timedelta(days=365)
"""So long after it ceased to sign a key is read at least: people leave the mails by links in old ones, and employees
carry cards."""

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Since when a key signs of which nobody noted it: before all others."""

Where = Literal["database", "settings", "missing"]

log = logs.get(__name__)


class KeyStanding(msgspec.Struct, frozen=True):
    """How a key stands: it `signs` now, or is read only; `since` when it signs, and until when it did, if that is
    known. `missing` ones signed once, and are in no place any more."""

    mark: str
    where: Where
    signs: bool
    since: datetime | None = None
    until: datetime | None = None

    @property
    def may_go(self) -> datetime | None:
        """From when on it can be dropped; None while it signs."""
        return None if self.until is None else self.until + KEPT_FOR


class _Kept(msgspec.Struct, frozen=True):
    """What the database has: the rows, and the first key, empty if there is none."""

    rows: Sequence[SigningKeyRow]
    first: str

    def keys(self, now: datetime) -> list[str]:
        """Its keys, the one that signs first, those that do not sign yet last."""
        own = [row for row in self.rows if row.key]
        begun = [row.key for row in own if row.signs_from <= now]
        to_come = [row.key for row in own if row.signs_from > now]
        return [*begun, *([self.first] if self.first else []), *to_come]


def mark_of(key: str) -> str:
    """What tells a key from others and gives nothing away: who has it can as little guess the key as who has a link."""
    return tokens.keyed(key, "mark of a key", "")[:MARK_LENGTH]


async def _kept() -> _Kept:
    return _Kept(await queries.signing_keys(), await _first())


async def _first() -> str:
    return (await queries.installation_values(FIRST_KEY)).get(FIRST_KEY, "")


async def signing_keys(settings: Settings) -> Keyring:
    """What signs links and tokens: the first key of the settings, or without one the newest that is kept, which is made
    if there is none. All others are read as well."""
    kept = (await _kept()).keys(clock.now())
    if not settings.signing_keys and not kept:
        kept = [await installation_value(FIRST_KEY, tokens.new_secret())]
    return Keyring(*dict.fromkeys([*settings.signing_keys, *kept]))


async def keep_reading(keys: Keyring, settings: Settings, ending: asyncio.Event) -> None:
    """Gives a ring the keys that are made and dropped while a process runs, until `ending`."""
    while not ending.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), READ_AGAIN.total_seconds())
            return
        try:
            keys.take((await signing_keys(settings)).keys)
        except Exception as error:  # whatever it is, those that are known go on
            log.warning("keys_not_read", error=str(error))


async def note_keys(settings: Settings, now: datetime) -> None:
    """Notes by its mark which key signs from now on, when a process starts, and since when the one before does not.

    Raises Conflict if a key that signed once is nowhere any more: its links would lead nowhere without a word.
    """
    if missing := [each.mark for each in await standing(settings, now) if each.where == "missing"]:
        raise Conflict(
            f"The key {', '.join(missing)} signed links that were sent, and SURVEY_SECRET_KEY has it no more. "
            "Write it there after the new one, with a comma between. "
            f"If those links are to end: survey-service keys --drop {missing[0]} --yes"
        )
    mark = mark_of((await signing_keys(settings)).signing)
    new = SigningKey.insert(SigningKey(mark=mark, key="", signs_from=now))
    others = (SigningKey.mark != mark) & SigningKey.former_since.is_null() & (SigningKey.signs_from <= now)
    async with database.transaction():
        await database.execute(new.on_conflict(target=SigningKey.mark, action="DO NOTHING"))
        await database.execute(SigningKey.update({SigningKey.former_since: now}).where(others))
        again = (SigningKey.mark == mark) & (SigningKey.former_since <= now)
        await database.execute(SigningKey.update({SigningKey.former_since: None}).where(again))


async def own_keys() -> list[SigningKeyRow]:
    """Every key that is written down in the database, the first one too."""
    kept = await _kept()
    noted = {row.mark: row for row in kept.rows}
    own = {row.mark: row for row in kept.rows if row.key}
    if kept.first:
        mark = mark_of(kept.first)
        own.setdefault(
            mark, msgspec.structs.replace(noted.get(mark, SigningKeyRow(mark, "", LONG_AGO)), key=kept.first)
        )
    return list(own.values())


async def take_back(keys: Sequence[SigningKeyRow]) -> int:
    """Writes down those of another database that this one has not; gives how many."""
    there = {row.mark for row in await own_keys()}
    missing = [row for row in keys if row.mark not in there]
    for row in missing:
        new = SigningKey(mark=row.mark, key=row.key, signs_from=row.signs_from, former_since=row.former_since)
        is_noted = SigningKey.insert(new).on_conflict(
            target=SigningKey.mark, action="DO UPDATE", values=[SigningKey.key, SigningKey.former_since]
        )
        await database.execute(is_noted)
    return len(missing)


async def standing(settings: Settings, now: datetime) -> list[KeyStanding]:
    """Every key that signs, signed or will, the one that signs first."""
    kept = await _kept()
    where: dict[str, Where] = {mark_of(key): "settings" for key in settings.signing_keys}
    where.update({mark_of(key): "database" for key in kept.keys(now)})
    signing = next(iter([*settings.signing_keys, *kept.keys(now)]), "")
    noted = {row.mark: row for row in kept.rows}
    every = sorted({*where, *noted}, key=lambda mark: (mark != mark_of(signing), mark))
    return [_standing(mark, where.get(mark, "missing"), noted.get(mark), signing) for mark in every]


def _standing(mark: str, where: Where, row: SigningKeyRow | None, signing: str) -> KeyStanding:
    signs = bool(signing) and mark == mark_of(signing)
    since, until = (row.signs_from, row.former_since) if row else (None, None)
    return KeyStanding(mark, where, signs, since, None if signs else until)


async def rotate(settings: Settings, now: datetime) -> KeyStanding:
    """Makes a key that signs in two minutes, when every process reads it; those before go on being read.

    Raises Conflict where the settings say which key signs.
    """
    if settings.signing_keys:
        raise Conflict(
            "SURVEY_SECRET_KEY says which key signs. Write a new one there, before the former one and with a comma "
            f"between, and start the service anew: {tokens.new_secret()}"
        )
    await note_keys(settings, now)
    made, begins = tokens.new_secret(), now + SIGNS_AFTER
    async with database.transaction():
        before = SigningKey.former_since.is_null() | (SigningKey.former_since > now)
        await database.execute(SigningKey.update({SigningKey.former_since: begins}).where(before))
        row = SigningKey(mark=mark_of(made), key=made, signs_from=begins)
        await database.execute(SigningKey.insert(row))
        await audit.record_everywhere(StaffAction.SIGNING_KEY_MADE, row.mark)
    return KeyStanding(mark_of(made), "database", signs=False, since=begins)


async def _following(now: datetime) -> SigningKeyRow | None:
    """The key that was made to sign after the one that does."""
    to_come = [row for row in await queries.signing_keys() if row.key and row.signs_from > now]
    return min(to_come, key=lambda row: row.signs_from, default=None)


def _still_signs(mark: str, following: SigningKeyRow | None) -> str:
    if following is None:
        return f"The key {mark} signs. Make a new one first: survey-service keys --new"
    return f"The key {mark} signs until {told(following.signs_from)}, when {following.mark} does. Drop it after that."


def told(moment: datetime) -> str:
    """A moment as whoever types commands reads it, to the second: so long they wait."""
    up = moment + timedelta(microseconds=999_999)
    return f"{up.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


async def drop(settings: Settings, mark: str, now: datetime, *, early: bool) -> KeyStanding:
    """Ends whatever this key signed. Raises NotFound, and Conflict for one that signs, will sign, stands in the
    settings or, unless `early`, signed within the last year."""
    found = next((each for each in await standing(settings, now) if each.mark == mark), None)
    if found is None:
        raise NotFound(f"There is no key {mark}.")
    if found.signs:
        raise Conflict(_still_signs(mark, None if settings.signing_keys else await _following(now)))
    if found.since is not None and found.since > now:
        raise Conflict(f"The key {mark} signs from {told(found.since)} on, and can be dropped when another one does.")
    if mark in map(mark_of, settings.signing_keys):
        raise Conflict(f"The key {mark} stands in SURVEY_SECRET_KEY. Take it out there first.")
    if not early and (found.may_go is None or found.may_go > now):
        raise Conflict(f"Links that the key {mark} signed may still be used. Add --yes to end them all the same.")
    async with database.transaction():
        await audit.record_everywhere(StaffAction.SIGNING_KEY_DROPPED, mark)
        await database.execute(SigningKey.delete().where(SigningKey.mark == mark))
        first = await _first()
        if first and mark_of(first) == mark:
            await database.execute(Installation.delete().where(Installation.name == FIRST_KEY))
    return found
