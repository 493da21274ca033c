"""A sign in the browser that what a page of staff sent was taken: until it is seen, the page's script keeps the words.

Neither a lost connection nor a proxy's page of its own can set it, and the page that comes next reads it, whichever
that is.
"""

from typing import Any
from urllib.parse import quote

from litestar.types import Message, Scope

from survey_service.core import cookies
from survey_service.core.state import state_in

COOKIE = "survey_arrived"
SECONDS = 60
"""The page that follows is there by then; it takes the sign away."""


async def say_so(message: Message, scope: Scope) -> None:
    """The hook before every message: marks what was done on behalf of somebody who is signed in."""
    if message["type"] != "http.response.start" or message["status"] >= 400 or scope.get("method") != "POST":
        return
    handler: Any = scope.get("route_handler")
    if handler is None or "role" not in handler.opt:
        return
    settings = state_in(scope["litestar_app"].state).settings
    sign = cookies.cookie(settings, COOKIE, quote(scope["path"], safe=""), seconds=SECONDS, for_scripts=True)
    message["headers"] = [*message["headers"], sign.to_encoded_header()]
