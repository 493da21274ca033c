"""Setting up: the schema, the demo, one's own beginning, an owner."""

import asyncio
import sys
from typing import ParamSpec

import click

from survey_service.cli.group import DEMO_RESPONSES, Misuse, filled, prepared, with_settings
from survey_service.core import clock
from survey_service.core.settings import Settings
from survey_service.operation.progress import shown

P = ParamSpec("P")


@click.command()
@with_settings
def migrate(settings: Settings) -> None:
    """Bring the database up to date, and make the owner and key that the settings name."""
    asyncio.run(prepared(settings))
    click.echo("The database is up to date.")


@click.command()
@click.option("--responses", type=click.IntRange(1), default=DEMO_RESPONSES, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same answers.")
@with_settings
def demo(settings: Settings, responses: int, seed: int) -> None:
    """Fill an empty database with a year of believable answers in several languages and stores."""
    asyncio.run(prepared(settings))
    made = asyncio.run(filled(settings, responses, seed))
    click.echo("The demo data are there." if made else "There are forms already, so nothing was added.")


@click.command()
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

    asyncio.run(prepared(settings))
    link = asyncio.run(work())
    click.echo(f"The demo is gone. The first form: {settings.public_url}/s/visit")
    click.echo(f"{email} signs in once with\n  {link}" if link else f"{email} signs in with the password.")


@click.command("create-admin")
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

    asyncio.run(prepared(settings))
    link = asyncio.run(make())
    click.echo(f"{email} signs in once with\n  {link}" if link else f"{email} signs in with the password.")


COMMANDS = (migrate, demo, begin, create_admin)
