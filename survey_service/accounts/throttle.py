"""Failed sign-ins, counted in the database so that every machine knows them.

An attempt is counted before the password is looked at, and forgiven when it was right: many attempts at once
cannot slip through between looking and counting.
"""

import math
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

import msgspec

from survey_service.accounts.tables import SignInAttempt
from survey_service.core import database, tokens
from survey_service.core.errors import TooMany
from survey_service.core.i18n.staff import gettext as _

MAX_FAILURES = 10
WINDOW = timedelta(minutes=15)


class Window(msgspec.Struct, frozen=True):
    """How many attempts of a subject failed, and until when they count."""

    failures: int
    window_ends_at: datetime


def subjects(email: str, host: str) -> tuple[str, str]:
    """What attempts are counted under, hashed: the network they come from, and the address they try."""
    return tokens.hashed(f"network {network_of(host)}"), tokens.hashed(f"address {email}")


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


async def count(subject: str, now: datetime) -> None:
    """Counts one attempt. Raises TooMany when the window's attempts are used up."""
    async with database.transaction():
        before = await _held(subject, now)
        if before.window_ends_at <= now:
            window = Window(1, now + WINDOW)
        else:
            window = Window(before.failures + 1, before.window_ends_at)
        change = SignInAttempt.update(
            {SignInAttempt.failures: window.failures, SignInAttempt.window_ends_at: window.window_ends_at}
        )
        await database.execute(change.where(SignInAttempt.id == subject))
    if window.failures > MAX_FAILURES:
        wait = max(1, math.ceil((window.window_ends_at - now).total_seconds()))
        raise TooMany(
            _("There were too many tries. Nothing is wrong with your account."),
            retry_after=wait,
            what_to_do=_("Try again in %(n)s min, or use a sign-in link.", n=math.ceil(wait / 60)),
        )


async def _held(subject: str, now: datetime) -> Window:
    """The subject's attempts before this one, kept from others until the transaction ends, whether they are new or not:
    a conflict changes nothing but holds the row."""
    new = SignInAttempt.insert(SignInAttempt(id=subject, failures=0, window_ends_at=now + WINDOW))
    held = new.on_conflict(target=SignInAttempt.id, action="DO UPDATE", values=[SignInAttempt.id])
    rows = await database.execute(held.returning(SignInAttempt.failures, SignInAttempt.window_ends_at))
    return database.rows_of(Window, rows)[0]


async def forgive(network: str, address: str) -> None:
    """The attempt was right: the address starts again, and the network has one failure fewer."""
    tried = (SignInAttempt.id == network) & (SignInAttempt.failures > 0)
    async with database.transaction():
        await database.execute(SignInAttempt.delete().where(SignInAttempt.id == address))
        await database.execute(SignInAttempt.update({SignInAttempt.failures: SignInAttempt.failures - 1}).where(tried))


async def forget(now: datetime) -> None:
    """Deletes windows that are over."""
    await database.execute(SignInAttempt.delete().where(SignInAttempt.window_ends_at <= now))
