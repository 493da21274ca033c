"""Connections to the first host of an address that fits: all are asked at once, so that one of them that is silent
costs nothing, and a connection whose other end is gone is noticed within seconds, also by who only waits.
"""

import asyncio
import contextlib
import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import msgspec

from survey_service.core.database import patience

CONNECT_SECONDS = 1.5
PATIENT_CONNECT_SECONDS = 10.0
KEEPALIVE = (("TCP_KEEPIDLE", 2), ("TCP_KEEPINTVL", 1), ("TCP_KEEPCNT", 2), ("TCP_USER_TIMEOUT", 4_000))
"""Seconds until an idle connection is asked for a sign of life, between questions, how many go without an answer, and
the milliseconds after which what was sent must have arrived."""


class Host(msgspec.Struct, frozen=True):
    """One server: a name, a number or the folder of a socket; `port` None for the usual one."""

    name: str
    port: int | None


def hosts_of(dsn: str) -> list[Host]:
    """The servers that an address names, in its order; none if it leaves that to the environment."""
    parts = urlsplit(dsn)
    asked = parse_qs(parts.query)
    names, ports = _listed(asked.get("host")), _listed(asked.get("port"))
    if not names:
        both = [_split(place) for place in parts.netloc.rpartition("@")[2].split(",") if place]
        names, ports = [name for name, _ in both], [port for _, port in both]
    if len(ports) == 1:
        ports = ports * len(names)
    ports += [""] * (len(names) - len(ports))
    return [Host(unquote(name), int(port) if port else None) for name, port in zip(names, ports, strict=False)]


def _listed(values: Sequence[str] | None) -> list[str]:
    return values[0].split(",") if values else []


def _split(place: str) -> tuple[str, str]:
    """`name:port`, `[::1]:port` or a name alone."""
    if place.startswith("["):
        name, _, rest = place[1:].partition("]")
        return name, rest.removeprefix(":")
    name, _, port = place.partition(":")
    return name, port


async def connect(dsn: str, **wanted: Any) -> Any:
    """A connection to the first host that takes one and is what was asked for, of asyncpg's kind. Raises what the most
    telling of them said."""
    hosts = hosts_of(dsn)
    seconds = CONNECT_SECONDS if patience.in_a_hurry() else PATIENT_CONNECT_SECONDS
    wanted["timeout"] = min(seconds, patience.current().left())
    if not hosts:
        return _watched(await asyncpg.connect(dsn, **wanted))
    if len(hosts) > 1 and "target_session_attrs" not in dsn:
        wanted["target_session_attrs"] = "read-write"
    tries = [asyncio.create_task(asyncpg.connect(dsn, host=host.name, port=host.port, **wanted)) for host in hosts]
    return _watched(await first_of(tries))


async def first_of(tries: Sequence["asyncio.Task[Any]"]) -> Any:
    """The connection that is there first; the other tries are ended, and what they got is given back."""
    waiting = set(tries)
    won: asyncio.Task[Any] | None = None
    try:
        while waiting and won is None:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            won = next((one for one in tries if one in done and not one.cancelled() and not one.exception()), None)
        await _end([one for one in tries if one is not won])
    except BaseException:  # called off
        for one in tries:
            one.add_done_callback(_give_back)
            one.cancel()
        raise
    if won is not None:
        return won.result()
    raise min((error for one in tries if (error := one.exception())), key=_telling)


async def _end(tries: Sequence["asyncio.Task[Any]"]) -> None:
    for one in tries:
        one.add_done_callback(_give_back)
        one.cancel()
    await asyncio.gather(*tries, return_exceptions=True)


def _give_back(one: "asyncio.Task[Any]") -> None:
    if not one.cancelled() and not one.exception():
        one.result().terminate()


def _telling(error: BaseException) -> int:
    """What a server said itself comes before what the way to it did, and that before silence."""
    if isinstance(error, asyncpg.PostgresError):
        return 0
    return 2 if isinstance(error, TimeoutError) else 1


def _watched(connection: Any) -> Any:
    """The same connection, with signs of life asked for by this machine: the driver leaves that to the system, which
    waits for two hours. It has no way of its own to reach the socket."""
    reached = connection._transport.get_extra_info("socket")
    if reached is not None and reached.family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            reached.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in KEEPALIVE:
                if hasattr(socket, name):  # other systems have other names for some
                    reached.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return connection
