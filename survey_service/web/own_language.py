"""The language that a person has chosen for the pages of staff, as their browser remembers it: so it is spoken too
where nobody can be asked who they are, as while the database is away or where an address leads nowhere."""

from typing import Any

from litestar.types import Message, Scope

from survey_service.accounts import sign_in
from survey_service.core import cookies
from survey_service.core.settings import Settings
from survey_service.core.state import state_in


def remembered(scope: Any, settings: Settings) -> str:
    """The language of whoever is signed in in this browser; empty where nobody is, or they have chosen none."""
    if not cookies.sent_in(scope, sign_in.COOKIE, settings):
        return ""
    return cookies.sent_in(scope, cookies.LANGUAGE, settings)


async def remember(message: Message, scope: Scope) -> None:
    """The hook before every message: tells the browser, where it does not know it yet."""
    caller = scope.get("state", {}).get("caller")
    if message["type"] != "http.response.start" or caller is None or caller.via != "session":
        return
    settings = state_in(scope["litestar_app"].state).settings
    if cookies.sent_in(scope, cookies.LANGUAGE, settings) == caller.language:
        return
    lasts = int(sign_in.SESSION_AT_MOST.total_seconds())
    told = cookies.cookie(settings, cookies.LANGUAGE, caller.language, seconds=lasts if caller.language else 0)
    message["headers"] = [*message["headers"], told.to_encoded_header()]
