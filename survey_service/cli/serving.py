"""Serving, and doing what follows an answer."""

import asyncio
import contextlib
import socket
import sys
from dataclasses import replace
from typing import ParamSpec

import click

from survey_service.cli.group import DEMO_RESPONSES, Failure, Misuse, filled, prepared, with_settings
from survey_service.core import clock
from survey_service.core.settings import Settings

P = ParamSpec("P")


@click.command()
@click.option("--host", help="The address to listen on.  [default: SURVEY_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 takes a free one.  [default: SURVEY_PORT]")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes (PostgreSQL).")
@with_settings
def serve(settings: Settings, host: str | None, port: int | None, workers: int) -> None:
    """Serve until SIGTERM or Ctrl-C; what was accepted by then is finished."""
    if workers > 1 and settings.is_sqlite:
        raise Misuse("SQLite has room for one writer, so one process serves it. Several need PostgreSQL.")
    settings, bound = _bound(
        replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    )
    sys.exit(_serve(settings, bound, workers, asyncio.run(_ready(settings))))


@click.command()
@click.option("--host", help="The address to listen on.  [default: SURVEY_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 takes a free one.  [default: SURVEY_PORT]")
@click.option("--responses", type=click.IntRange(0), default=DEMO_RESPONSES, show_default=True, help="Demo answers.")
@with_settings
def run(settings: Settings, host: str | None, port: int | None, responses: int) -> None:
    """Set up what is missing, fill an empty database with demo data, print a sign-in link and serve."""
    settings, bound = _bound(
        replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    )
    told = asyncio.run(_ready(settings))
    if responses:
        asyncio.run(filled(settings, responses, seed=1))
    email, link = asyncio.run(_let_in(settings))
    sys.exit(_serve(settings, bound, more=f"{told}\nSign in once, as {email}:\n  {link}"))


async def _ready(settings: Settings) -> str:
    """The database made ready, and the keys that sign noted; gives what whoever starts the service has to know."""
    from survey_service.accounts import signing_service
    from survey_service.app import opened

    told = await prepared(settings)
    async with opened(settings):
        await signing_service.note_keys(settings, clock.now())
    return told


def _bound(settings: Settings) -> tuple[Settings, socket.socket]:
    """The socket to serve on, and the settings with its true port. Taken before anything slow is begun."""
    from survey_service.operation import serving

    try:
        bound = serving.bind(settings.host, settings.port)
    except serving.PortTaken as error:
        raise Failure(f"{error}. Set SURVEY_PORT, or use --port, for another one.") from error
    return replace(settings, port=bound.getsockname()[1]), bound


def _serve(settings: Settings, bound: socket.socket, workers: int = 1, more: str = "") -> int:
    """Serves and says where; gives the exit code."""
    from survey_service.operation import working

    text = f"Serving on {replace(settings, base_url='').public_url}"
    text += f" as {settings.base_url}" if settings.base_url else ""
    if not settings.base_url:
        more = f"{more}\nOnly this machine can open it. How to run for real: docs/operating.md"
    if workers > 1:
        _say(f"{text} with {workers} processes{more}")
        return working.serve_with_many(settings, bound, workers)
    working.serve(settings, bound, lambda: _say(text + more))
    return 0


def _say(text: str) -> None:
    """On standard output, if anybody reads along there: whoever serves does not depend on it."""
    with contextlib.suppress(OSError):
        click.echo(text)


async def _let_in(settings: Settings) -> tuple[str, str]:
    """The e-mail of an owner, and the address of a fresh sign-in link."""
    from survey_service.app import opened
    from survey_service.operation import owners

    async with opened(settings):
        email, secret = await owners.let_owner_in(settings)
        return email, owners.link_address(settings, secret)


@click.command()
@with_settings
def worker(settings: Settings) -> None:
    """Do what follows an answer, beside or apart from `serve`, until SIGTERM; what was begun is finished."""
    from survey_service.operation import working

    told = asyncio.run(_ready(settings))
    asyncio.run(working.work(settings, lambda: _say(f"Working{told}")))


COMMANDS = (serve, run, worker)
