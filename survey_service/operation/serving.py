"""Serves the application: one process, or several on PostgreSQL that end together."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FrameType

import uvicorn

from survey_service.app import SurveyApp, create_app
from survey_service.core.settings import Settings
from survey_service.core.state import state_in
from survey_service.core.worker_note import WorkerNote
from survey_service.operation.connections import Bounds, Connections, bounds_of_machine
from survey_service.operation.protocol import BoundedProtocol
from survey_service.web.metrics import Metrics

Announce = Callable[[], None]
GRACE_SECONDS = 20
"""How long an accepted request may take to its end after the signal to stop."""
DRAIN_SECONDS = 3.0
"""How long a connection that is kept open may take to bring one more request, which is then its last."""
BACKLOG = 2048


class PortTaken(Exception):
    """Nothing can listen at the address; the message says why."""


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to the address and not listening yet: who comes early is refused, not left waiting.

    Port 0 lets the system choose. Raises PortTaken.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortTaken(f"{host} is no address of this machine: {error.strerror or error}") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise PortTaken(f"Port {port} of {host} cannot be used: {error.strerror or error}") from error
    return bound


@dataclass(frozen=True)
class Told:
    """What is called when requests are answered, and when the end begins."""

    serving: Announce = lambda: None
    ending: Announce = lambda: None


def serve(settings: Settings, bound: socket.socket, told: Told | None = None, worker: WorkerNote | None = None) -> None:
    """Serves in this process until SIGTERM or SIGINT; returns when everything accepted is finished.

    `worker` says how the worker is that was started with it, if one was.
    """
    app = create_app(settings)
    if worker:
        state = state_in(app.state)
        state.put(worker)
        state.part(Metrics).watch(worker)
    Server(app, settings, bounds_of_machine(), told or Told()).run(sockets=[bound])


def configuration(app: SurveyApp, settings: Settings, connections: Connections) -> uvicorn.Config:
    """What the server is told. A header of a proxy counts only if the proxy is trusted."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=partial(BoundedProtocol, connections, https=settings.over_https),  # type: ignore[arg-type]
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        workers=1,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


GC_THRESHOLDS = (20_000, 20, 20)
"""Answers come in crowds and go: looking for cycles among them every 700 objects finds none and costs a tenth."""


class Server(uvicorn.Server):
    """uvicorn's server with bounds, which tells event streams to end before it waits for them."""

    def __init__(self, app: SurveyApp, settings: Settings, bounds: Bounds, told: Told) -> None:
        self.connections = Connections(bounds)
        super().__init__(configuration(app, settings, self.connections))
        state_in(app.state).part(Metrics).registry.register(self.connections)
        self.app = app
        self.told = told
        self.loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts; what was loaded by now stays, and is not looked through by the garbage collector again."""
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        self.told.serving()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins to stop; a second SIGINT does not wait. The signal is not raised again: a clean end is exit code 0."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        if self.loop is not None:
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._begin_to_stop)
        else:
            self.should_exit = True

    def _begin_to_stop(self) -> None:
        if not self.should_exit:
            self.told.ending()
        state_in(self.app.state).stopping.set()
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        self.connections.sweep()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes no more connections; those there are may bring one more request each, then all that was accepted is
        finished."""
        for server in self.servers:
            server.close()
        self.connections.begin_to_drain()
        for connection in self.server_state.connections:
            if isinstance(connection, BoundedProtocol):
                connection.take_no_more()
        sweeping = asyncio.create_task(self._sweep_on())
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    while self.server_state.connections and not self.force_exit:  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
            await super().shutdown(sockets)
        finally:
            sweeping.cancel()

    async def _sweep_on(self) -> None:
        """In the place of the ticks, which have ended."""
        while True:
            self.connections.sweep()
            await asyncio.sleep(0.1)
