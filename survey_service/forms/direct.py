"""The survey page without the framework's machinery: what the ordinary route answers, at a fraction of its cost.

Only what goes well is answered here. A form that is unknown or closed, and whatever else needs words, is handed to
the ordinary route.
"""

from functools import lru_cache
from typing import Any
from uuid import uuid4

from litestar import Request

from survey_service.core import asgi, templates
from survey_service.core.asgi import App, Headers, Receive, Scope, Send
from survey_service.forms import pages, queries, rendering

PREFIX = "/s/"
PACKED = [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]


def is_survey(scope: Scope) -> bool:
    """Whether this request is for an untouched survey page."""
    path: str = scope["path"]
    return scope["method"] == "GET" and path.startswith(PREFIX) and path.count("/") == 2


async def show(scope: Scope, receive: Receive, send: Send, state: Any, ordinary: App) -> None:
    """Answers with the page of an open form, or lets `ordinary` answer."""
    try:
        found = await _page(scope, state["secret"])
    except Exception:  # whatever it is, it happens again there
        found = None
    if found is None:
        await ordinary(scope, receive, send)
        return
    headers, content = found
    await asgi.answer(send, 200, headers, content)


async def _page(scope: Scope, secret: str) -> tuple[Headers, bytes] | None:
    """Headers and body of the page; None if the form is not open."""
    head = await queries.head(scope["path"][len(PREFIX) :])
    if not head.is_open:
        return None
    request: Request[Any, Any, Any] = Request(scope)  # type: ignore[arg-type]
    embed, place = await pages.way_in(request, head)
    setting = pages.survey_setting(request, head, place, embed=embed)
    pieces = rendering.empty_survey(head, setting)
    mark = pages.mark(secret, head, pages.channel_of(embed), setting.place_code)
    identity = str(uuid4())
    headers = _headers(rendering.policy(head.allowed_origins))
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        return [*headers, *PACKED], rendering.packed(pieces, len(identity), len(mark)).page(identity, mark)
    return headers, pieces.page(identity, mark)


@lru_cache(maxsize=512)
def _headers(policy: str) -> Headers:
    """The headers of every page with this policy, as the ordinary route sends them."""
    plain = templates.html(b"", policy=policy)
    own = [(name.lower().encode(), value.encode()) for name, value in plain.headers.items()]
    return [*own, (b"content-type", b"text/html; charset=utf-8")]


@lru_cache(maxsize=256)
def _takes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header names gzip and does not refuse it."""
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";")
        if coding == "gzip":
            return not weight.startswith("q=0") or any(digit in "123456789" for digit in weight[3:])
    return False
