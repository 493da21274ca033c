"""How much one network sends, judged once for each request, whichever way it goes through the house."""

from typing import Any

from survey_service.core import clock, logs
from survey_service.core.asgi import Scope
from survey_service.core.state import AppState
from survey_service.responses.spam import Bursts, may_be_a_proxy, neighbourhood_of, sender

JUDGED = "excess"
"""Under this name a request keeps its verdict: what the fast lane hands on is not counted twice."""
FORWARDED = b"x-forwarded-for"

log = logs.get(__name__)
MAX_TOLD = 100
_told: set[str] = set()
"""Proxies that nobody named and that were told of in the log."""


def excess(scope: Any, state: AppState) -> str:
    """Why an anonymous answer is suspected for how much its network sends, empty if it is not. Raises TooMany for one
    that is not taken at all."""
    kept = scope.setdefault("state", {})
    if JUDGED not in kept:
        kept[JUDGED] = state.part(Bursts).verdict(neighbourhood_of(_sender(scope)), clock.monotonic())
    verdict: str = kept[JUDGED]
    return verdict


def unnamed_proxy(scope: Any) -> str:
    """The address of a proxy that hands on whom it asks for, and that no setting names; empty if there is none."""
    return _peer(scope) if _handed_on_by_nobody(scope) else ""


def _sender(scope: Scope) -> str:
    peer = _peer(scope)
    forwarded = _handed_on_by_nobody(scope)
    if forwarded and peer not in _told and len(_told) < MAX_TOLD:
        _told.add(peer)
        log.warning("proxy_not_named", proxy=peer)
    return sender(peer, forwarded)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _handed_on_by_nobody(scope: Scope) -> str:
    """What a proxy says of whom it asks for, where no setting names it; a named one stands behind the client that it
    names, which the server has put in its place. Empty where nothing is said."""
    peer = _peer(scope)
    if not may_be_a_proxy(peer):
        return ""
    values: list[bytes] = [value for name, value in scope["headers"] if name == FORWARDED]
    said = values[-1].decode("latin-1") if values else ""
    return "" if peer in (part.strip() for part in said.split(",")) else said
