"""A reverse proxy as small as can be: what lies under its path goes to the service, with the path or without it."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

PASSED_ON = ("cookie", "content-type", "accept", "accept-encoding", "accept-language", "user-agent", "origin",
             "sec-fetch-site", "authorization", "cache-control")  # fmt: skip
KEPT_BACK = ("connection", "transfer-encoding", "content-length", "date", "server")


class Proxy(ThreadingHTTPServer):
    """Listens from the start, so that its address can be told to the service behind it; `upstream` comes later.

    `strays` are the requests outside of `path`: pages that forgot where they stand.
    """

    daemon_threads = True

    def __init__(self, path: str, *, keeps_path: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.path, self.keeps_path = path, keeps_path
        self.upstream = ""
        self.strays: list[str] = []
        self.seen: list[str] = []

    @property
    def address(self) -> str:
        """Where the outside finds the service."""
        return f"http://127.0.0.1:{self.server_address[1]}{self.path}"


class Handler(BaseHTTPRequestHandler):
    """One request through the proxy."""

    server: Proxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Hands it on, and the answer back, piece by piece."""
        self.server.seen.append(f"{self.command} {self.path}")
        if not self.path.startswith(f"{self.server.path}/") and self.path != self.server.path:
            self.server.strays.append(f"{self.command} {self.path}")
            self.send_error(404, "outside of the path")
            return
        inside = self.path if self.server.keeps_path else self.path[len(self.server.path) :] or "/"
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() in PASSED_ON}
        headers |= {"Host": self.headers["Host"], "X-Forwarded-For": self.client_address[0]}
        with httpx.stream(
            self.command, self.server.upstream + inside, content=body, headers=headers, timeout=None
        ) as answer:
            self._hand_back(answer)

    do_POST = do_HEAD = do_PATCH = do_GET  # noqa: N815  (names of the base class)

    def _hand_back(self, answer: httpx.Response) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            if name not in KEPT_BACK:
                self.send_header(name, value)
        self.send_header("connection", "close")
        self.end_headers()
        with contextlib.suppress(OSError, httpx.TransportError):
            for piece in answer.iter_raw():
                self.wfile.write(piece)
                self.wfile.flush()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextlib.contextmanager
def before(path: str, *, keeps_path: bool) -> Iterator[Proxy]:
    """A proxy that serves in a thread of its own."""
    proxy = Proxy(path, keeps_path=keeps_path)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
