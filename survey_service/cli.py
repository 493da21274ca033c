"""The command line: `survey-service`, one command for each thing that an operator does.

Domains are imported inside the commands: they look for the settings, and `--help` must work without any.
"""

import asyncio
import contextlib
import functools
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Concatenate, ParamSpec

import asyncpg
import click

from survey_service.core import clock, logs
from survey_service.core.database import schema
from survey_service.core.errors import ServiceError
from survey_service.core.settings import Settings, SettingsError, load
from survey_service.counts.dimensions import DIMENSIONS, RECEIVED
from survey_service.operation.files import whole
from survey_service.operation.progress import shown

if TYPE_CHECKING:
    from survey_service.responses.filters import Filter

P = ParamSpec("P")
DEMO_RESPONSES = 50_000
FILE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


class Failure(click.ClickException):
    """What went wrong, in one line on standard error; exit code 1."""


class Misuse(Failure):
    """What was asked wrongly; exit code 2."""

    exit_code = 2


class Commands(click.Group):
    """Says every expected failure in one line instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # Somebody has read enough; click ends quietly.
        except SettingsError as error:
            raise Misuse(str(error)) from error
        except ServiceError as error:
            raise Failure(_in_words(error)) from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError, sqlite3.Error, ConnectionError, TimeoutError) as error:
            raise Failure(f"The database does not answer: {error or type(error).__name__}") from error
        except OSError as error:
            raise Failure(str(error)) from error


def _in_words(error: ServiceError) -> str:
    """The error's sentences: the whole's, each field's, and what to do."""
    fields = (f"{each.field}: {each.message}" for each in error.errors if each.message != error.message)
    return " ".join(filter(None, (error.message, *fields, error.what_to_do)))


def with_settings(work: Callable[Concatenate[Settings, P], None]) -> Callable[P, None]:
    """Loads the settings when the command runs and gives them to it first."""

    @functools.wraps(work)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        settings = load()
        schema.point_piccolo_here()
        logs.configure(settings)
        work(settings, *args, **kwargs)

    return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="survey-service")
def main() -> None:
    """Self-hosted surveys and satisfaction feedback. Settings are environment variables SURVEY_*."""


# Serving and working ---------------------------------------------------------------------------------------------


@main.command()
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
    sys.exit(_serve(settings, bound, workers, asyncio.run(_prepared(settings))))


@main.command()
@click.option("--host", help="The address to listen on.  [default: SURVEY_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="The port; 0 takes a free one.  [default: SURVEY_PORT]")
@click.option("--responses", type=click.IntRange(0), default=DEMO_RESPONSES, show_default=True, help="Demo answers.")
@with_settings
def run(settings: Settings, host: str | None, port: int | None, responses: int) -> None:
    """Set up what is missing, fill an empty database with demo data, print a sign-in link and serve."""
    settings, bound = _bound(
        replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    )
    told = asyncio.run(_prepared(settings))
    if responses:
        asyncio.run(_filled(settings, responses, seed=1))
    email, link = asyncio.run(_let_in(settings))
    sys.exit(_serve(settings, bound, more=f"{told}\nSign in once, as {email}:\n  {link}"))


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
    from survey_service.operation import processes, serving

    text = f"Serving on {replace(settings, base_url='').public_url}"
    text += f" as {settings.base_url}" if settings.base_url else ""
    if not settings.base_url:
        more = f"{more}\nOnly this machine can open it. How to run for real: docs/operating.md"
    if workers > 1:
        click.echo(f"{text} with {workers} processes{more}")
        return processes.Family(workers, lambda: serving.serve(settings, bound)).run()
    serving.serve(settings, bound, lambda: click.echo(text + more))
    return 0


async def _let_in(settings: Settings) -> tuple[str, str]:
    """The e-mail of an owner, and the address of a fresh sign-in link."""
    from survey_service.app import opened
    from survey_service.operation import owners

    async with opened(settings):
        email, secret = await owners.let_owner_in(settings)
        return email, owners.link_address(settings, secret)


async def _prepared(settings: Settings) -> str:
    """The database as this release needs it, with the owner and key that the settings name. Gives what whoever starts
    the service has to know of it, empty if there is nothing."""
    from survey_service.app import opened, prepare
    from survey_service.operation import restoring

    async with opened(settings):
        await prepare(settings)
        return await restoring.paused_words()


@main.command()
@with_settings
def worker(settings: Settings) -> None:
    """Do what follows an answer, beside or apart from `serve`, until SIGTERM; what was begun is finished."""
    from survey_service.accounts import service as accounts
    from survey_service.app import opened
    from survey_service.worker import Worker

    async def work() -> None:
        async with opened(settings):
            working = Worker(settings, await accounts.installation_secret(settings))
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, working.stop)
            click.echo(f"Working{told}")
            await working.run()

    told = asyncio.run(_prepared(settings))
    asyncio.run(work())


# Setting up ------------------------------------------------------------------------------------------------------


