"""Who may call which handler. The handler's `opt` says it, and a handler that says nothing is open to nobody.

`opt={"role": "viewer"}` asks for a session of that role or a mightier one, `opt={"scope": "forms:read"}` for an
API key with that scope, `opt={"public": True}` for nothing. A session never opens the API, nor a key a page.
"""

from functools import partial
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler

from survey_service.accounts import key_service, sign_in
from survey_service.accounts.actions import RefusalAction
from survey_service.accounts.refusal_service import Refusal
from survey_service.accounts.refusals import refusal_of, refused
from survey_service.accounts.schemas import ROLES, SCOPES, Caller
from survey_service.core import addresses, asgi, cookies, tokens
from survey_service.core.errors import Forbidden, PageFromBefore, SignInRequired
from survey_service.core.http import fields_of, form_fields, state_of
from survey_service.core.i18n.staff import N_, speak, wished
from survey_service.core.i18n.staff import gettext as _
from survey_service.core.panels import OfRooms
from survey_service.core.unsent import CSRF_FIELDS, MAX_BYTES, unsent

__all__ = ["DEPENDENCIES", "SCOPES", "Caller", "NamedDependency", "authorise", "from_own_page", "provide_caller"]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "X-CSRF-Token"
ONLY_FOR = {
    ("owner", "manager"): N_("This is for owners; you are signed in as manager."),
    ("owner", "viewer"): N_("This is for owners; you are signed in as viewer."),
    ("manager", "viewer"): N_("This is for managers; you are signed in as viewer."),
}
"""(Role that is asked for, the caller's) → the refusal."""

Connection = ASGIConnection[Any, Any, Any, Any]


async def authorise(connection: Connection, handler: BaseRouteHandler) -> None:
    """The guard of the routers /app and /api/v1. Raises SignInRequired or Forbidden."""
    role, scope = handler.opt.get("role"), handler.opt.get("scope")
    if handler.opt.get("public") is True or connection.scope.get("method") == "OPTIONS":
        return
    if role in ROLES:
        await _remember(connection, handler)
        caller = await _person(connection, role)
    elif scope in SCOPES:
        caller = await program(connection, scope)
    else:
        raise RuntimeError(f"{handler} says neither role nor scope nor public, so nobody may call it")
    connection.scope["state"]["caller"] = caller


async def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """The dependency `caller` of every handler that is not public."""
    caller: Caller = request.scope["state"]["caller"]
    return caller


DEPENDENCIES = {"caller": Provide(provide_caller)}
"""What the routers provide."""


async def _remember(connection: Connection, handler: BaseRouteHandler) -> None:
    """Keeps at hand what a page of our own sent: if it cannot be taken, it is shown again and not lost."""
    length = asgi.announced(connection.scope)
    small = length is not None and length <= MAX_BYTES
    if isinstance(connection, Request) and connection.method == "POST" and small and is_from_own_page(connection):
        fields = await form_fields(connection)
        kept = unsent(connection.url.path, fields, handler.opt.get("secret", ()))
        connection.scope["state"]["unsent"] = kept


async def _person(connection: Connection, role: str) -> Caller:
    secret = cookies.value_of(connection, sign_in.COOKIE)
    caller = await sign_in.caller_of_session(secret) if secret else None
    if caller is None:
        raise SignInRequired(_("Sign in to see this page."))
    speak(caller.language or wished(connection.headers.get("Accept-Language", "")))
    if not reaches(caller.role, role):
        refused(connection, RefusalAction.WRONG_ROLE, refusal_of(caller, called(connection, connection.url.path)))
        raise Forbidden(_(ONLY_FOR[role, caller.role]), what_to_do=_("Ask an owner of your workspace."))
    if connection.scope.get("method") not in SAFE_METHODS:
        await _check_csrf(connection, caller)
    return await _with_rail(connection, caller)


def called(connection: Connection, path: str) -> str:
    """What people call the page at a path, as a message; empty for one that they do not name."""
    of_rooms = state_of(connection).part_or_none(OfRooms)
    return of_rooms.rail.label_of(path) if of_rooms else ""


