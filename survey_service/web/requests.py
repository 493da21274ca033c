"""What surrounds every request: its id, its log line and measurement, headers, and HEAD for every GET."""

import os
import time

from survey_service.core import database, logs
from survey_service.core.asgi import App, Message, Receive, Scope, Send
from survey_service.core.state import AppState
from survey_service.web.headers import completed
from survey_service.web.metrics import Metrics
from survey_service.web.paths import Paths

log = logs.get(__name__)


async def surround(app: App, state: AppState, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one HTTP request: with an id (in the log, on the answer), a count and, for errors, a line."""
    request_id = os.urandom(6).hex()
    scope.setdefault("state", {})["request_id"] = request_id
    logs.request_id.set(request_id)
    database.allow(database.HURRIED_SECONDS)
    began, status = time.perf_counter(), 0
    only_head = scope["method"] == "HEAD" and scope["path"] not in state.part(Paths).streams
    asked = {**scope, "method": "GET"} if only_head else scope  # the server itself must still see a HEAD
    header = (b"x-request-id", request_id.encode())
    https = state.settings.over_https

    async def answer(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            message["headers"] = [*completed(message["headers"], https=https), header]
        elif only_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    try:
        await app(asked, receive, answer)
    finally:
        _account(scope, status, time.perf_counter() - began, state)


def _account(scope: Scope, status: int, seconds: float, state: AppState) -> None:
    """One count and, for what is not routine, one line."""
    state.part(Metrics).count(scope["method"], status, seconds)
    path: str = scope["path"]
    if status >= 500:
        log.error("request", method=scope["method"], path=path, status=status, ms=round(seconds * 1000, 1))
    elif not path.startswith(state.part(Paths).quiet):
        log.debug("request", method=scope["method"], path=path, status=status, ms=round(seconds * 1000, 1))