@main.command()
@with_settings
def migrate(settings: Settings) -> None:
    """Bring the database up to date, and make the owner and key that the settings name."""
    asyncio.run(_prepared(settings))
    click.echo("The database is up to date.")


@main.command()
@click.option("--responses", type=click.IntRange(1), default=DEMO_RESPONSES, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same answers.")
@with_settings
def demo(settings: Settings, responses: int, seed: int) -> None:
    """Fill an empty database with a year of believable answers in several languages and stores."""
    asyncio.run(_prepared(settings))
    made = asyncio.run(_filled(settings, responses, seed))
    click.echo("The demo data are there." if made else "There are forms already, so nothing was added.")


@main.command()
@click.argument("email")
@click.option("--name", required=True, prompt="Your name", help="Your name.")
@click.option("--shop", required=True, prompt="Name of the shop", help="The name that customers see.")
@click.option("--time-zone", required=True, prompt="Time zone, such as Europe/Riga", help="Such as Europe/Riga.")
@click.option("--language", "languages", multiple=True, required=True, help="Of the first form; the first is its own.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input; else a link is printed.")
@click.option("--yes", is_flag=True, help="Remove the demo without asking.")
@with_settings
def begin(
    settings: Settings, email: str, name: str, shop: str, time_zone: str, languages: tuple[str, ...],
    password_stdin: bool, yes: bool,
) -> None:  # fmt: skip
    """Remove the demo data and begin with your own: EMAIL is the owner's address."""
    from survey_service.app import opened
    from survey_service.beginning.service import Beginning
    from survey_service.operation import owners

    if not yes:
        click.confirm("Every answer, customer and invitation here is removed. Go on?", abort=True)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    wanted = Beginning(name, email, password, shop, time_zone, languages)

    async def work() -> str:
        async with opened(settings):
            with shown("Removing the demo") as report:
                secret = await owners.begin(wanted, clock.now(), report)
            return owners.link_address(settings, secret) if secret else ""

    asyncio.run(_prepared(settings))
    link = asyncio.run(work())
    click.echo(f"The demo is gone. The first form: {settings.public_url}/s/visit")
    click.echo(f"{email} signs in once with\n  {link}" if link else f"{email} signs in with the password.")


async def _filled(settings: Settings, responses: int, seed: int) -> bool:
    """Fills an empty database; False, and nothing is done, if there are forms already."""
    from survey_service.app import opened
    from survey_service.demo import is_empty, make_demo

    async with opened(settings):
        if not await is_empty():
            return False
        with shown("Demo answers") as report:
            return (await make_demo(settings, responses, seed, report, clock.now())).made


@main.command("create-admin")
@click.argument("email")
@click.option("--name", default="", help="The owner's name.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input; else a link is printed.")
@with_settings
def create_admin(settings: Settings, email: str, name: str, password_stdin: bool) -> None:
    """Make an owner, or let one in again who is locked out: prints a sign-in link that works once."""
    from survey_service.app import opened
    from survey_service.operation import owners

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    if password_stdin and not password:
        raise Misuse("There is no password on standard input.")

    async def make() -> str:
        async with opened(settings):
            secret = await owners.make_admin(email, name, password)
            return owners.link_address(settings, secret) if secret else ""

    asyncio.run(_prepared(settings))
    link = asyncio.run(make())
    click.echo(f"{email} signs in once with\n  {link}" if link else f"{email} signs in with the password.")


# Keeping ---------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Replace FILE if it exists.")
@with_settings
def backup(settings: Settings, file: Path, yes: bool) -> None:
    """Write a consistent copy of the database to FILE while the service runs."""
    from survey_service.operation import backup as backups

    with shown("Pages") as report:
        backups.backup(settings, file, report, overwrite=yes)
    asyncio.run(_backed_up(settings))
    click.echo(f"Written to {file}")


async def _backed_up(settings: Settings) -> None:
    """Notes when, for those who ask how the installation stands; a copy is one without that, too."""
    from survey_service.accounts import service as accounts
    from survey_service.app import opened
    from survey_service.web.standing import BACKED_UP

    async with opened(settings):
        with contextlib.suppress(ServiceError, sqlite3.Error, asyncpg.PostgresError):
            await accounts.set_installation_value(BACKED_UP, clock.now().isoformat())


@main.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Replace the database if there is one.")
@click.option("--withdrawals", type=FILE, multiple=True, help="A kept file of who left the mails. May be repeated.")
@with_settings
def restore(settings: Settings, file: Path, yes: bool, withdrawals: tuple[Path, ...]) -> None:
    """Put the backup FILE in the database's place. Stop the service and its workers first.

    Nothing is mailed afterwards until somebody says so, and whoever left the mails since the backup stays away.
    """
    from survey_service.operation import backup as backups
    from survey_service.operation import restoring

    ledger = asyncio.run(restoring.keep_withdrawals(settings, file, withdrawals, overwrite=yes))
    with shown("Pages") as report:
        backups.restore(settings, file, report, overwrite=yes)
    changed = asyncio.run(restoring.settle(settings, ledger))
    click.echo(f"Restored{f' to {settings.sqlite_path}' if settings.is_sqlite else ''}.")
    click.echo(f"Left the mails since the backup, and stay away: {changed}.")
    click.echo("Nothing is mailed until an owner says so: on the page Sending, or with: survey-service sending --go-on")


@main.command()
@click.option("--go-on", is_flag=True, help="Let it go on; what waited at the restore is not sent, but for --send.")
@click.option("--send", "chosen", multiple=True, metavar="ID", help="Of what waited at the restore, send this too.")
@click.option("--pause", is_flag=True, help="Send nothing until told to go on.")
@with_settings
def sending(settings: Settings, go_on: bool, chosen: tuple[str, ...], pause: bool) -> None:
    """Say whether mails go out, and what waits since a restore; let it go on."""
    from survey_service.operation import restoring

    if chosen and not go_on:
        raise Misuse("--send goes with --go-on.")
    if pause and go_on:
        raise Misuse("--pause and --go-on are opposites.")
    asyncio.run(_prepared(settings))
    for line in asyncio.run(restoring.sending(settings, go_on=go_on, chosen=chosen, pause=pause)):
        click.echo(line)


@main.command()
@click.option("--rebuild", is_flag=True, help="Count the responses again before comparing.")
@with_settings
def check(settings: Settings, rebuild: bool) -> None:
    """Compare the counts with the responses; look at database, schema, configuration, mail and fonts.

    Exits 1 for wrong counts, schema or database. Missing mail settings and fonts only warn.
    """
    from survey_service.operation import check as checks

    findings = asyncio.run(checks.check(settings, shown, rebuild=rebuild))
    for finding in findings:
        click.echo(f"{finding.level:<8} {finding.subject}: {finding.message}")
    if any(finding.level == "wrong" for finding in findings):
        sys.exit(1)


# Taking out ------------------------------------------------------------------------------------------------------


def with_dimensions(command: Callable[P, None]) -> Callable[P, None]:
    """An option for each dimension that is known at receipt, as pages and the API have it."""
    for name in reversed(RECEIVED):
        command = click.option(f"--{name}", default="", help=DIMENSIONS[name].about)(command)
    return command


@main.command()
@click.option("--form", default="", help="The form's public name.  [default: the first with a score]")
@click.option("--from", "first", type=DAY, required=True, help="First local day.")
@click.option("--to", "last", type=DAY, required=True, help="Last local day, included.")
@with_dimensions
@click.option("--comments", is_flag=True, help="With the customers' words.")
@click.argument("file", type=FILE, metavar="OUT.pdf")
@with_settings
def report(
    settings: Settings, /, form: str, first: datetime, last: datetime, comments: bool, file: Path, **where: Any
) -> None:
    """Write the PDF summary of a period."""
    from survey_service.accounts import service as accounts
    from survey_service.app import opened
    from survey_service.dashboard.summary import Asker
    from survey_service.reports.schemas import ReportOptions
    from survey_service.reports.service import make_report
    from survey_service.responses.filters import Filter, query

    filters = Filter(form, first.date(), last.date(), **where)
    options = ReportOptions(comments=comments, link=f"{settings.public_url}/app?{query(filters)}")

    async def make() -> bytes:
        async with opened(settings):
            await schema.require()
            workspace = await accounts.workspace_default()
            asker = Asker(workspace.id, workspace.name, workspace.time_zone, workspace.min_n)
            return (await make_report(asker, filters, clock.now(), options))[1]

    pdf = asyncio.run(make())
    with whole(file) as written:
        written.write(pdf)
    click.echo(f"Written to {file}")


@main.command()
@click.option("--form", default="", help="The form's public name; else all forms.")
@click.option("--from", "first", type=DAY, help="First local day.")
@click.option("--to", "last", type=DAY, help="Last local day, included.")
@with_dimensions
@click.option("--state", default="", help="One state; else what is counted.")
@click.argument("file", type=FILE, metavar="OUT.csv")
@with_settings
def export(
    settings: Settings,
    /,
    form: str,
    first: datetime | None,
    last: datetime | None,
    state: str,
    file: Path,
    **where: Any,
) -> None:
    """Write responses as CSV, the newest first, with a column for each question."""
    from survey_service.responses.filters import Filter

    from_day, to_day = (day.date() if day else None for day in (first, last))
    asked = Filter(form, from_day, to_day, state=state, **where)
    with whole(file) as written:
        asyncio.run(_export(settings, asked, written))
    click.echo(f"Written to {file}")


async def _export(settings: Settings, asked: "Filter", written: IO[bytes]) -> None:
    from survey_service.accounts import service as accounts
    from survey_service.app import opened
    from survey_service.inbox import export_routes as exports
    from survey_service.responses.meaning import resolve

    async with opened(settings):
        await schema.require()
        workspace = await accounts.workspace_default()
        wanted, head = await resolve(workspace.id, asked)
        async for text in exports.lines(wanted, head):
            written.write(text.encode())


if __name__ == "__main__":
    main()