def reaches(role: str, wanted: str) -> bool:
    """Whether a role is the wanted one or a mightier one."""
    order = list(ROLES)
    return order.index(role) <= order.index(wanted)


async def _with_rail(connection: Connection, caller: Caller) -> Caller:
    """The caller with the rail, and with the numbers beside its sections where a page is asked for."""
    of_rooms = state_of(connection).part_or_none(OfRooms)
    if of_rooms is None:
        return caller
    rail = of_rooms.rail.opened_by(partial(reaches, caller.role))
    is_page = "text/html" in connection.headers.get("Accept", "")
    return msgspec.structs.replace(caller, rail=await rail.counted(caller) if is_page else rail)


async def _check_csrf(connection: Connection, caller: Caller) -> None:
    """What changes something carries the session's token: only our own pages know it."""
    assert isinstance(connection, Request), "only HTTP has unsafe methods"
    given = connection.headers.get(CSRF_HEADER) or await _csrf_field(connection)
    if not given or not tokens.same(given, caller.csrf_token):
        raise PageFromBefore(
            _("Nothing was changed: this page is from before you signed in, or from somewhere else."),
            csrf_token=caller.csrf_token,
            what_to_do=_("Go back, reload the page, and send it again."),
        )


async def _csrf_field(request: Request[Any, Any, Any]) -> str:
    fields = await fields_of(request)
    return next((fields[name] for name in CSRF_FIELDS if name in fields), "")


async def program(connection: Connection, scope: str) -> Caller:
    """`caller_of_key`, where nobody is let in without one: a key that is refused is told in the audit trail."""
    secret = _bearer(connection)
    try:
        return await caller_of_key(connection, scope)
    except SignInRequired:
        if secret:
            refused(connection, RefusalAction.WRONG_KEY, Refusal(key_hash=tokens.hashed(secret)))
        raise
    except Forbidden:
        if caller := await key_service.caller_of_key(secret):
            refused(connection, RefusalAction.WRONG_SCOPE, refusal_of(caller, scope))
        raise


def _bearer(connection: Connection) -> str:
    """The key that is sent, empty for none."""
    kind, _space, secret = connection.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


async def caller_of_key(connection: Connection, scope: str) -> Caller:
    """The program that calls, by its key. Raises SignInRequired, or Forbidden for a key without the scope."""
    secret = _bearer(connection)
    caller = await key_service.caller_of_key(secret) if secret else None
    if caller is None:
        why = await key_service.why_not(secret) if secret else ""
        raise SignInRequired(why or _("Send an API key that holds: “Authorization: Bearer <key>”."))
    if scope not in caller.scopes:
        raise Forbidden(_("This key lacks the scope %(scope)s.", scope=scope))
    return caller


async def from_own_page(connection: Connection, handler: BaseRouteHandler) -> None:
    """The guard of forms that are sent before there is a session: they come from a page of our own.

    Browsers say so themselves where the address is secure, else the Origin has to be ours. Programs send neither and
    carry no one's cookies.
    """
    site, origin = connection.headers.get("Sec-Fetch-Site"), connection.headers.get("Origin")
    unsaid = site == "none" or not (site or origin)
    if not unsaid and not is_from_own_page(connection):
        base = state_of(connection).settings.base_url
        there = _("Open %(address)s and try there.", address=f"{base}/app/sign-in")
        raise Forbidden(
            _("This form was sent from another site or address."),
            what_to_do=there if base else _("Open our sign-in page and try there."),
        )


def is_from_own_page(connection: Connection) -> bool:
    """Whether the browser says that a page of our own sent this."""
    site, origin = connection.headers.get("Sec-Fetch-Site"), connection.headers.get("Origin")
    if site:
        return site == "same-origin"
    base = state_of(connection).settings.base_url
    return origin is not None and addresses.is_own_origin(origin, connection.headers.get("Host", ""), base)
