"""The server with its bounds around an application as small as can be, on a real socket, its clock set by hand."""

import contextlib
import gc
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

from survey_service.core.settings import load
from survey_service.core.state import AppState, kept
from survey_service.operation.connections import Bounds
from survey_service.operation.serving import Server, Told, bind
from survey_service.web.metrics import Metrics
from tests.waiting import until

LARGE, PIECE = 20_000_000, 50_000
PLAIN = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


def post(size: int, path: str = "/") -> bytes:
    """The head of a request with a body of so many bytes."""
    return f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {size}\r\n\r\n".encode()


class Small:
    """Reads what is sent and says how much it was. `/early` does not read it, `/waits` waits, `/breaks` fails after its
    head, `/large` is large, `/later` so, but waits first, `/pieces` as large and sent in pieces."""

    def __init__(self) -> None:
        settings = load({"SURVEY_DATABASE_URL": "sqlite:///never-opened.db"})
        self.settings = settings
        self.state = kept(AppState(settings, Metrics()))
        self.go_on = threading.Event()
        self.waiting = 0
        self.left = 0
        self.headers: list[tuple[bytes, bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for said in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{said}.complete"})
            return
        if scope["path"] == "/early":
            await self._answer(send, 413, b"too large")
            return
        size = 0
        while (message := await receive())["type"] == "http.request":
            size += len(message["body"])
            if not message["more_body"]:
                break
        else:
            self.left += 1
            return
        self.headers = list(scope["headers"])
        if scope["path"] == "/breaks":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await self._wait()
            raise RuntimeError("broken")
        if scope["path"] in ("/waits", "/later"):
            await self._wait()
        content = b"x" * LARGE if scope["path"] in ("/large", "/later", "/pieces") else str(size).encode()
        await self._answer(send, 200, content, PIECE if scope["path"] == "/pieces" else LARGE)

    async def _wait(self) -> None:
        import asyncio

        self.waiting += 1
        await asyncio.to_thread(self.go_on.wait, 20)

    async def _answer(self, send: Any, status: int, content: bytes, piece: int = LARGE) -> None:
        headers = [(b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for at in range(0, len(content), piece):
            last = at + piece >= len(content)
            await send({"type": "http.response.body", "body": content[at : at + piece], "more_body": not last})


class Served:
    """A serving thread, its application and its clock."""

    def __init__(self, **bounds: Any) -> None:
        self.app = Small()
        self.bound = bind("127.0.0.1", 0)
        self.port = self.bound.getsockname()[1]
        self.ready = threading.Event()
        self.ahead = 0.0
        bounded, told = Bounds(**{"connections": 1000, **bounds}), Told(serving=self.ready.set)
        self.server = Server(self.app, self.app.settings, bounded, told)  # type: ignore[arg-type]
        self.connections = self.server.connections
        self.connections.now = lambda: time.monotonic() + self.ahead
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.bound]})

    def client(self, sent: bytes = b"") -> socket.socket:
        """A connection that has sent this."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        made.sendall(sent)
        return made

    def stop(self) -> None:
        """As a signal does it."""
        loop = self.server.loop
        assert loop is not None
        with contextlib.suppress(RuntimeError):  # it has ended already
            loop.call_soon_threadsafe(self.server._begin_to_stop)


@contextlib.contextmanager
def served(**bounds: Any) -> Iterator[Served]:
    """A server with these bounds; nothing of any connection is kept when it has ended."""
    made, thresholds = Served(**bounds), gc.get_threshold()
    made.thread.start()
    assert made.ready.wait(20)
    try:
        yield made
        made.ahead += 1000
        until(lambda: made.connections.open == 0)
        assert made.connections.held == made.connections.behind == 0
        every = made.connections
        lists = (every.heads, every.bodies, every.idle, every.answers, every.parting, every.beyond)
        assert not any(w.members for w in lists)
    finally:
        made.app.go_on.set()
        made.stop()
        made.thread.join(20)
        gc.unfreeze()
        gc.set_threshold(*thresholds)
    assert not made.thread.is_alive()


def has_moved(connection: Any, since: float) -> bool:
    """Whether it is in a list since later than that, or in none any more."""
    return bool(connection.since > since or connection.waits is None)


def more(client: socket.socket) -> bytes:
    """What comes next of a connection that must not have ended."""
    piece = client.recv(65536)
    assert piece, "the connection has ended"
    return piece


def rest(client: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    pieces = []
    with contextlib.suppress(ConnectionResetError):
        while piece := client.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def answer(client: socket.socket) -> bytes:
    """One answer: its head and the body that the head announces."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = client.recv(65536)
        assert piece, f"the connection ended after {got!r}"
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += more(client)
    return got if len(got) > len(head) + 4 + length else head + b"\r\n\r\n" + body
