"""A way to a PostgreSQL by TCP that goes dark when it is told to: what is sent vanishes, and nobody says so."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit, urlunsplit


class Relay:
    """Listens on a port of its own and hands on what comes, both ways, while it is not dark."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.light = asyncio.Event()
        self.light.set()
        self.writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.add(writer)
        with contextlib.suppress(asyncio.CancelledError):  # the test is over
            await self.light.wait()
            behind = await self._to_the_server()
            self.writers.add(behind[1])
            await asyncio.gather(self._hand_on(reader, behind[1]), self._hand_on(behind[0], writer))

    async def _to_the_server(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        parts = urlsplit(self.dsn)
        asked = parse_qs(parts.query)
        if folder := asked.get("host"):
            port = asked.get("port", [str(parts.port or 5432)])[0]
            return await asyncio.open_unix_connection(f"{folder[0]}/.s.PGSQL.{port}")
        return await asyncio.open_connection(parts.hostname, parts.port or 5432)

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while sent := await reader.read(65_536):
                await self.light.wait()
                writer.write(sent)
                await writer.drain()
        writer.close()

    def go_dark(self) -> None:
        """Nothing gets through in either direction; connections stay as they are."""
        self.light.clear()

    def go_on(self) -> None:
        """What was held back arrives."""
        self.light.set()

    def end(self) -> None:
        """Ends every connection."""
        for writer in self.writers:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def relay(dsn: str) -> AsyncIterator[Relay]:
    """One to the server of `dsn`."""
    made = Relay(dsn)
    server = await asyncio.start_server(made._connected, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.end()


def through(dsn: str, *relays: Relay) -> str:
    """The address of the same database by these ways, in this order."""
    parts = urlsplit(dsn)
    who, at, _ = parts.netloc.rpartition("@")
    places = ",".join(f"127.0.0.1:{one.port}" for one in relays)
    return urlunsplit(parts._replace(netloc=f"{who}{at}{places}", query=""))
