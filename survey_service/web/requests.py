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
    began, status, whole = time.perf_counter(), 0, False
    only_head = scope["method"] == "HEAD" and scope["path"] not in state.part(Paths).streams
    asked = {**scope, "method": "GET"} if only_head else scope  # the server itself must still see a HEAD
    header = (b"x-request-id", request_id.encode())
    https = state.settings.over_https

    async def answer(message: Message) -> None:
        nonlocal status, whole
        if message["type"] == "http.response.start":
            status = message["status"]
            message["headers"] = [*completed(message["headers"], https=https), header]
        else:
            whole = not message.get("more_body")
            if only_head:
                message = {**message, "body": b""}
        await send(message)

    try:
        await app(asked, receive, answer)
        if status and not whole:
            _note_cut(scope, "client", state)
    except Exception as error:
        if status and not whole:
            _note_cut(scope, "service", state, error)
        raise
    finally:
        _account(scope, status, time.perf_counter() - began, state)


def _account(scope: Scope, status: int, seconds: float, state: AppState) -> None:
    """One count and, for what is not routine, one line."""
    metrics, path = state.part(Metrics), scope["path"]
    metrics.count(scope["method"], status, seconds)
    if path not in state.part(Paths).about_itself:
        metrics.pulse.count(status, time.monotonic())
    if status >= 500:
        log.error("request", method=scope["method"], path=path, status=status, ms=round(seconds * 1000, 1))
    elif not path.startswith(state.part(Paths).quiet):
        log.debug("request", method=scope["method"], path=path, status=status, ms=round(seconds * 1000, 1))


def _note_cut(scope: Scope, by: str, state: AppState, error: Exception | None = None) -> None:
    """An answer that broke off after its first byte. A page that ends its stream of events does so every time."""
    path: str = scope["path"]
    if error is None and path in state.part(Paths).streams:
        return
    state.part(Metrics).requests.cut[by] += 1
    if error is None:
        log.info("client_left", method=scope["method"], path=path)
    else:
        log.error("answer_broke_off", method=scope["method"], path=path, exc_info=error)
