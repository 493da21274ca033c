"""The server's interface (ASGI 3.0) as types, for what works below the framework."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
LONGEST_LENGTH = 15
"""Digits of the length of a body: nobody sends more than that, and who says so is no client of ours."""
Headers = list[tuple[bytes, bytes]]


def announced(scope: Mapping[str, Any]) -> int | None:
    """How long the body will be, as the client says; None if it does not, or in no words that we know."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said) if said.isdigit() and len(said) <= LONGEST_LENGTH else None


async def answer(send: Send, status: int, headers: Headers, content: bytes) -> None:
    """Sends a whole answer; its length is added to the headers."""
    length = (b"content-length", str(len(content)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": content})
