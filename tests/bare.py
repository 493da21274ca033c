"""Requests as the server hands them to the application: no client has tidied them, or sends them to their end."""

from collections.abc import Iterable, Mapping
from typing import Any

WHOLE = {"type": "http.request", "body": b"", "more_body": False}
"""All of a request without a body."""
LEFT = {"type": "http.disconnect"}


def request(method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """The head of a request."""
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "state": {},
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.9", 5), "server": ("testserver.local", 80),
    }  # fmt: skip


async def ask(
    app: Any, method: str, path: str, received: Iterable[dict[str, Any]] = (WHOLE,), **headers: str
) -> list[dict[str, Any]]:
    """What is sent to a client that sends this and leaves. A header is named as a variable is: `content_type`."""
    coming, sent = iter(received), []

    async def receive() -> dict[str, Any]:
        return next(coming, LEFT)

    async def send(message: Any) -> None:
        sent.append(message)

    named = {name.replace("_", "-"): value for name, value in headers.items()}
    await app(request(method, path, named), receive, send)
    return sent
