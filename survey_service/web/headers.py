"""What every answer carries, whichever room it comes from: said here and nowhere else. An answer may say less than is
added here by saying it itself; what its page may do stands in `core/policies`."""

from functools import lru_cache

from survey_service.core import policies
from survey_service.core.asgi import Headers

POLICY = b"content-security-policy"
ANYWHERE = b"access-control-allow-origin"
ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"cache-control": b"no-store",  # by nobody on the way and not by the browser: most of it is about persons
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
    POLICY: policies.NOTHING.encode(),
}
"""By name, what an answer says that says nothing else itself."""
HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
"""For a year browsers ask this host over https alone. Of hosts below it nothing is known here."""
FRAMED = {b"'none'": b"DENY", b"'self'": b"SAMEORIGIN"}
"""Who may frame a page, for browsers that do not know `frame-ancestors`. Other sites have no name there."""
OWN = b"cross-origin-resource-policy"


def completed(headers: Headers, *, https: bool) -> Headers:
    """An answer's own headers and those that none goes without."""
    own = {name.lower(): value for name, value in headers}
    _, _, ancestors = own.get(POLICY, ALWAYS[POLICY]).rpartition(b"frame-ancestors")
    return [*headers, *_lacking(frozenset(own), FRAMED.get(ancestors.strip(), b""), https)]


@lru_cache(maxsize=256)
def _lacking(own: frozenset[bytes], framed: bytes, https: bool) -> Headers:
    """What to add to headers with these names; `framed` is empty for a page that other sites may frame."""
    added = [(name, value) for name, value in ALWAYS.items() if name not in own]
    if OWN not in own:
        added.append((OWN, b"same-origin" if framed and ANYWHERE not in own else b"cross-origin"))
    if framed:
        added.append((b"x-frame-options", framed))
    return [*added, HTTPS_ONLY] if https else added
