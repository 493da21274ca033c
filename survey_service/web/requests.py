"""What surrounds every request: its id, its log line and measurement, and HEAD for every GET."""

import time
from typing import Any, cast

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from survey_service.core import logs
from survey_service.core.ids import new_id
from survey_service.web.metrics import Metrics

log = logs.get(__name__)
STREAMS = ("/app/stream",)
QUIET = ("/healthz", "/readyz", "/metrics", "/static/")


def surround(app: ASGIApp, metrics: Metrics) -> ASGIApp:
    """`app` with a request id on the way in (and on the answer), and a line and a count on the way out."""

    async def serve(any_scope: Scope, receive: Receive, send: Send) -> None:
        scope = cast("dict[str, Any]", any_scope)
        if scope["type"] != "http":
            await app(any_scope, receive, send)
            return
        request_id = new_id().hex[-12:]
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began, status = time.perf_counter(), 0
        only_head = scope["method"] == "HEAD" and scope["path"] not in STREAMS
        if only_head:
            scope["method"] = "GET"

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            elif only_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await app(any_scope, receive, answer)
        finally:
            _account(scope, status, time.perf_counter() - began, metrics)
            structlog.contextvars.unbind_contextvars("request_id")

    return serve


def _account(scope: Any, status: int, seconds: float, metrics: Metrics) -> None:
    """One count and, for what is not routine, one line."""
    metrics.requests.labels(scope["method"], str(status)).inc()
    metrics.seconds.observe(seconds)
    path: str = scope["path"]
    if status >= 500:
        log.error("request", method=scope["method"], path=path, status=status, ms=round(seconds * 1000, 1))
    elif not path.startswith(QUIET):
        log.debug("request", method=scope["method"], path=path, status=status, ms=round(seconds * 1000, 1))
