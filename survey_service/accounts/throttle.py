"""Failed sign-ins, counted in the database so that every machine knows them.

An attempt is counted before the password is looked at, and forgiven when it was right: many attempts at once
cannot slip through between looking and counting. Whoever tries from elsewhere locks out themselves, and in the end
everybody at a browser that the person never signed in with: never the person at one of their own.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from uuid import UUID

import msgspec

from survey_service.accounts.tables import SignInAttempt
from survey_service.core import database, tokens, windows
from survey_service.core.errors import TooMany
from survey_service.core.i18n.staff import gettext as _


class Bound(NamedTuple):
    """What tries are counted under, and how many wrong ones it takes in how long."""

    subject: str
    failures: int
    window: timedelta


class Window(msgspec.Struct, frozen=True):
    """How many attempts of a subject failed, and until when they count."""

    failures: int
    window_ends_at: datetime


FEW, QUARTER = 10, timedelta(minutes=15)
"""Of one person from one place: as often as somebody types who does not remember."""
MANY, HOUR = 50, timedelta(hours=1)
"""From one place for many people, or for one person from many places."""


def of_stranger(email: str, host: str) -> tuple[Bound, ...]:
    """Under what tries from an unknown browser count: under the address and the network together, so that they stand
    in the way of nobody else; under the network, which may try many addresses; under the address, which many networks
    may try. What one of them refuses does not count under the next ones."""
    network = network_of(host)
    return (
        Bound(_subject("both", email, network), FEW, QUARTER),
        Bound(_subject("network", network), MANY, HOUR),
        Bound(_subject("address", email), MANY, HOUR),
    )


def of_device(device: UUID) -> tuple[Bound, ...]:
    """Under what tries from a browser count that the person is known to use: under it alone, and nobody else's do."""
    return (Bound(_subject("device", str(device)), FEW, QUARTER),)


def of_session(session: str) -> tuple[Bound, ...]:
    """Under what guesses at the present password count: under the session in which it is to be changed."""
    return (Bound(_subject("session", session), FEW, QUARTER),)


def _subject(*parts: str) -> str:
    return tokens.hashed("\n".join(parts))


def network_of(host: str) -> str:
    """An IPv4 address itself; of IPv6 the /64, which is what one customer of a provider has."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ip_network((int(address), 64), strict=False))


async def count(bounds: Sequence[Bound], now: datetime) -> None:
    """Counts one attempt under each in turn. Raises TooMany at the first whose attempts are used up."""
    for bound in bounds:
        window = await _counted(bound, now)
        if window.failures > bound.failures:
            raise _too_many(window, now)
        if window.failures == 1:
            await forget(now)


async def _counted(bound: Bound, now: datetime) -> Window:
    async with database.transaction():
        before = await _held(bound, now)
        if is_over(before.window_ends_at, now, bound.window):
            window = Window(1, now + bound.window)
        else:
            window = Window(before.failures + 1, before.window_ends_at)
        change = SignInAttempt.update(
            {SignInAttempt.failures: window.failures, SignInAttempt.window_ends_at: window.window_ends_at}
        )
        await database.execute(change.where(SignInAttempt.id == bound.subject))
    return window


def is_over(ends_at: datetime, now: datetime, window: timedelta) -> bool:
    """Whether a window has ended. One that ends much later than any that begins now is of a clock that was ahead; a
    little later, and another try began it, here or at a machine whose clock differs, while this one waited its turn."""
    return not now < ends_at <= now + window + windows.SKEW


def _too_many(window: Window, now: datetime) -> TooMany:
    wait = max(1, math.ceil((window.window_ends_at - now).total_seconds()))
    return TooMany(
        _("There were too many tries. Nothing is wrong with your account."),
        retry_after=wait,
        what_to_do=_("Try again in %(n)s min, or use a sign-in link.", n=math.ceil(wait / 60)),
    )


async def _held(bound: Bound, now: datetime) -> Window:
    """The subject's attempts before this one, kept from others until the transaction ends, whether they are new or not:
    a conflict changes nothing but holds the row."""
    new = SignInAttempt.insert(SignInAttempt(id=bound.subject, failures=0, window_ends_at=now + bound.window))
    held = new.on_conflict(target=SignInAttempt.id, action="DO UPDATE", values=[SignInAttempt.id])
    rows = await database.execute(held.returning(SignInAttempt.failures, SignInAttempt.window_ends_at))
    return database.rows_of(Window, rows)[0]


async def forgive(bounds: Sequence[Bound]) -> None:
    """The attempt was right: what it counted under first starts again, the rest has one failure fewer. Attackers go on
    being counted, however often the person signs in."""
    first, *others = [bound.subject for bound in bounds]
    async with database.transaction():
        await database.execute(SignInAttempt.delete().where(SignInAttempt.id == first))
        if others:
            tried = SignInAttempt.id.is_in(others) & (SignInAttempt.failures > 0)
            fewer = SignInAttempt.update({SignInAttempt.failures: SignInAttempt.failures - 1})
            await database.execute(fewer.where(tried))


async def forget(now: datetime) -> None:
    """Deletes windows that are over."""
    ahead = SignInAttempt.window_ends_at > now + HOUR + windows.SKEW
    over = (SignInAttempt.window_ends_at <= now) | ahead
    await database.execute(SignInAttempt.delete().where(over))
