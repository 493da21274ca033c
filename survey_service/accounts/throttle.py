"""Failed sign-ins, counted in the database so that every machine knows them.

An attempt is counted before the password is looked at, and forgiven when it was right: many attempts at once
cannot slip through between looking and counting.
"""

import math
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from survey_service.core import database, tokens
from survey_service.core.errors import TooMany
from survey_service.core.i18n.staff import gettext as _

MAX_FAILURES = 10
WINDOW = timedelta(minutes=15)

COUNT = """
INSERT INTO sign_in_attempt (id, failures, window_ends_at) VALUES ({}, 1, {})
ON CONFLICT (id) DO UPDATE SET
  failures = CASE WHEN sign_in_attempt.window_ends_at <= {} THEN 1 ELSE sign_in_attempt.failures + 1 END,
  window_ends_at = CASE WHEN sign_in_attempt.window_ends_at <= {}
    THEN excluded.window_ends_at ELSE sign_in_attempt.window_ends_at END
RETURNING failures, window_ends_at
"""


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
        rows = await database.execute(COUNT, subject, now + WINDOW, now, now)
    if rows[0]["failures"] > MAX_FAILURES:
        wait = max(1, math.ceil((rows[0]["window_ends_at"] - now).total_seconds()))
        raise TooMany(
            _("There were too many tries. Nothing is wrong with your account."),
            retry_after=wait,
            what_to_do=_("Try again in %(n)s min, or use a sign-in link.", n=math.ceil(wait / 60)),
        )


async def forgive(network: str, address: str) -> None:
    """The attempt was right: the address starts again, and the network has one failure fewer."""
    async with database.transaction():
        await database.execute("DELETE FROM sign_in_attempt WHERE id = {}", address)
        await database.execute(
            "UPDATE sign_in_attempt SET failures = failures - 1 WHERE id = {} AND failures > 0", network
        )


async def forget(now: datetime) -> None:
    """Deletes windows that are over."""
    await database.execute("DELETE FROM sign_in_attempt WHERE window_ends_at <= {}", now)
