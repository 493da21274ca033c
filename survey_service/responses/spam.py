"""Who is taken for a machine, and who sends too much to be taken at all. Pure. Suspects go to the spam box, where a
person can release them; beyond a second bound a network is asked to wait, and nothing of it is kept.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from survey_service.core.errors import TooMany
from survey_service.core.i18n.staff import gettext as _

FASTEST = timedelta(seconds=2)
"""Nobody reads a page and answers it in less."""
WINDOW = 60
"""Seconds."""
BURST_LIMIT = 600
"""Anonymous answers from one network in a minute: a school behind one address stays below, a flood does not."""
REFUSED_ABOVE = 3_000
"""So many in a minute are 50 people in each second: a stadium behind one address stays below."""
MAX_NETWORKS = 10_000
EXCESS = "network_excess"
NEAR = [
    ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1", "fc00::/7")
]
"""Where a reverse proxy stands: on this machine, among containers, in a network of one's own."""


def page_verdict(honeypot: str, page_made_at: datetime | None, now: datetime) -> str:
    """Why an anonymous HTML answer looks like a machine's: `honeypot`, `no_token`, `too_fast`, or empty."""
    if honeypot.strip():
        return "honeypot"
    if page_made_at is None:
        return "no_token"
    if -FASTEST < now - page_made_at < FASTEST:  # a mark of later than that is of a clock that was set back since
        return "too_fast"
    return ""


@lru_cache(maxsize=4096)
def neighbourhood_of(address: str) -> str:
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


@lru_cache(maxsize=4096)
def may_be_a_proxy(address: str) -> bool:
    """Whether a peer is on this machine or in a network of one's own, as a reverse proxy is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed.version == near.version and parsed in near for near in NEAR)


def sender(peer: str, forwarded: str) -> str:
    """The address that an answer counts for: the peer's own, or, where that may be a proxy that nobody named, the last
    one of `X-Forwarded-For`. It is believed for counting alone, so that the whole world is not one network."""
    last = forwarded.rpartition(",")[2].strip()
    return last if last and may_be_a_proxy(peer) and _is_address(last) else peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class Bursts:
    """Counts recent answers per network in this process, by seconds of a clock that only goes forward. An exact count
    over all processes is not needed: with several, a network may send as many times more.

    The minute behind is weighed by how much of it lies within the last sixty seconds, so that two numbers a network
    are enough, however much it sends.
    """

    def __init__(self, limit: int = BURST_LIMIT, refused_above: int = REFUSED_ABOVE) -> None:
        self.limit = limit
        self.refused_above = refused_above
        self.recent: dict[str, tuple[int, int, int]] = {}

    def verdict(self, network: str, seconds: float) -> str:
        """Counts one answer from `network`: why it is suspected, empty if it is not. Raises TooMany, with how long to
        wait, for more than is taken from a network in a minute."""
        if not network:
            return ""
        minute, past = divmod(seconds, WINDOW)
        at, count, before = self.recent.get(network, (int(minute), 0, 0))
        if at != int(minute):
            count, before = 0, count if at == int(minute) - 1 else 0
        if network not in self.recent:
            self._make_room(int(minute))
        sent = count + 1 + before * (WINDOW - past) / WINDOW
        if sent > self.refused_above:
            raise _too_many(WINDOW - int(past))
        self.recent[network] = int(minute), count + 1, before
        return EXCESS if sent > self.limit else ""

    def _make_room(self, minute: int) -> None:
        if len(self.recent) < MAX_NETWORKS:
            return
        lately = {network: seen for network, seen in self.recent.items() if seen[0] >= minute - 1}
        if len(lately) >= MAX_NETWORKS:
            # Those that sent most stay: whoever has many networks does not make the others forgotten.
            loudest = sorted(lately, key=lambda network: lately[network][1:], reverse=True)[: MAX_NETWORKS // 2]
            lately = {network: lately[network] for network in loudest}
        self.recent = lately


def _too_many(seconds: int) -> TooMany:
    return TooMany(
        _("More answers come from this network than are taken in a minute. Send it again in %(n)s s.", n=seconds),
        retry_after=seconds,
    )
