"""The two requests that come most, answered without the framework's machinery: the survey page, and an answer as JSON.

The same services and the same words at a fraction of the cost. Only what goes well is answered here. Whatever does not
(a form that is closed, a wrong member, a refusal) is handed to the ordinary route with the body read so far, so that
there is one place where it is worded. What the commit refuses is not tried again there, where a submission without an
id could count twice: the ordinary route is given the refusal in the body's place and only words it.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any
from uuid import uuid4

import msgspec
from litestar import Request

from survey_service.core import asgi, clock, templates
from survey_service.core.asgi import App, Headers, Message, Receive, Scope, Send
from survey_service.core.errors import TooMany, Unavailable
from survey_service.core.keyring import Keyring
from survey_service.core.state import AppState
from survey_service.forms import queries as forms
from survey_service.responses import flood, routes, service
from survey_service.responses.group_commit import GroupCommit, said_anew
from survey_service.responses.schemas import MAX_SUBMISSION_BYTES, PreparedResponse, Receipt, Submission
from survey_service.responses.spam_box import SpamBox
from survey_service.survey import pages, rendering

ShortCut = tuple[Callable[[Any], bool], Callable[..., Awaitable[None]]]
"""Whether a request is meant; and what answers it, or hands it to the framework."""


# The survey page -------------------------------------------------------------------------------------------------

SURVEY = "/s/"
PACKED = [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]


def is_survey(scope: Scope) -> bool:
    """Whether this request is for an untouched survey page."""
    path: str = scope["path"]
    return scope["method"] == "GET" and path.startswith(SURVEY) and path.count("/") == 2


async def show(scope: Scope, receive: Receive, send: Send, state: AppState, ordinary: App) -> None:
    """Answers with the page of an open form, or lets `ordinary` answer."""
    try:
        found = await _page(scope, state.keys)
    except Exception:  # whatever it is, it happens again there
        found = None
    if found is None:
        await ordinary(scope, receive, send)
        return
    headers, content = found
    await asgi.answer(send, 200, headers, content)


async def _page(scope: Scope, keys: Keyring) -> tuple[Headers, bytes] | None:
    """Headers and body of the page; None if the form is not open."""
    published = await forms.published(scope["path"][len(SURVEY) :])
    if not published.is_open:
        return None
    request: Request[Any, Any, Any] = Request(scope)  # type: ignore[arg-type]
    embed, place, employee = await pages.way_in(request, published, keys)
    context = pages.survey_context(request, published, place, embed=embed)
    pieces = rendering.empty_survey(published, context)
    mark = pages.mark(keys, published, pages.channel_of(embed), context.place_code, employee)
    identity = str(uuid4())
    headers = _page_headers(rendering.policy(published.allowed_origins, rendering.script_of(published.definition)))
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        return [*headers, *PACKED], rendering.packed(pieces, len(identity), len(mark)).page(identity, mark)
    return headers, pieces.page(identity, mark)


@lru_cache(maxsize=512)
def _page_headers(policy: str) -> Headers:
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


# An answer as JSON -----------------------------------------------------------------------------------------------

API, RESPONSES = "/api/v1/forms/", "/responses"
HEADERS = [
    (b"content-type", b"application/json"),
    *[(name.lower().encode(), value.encode()) for name, value in routes.HEADERS.items()],
]
ORIGIN = service.Origin(channel="api")
_decode = msgspec.json.Decoder(Submission).decode
_encode = msgspec.json.Encoder().encode


def is_submission(scope: Scope) -> bool:
    """Whether this request is a JSON submission."""
    path: str = scope["path"]
    return scope["method"] == "POST" and path.startswith(API) and path.endswith(RESPONSES) and path.count("/") == 5


async def submit(scope: Scope, receive: Receive, send: Send, state: AppState, ordinary: App) -> None:
    """Answers a submission with 201 or 200, or lets `ordinary` answer it."""
    try:
        excess = flood.excess(scope, state)
    except TooMany as error:
        await ordinary(scope, _raising(error), send)
        return
    if (asgi.announced(scope) or 0) > MAX_SUBMISSION_BYTES:  # before it is told to send it
        await ordinary(scope, receive, send)
        return
    messages = await _read(scope, receive)
    body = _whole(messages)
    entry = await _checked(scope, body, state, excess) if body is not None else None
    if entry is None:
        await ordinary(scope, _again(messages, receive), send)
        return
    try:
        outcome = await state.part(GroupCommit).submit(entry)
    except Exception as error:
        await ordinary(scope, _raising(error), send)
        return
    if outcome.status == "conflict":
        await ordinary(scope, _again(messages, receive), send)
        return
    status, content = 201 if outcome.status == "created" else 200, _encode(Receipt(outcome.client_id, outcome.receipt))
    await asgi.answer(send, status, HEADERS, content)


async def _checked(scope: Scope, body: bytes, state: AppState, excess: str) -> PreparedResponse | None:
    """The submission, ready to be committed; None for what the ordinary route has to explain."""
    kinds = [value for name, value in scope["headers"] if name == b"content-type"]
    if len(kinds) != 1 or kinds[0].partition(b";")[0].strip().lower() != b"application/json":
        return None
    slug = scope["path"][len(API) : -len(RESPONSES)]
    try:
        submission = _decode(body)
        if submission.employee and any(name == b"authorization" for name, _ in scope["headers"]):
            return None
        published = await forms.published(slug)
        service.require_json_allowed(published)
        entry = await service.prepare(published, submission, ORIGIN, state.keys, clock.now())
    except Exception:  # whatever it is, it happens again there
        return None
    if not excess:
        return entry
    try:
        await state.part(SpamBox).require_room(entry.workspace, len(body))
    except TooMany:
        return None  # it is still full there
    return msgspec.structs.replace(entry, state="spam", spam_reason=excess)


def _raising(error: Exception) -> Receive:
    async def refuse() -> Message:
        raise said_anew(error) if isinstance(error, Unavailable) else error

    return refuse


async def _read(scope: Scope, receive: Receive) -> list[Message]:
    """The messages of the body, up to its end, to one too many bytes or to where the client left. What is announced as
    too large is not read at all."""
    messages = [await receive()]
    size = len(messages[0].get("body", b""))
    while messages[-1].get("more_body") and size <= MAX_SUBMISSION_BYTES:
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
    return messages


def _whole(messages: list[Message]) -> bytes | None:
    """The body, None if it is too large or did not come to its end."""
    last = messages[-1]
    if last["type"] != "http.request" or last.get("more_body"):
        return None
    content = b"".join([message.get("body", b"") for message in messages])
    return content if len(content) <= MAX_SUBMISSION_BYTES else None


def _again(messages: list[Message], receive: Receive) -> Receive:
    kept = iter(messages)

    async def replay() -> Message:
        message = next(kept, None)
        return message if message is not None else await receive()

    return replay


SHORT_CUTS: Sequence[ShortCut] = ((is_submission, submit), (is_survey, show))
