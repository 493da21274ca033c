"""The cookies of staff: named, bound to the service and read in one way, whatever they hold.

A name that begins with `__Host-` or `__Secure-` is taken by browsers only from the host itself over https, the first
one only for the whole host (RFC 6265bis, 4.1.3): nobody on a neighbouring name or on the way can plant it.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from survey_service.core.http import state_of
from survey_service.core.settings import Settings

LANGUAGE = "survey_language"
"""Which language whoever is signed in has chosen for the pages of staff."""


def name_of(name: str, settings: Settings) -> str:
    """The name that a cookie goes by where the service stands. Over plain http there is nothing to promise."""
    if not settings.over_https:
        return name
    return f"__Secure-{name}" if settings.public_path else f"__Host-{name}"


def cookie(settings: Settings, name: str, value: str, *, seconds: int, for_scripts: bool = False) -> Cookie:
    """A cookie for the whole service and nothing beside it, never sent along from other sites' forms."""
    return Cookie(
        key=name_of(name, settings),
        value=value,
        max_age=seconds,
        path=settings.public_path or "/",
        httponly=not for_scripts,
        samesite="lax",
        secure=settings.over_https,
    )


def ended(settings: Settings, name: str) -> Cookie:
    """What takes a cookie away. Browsers refuse it unless it is as whole as the one that it ends."""
    return cookie(settings, name, "", seconds=0)


def value_of(connection: ASGIConnection[Any, Any, Any, Any], name: str) -> str:
    """What the browser sent under this name, empty for nothing."""
    return sent_in(connection.scope, name, state_of(connection).settings)


def sent_in(scope: Any, name: str, settings: Settings) -> str:
    """The same of a request that the framework has not seen yet."""
    found: str = ASGIConnection[Any, Any, Any, Any](scope).cookies.get(name_of(name, settings), "")
    return found
