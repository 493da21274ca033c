"""Who is taken for a machine. Pure. Suspects go to the spam box, where a person can release them."""

from collections import deque
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

FASTEST = timedelta(seconds=2)
"""Nobody reads a page and answers it in less."""
BURST_WINDOW = timedelta(minutes=1)
BURST_LIMIT = 600
"""Anonymous answers from one network in a minute: a school behind one address stays below, a flood does not."""
MAX_NETWORKS = 10_000


def page_verdict(honeypot: str, page_made_at: datetime | None, now: datetime) -> str:
    """Why an anonymous HTML answer looks like a machine's: `honeypot`, `no_token`, `too_fast`, or empty."""
    if honeypot.strip():
        return "honeypot"
    if page_made_at is None:
        return "no_token"
    if now - page_made_at < FASTEST:
        return "too_fast"
    return ""


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The network that an address stands for: /24 of IPv4, /48 of IPv6; empty for this machine or none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    plain = mapped or parsed
    if plain.is_loopback:
        return ""
    prefix = 24 if isinstance(plain, IPv4Address) else 48
    return str(ip_network(f"{plain}/{prefix}", strict=False))


class Bursts:
    """Counts recent answers per network in this process. It decides only what is looked at by a person, so that
    an exact count over all machines is not needed."""

    def __init__(self, limit: int = BURST_LIMIT) -> None:
        self.limit = limit
        self.recent: dict[str, deque[datetime]] = {}

    def excessive(self, network: str, now: datetime) -> bool:
        """Counts one answer from `network`; whether it is more than a network sends in a minute."""
        if not network:
            return False
        if len(self.recent) > MAX_NETWORKS:
            self.recent.clear()
        times = self.recent.setdefault(network, deque(maxlen=self.limit + 1))
        times.append(now)
        while times and now - times[0] > BURST_WINDOW:
            times.popleft()
        return len(times) > self.limit


def excess_reason(bursts: Bursts, address: str, now: datetime) -> str:
    """`network_excess` for an answer beyond what one network sends in a minute, else empty."""
    return "network_excess" if bursts.excessive(network_of(address), now) else ""
