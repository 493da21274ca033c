"""Taking out: the PDF summary and the answers."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ParamSpec

import click

from survey_service.cli.group import DAY, FILE, with_settings
from survey_service.core import clock
from survey_service.core.database import schema
from survey_service.core.settings import Settings
from survey_service.counts.dimensions import DIMENSIONS, RECEIVED
from survey_service.operation.files import whole

if TYPE_CHECKING:
    from survey_service.responses.filters import Filter

P = ParamSpec("P")


def with_dimensions(command: Callable[P, None]) -> Callable[P, None]:
    """An option for each dimension that is known at receipt, as pages and the API have it."""
    for name in reversed(RECEIVED):
        command = click.option(f"--{name}", default="", help=DIMENSIONS[name].about)(command)
    return command


@click.command()
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
    from survey_service.accounts import installation_service
    from survey_service.app import opened
    from survey_service.reports.schemas import ReportOptions
    from survey_service.reports.service import make_report
    from survey_service.responses.filters import Filter, query

    filters = Filter(form, first.date(), last.date(), **where)
    options = ReportOptions(comments=comments, link=f"{settings.public_url}/app?{query(filters)}")

    async def make() -> bytes:
        async with opened(settings):
            await schema.require()
            workspace = await installation_service.workspace_default()
            return (await make_report(installation_service.caller(workspace), filters, clock.now(), options)).pdf

    pdf = asyncio.run(make())
    with whole(file) as written:
        written.write(pdf)
    click.echo(f"Written to {file}")


@click.command()
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
        asyncio.run(_export(settings, asked, file.name, written))
    click.echo(f"Written to {file}")


async def _export(settings: Settings, asked: "Filter", name: str, written: IO[bytes]) -> None:
    from survey_service.accounts import audit, installation_service
    from survey_service.app import opened
    from survey_service.inbox.export import format_of
    from survey_service.inbox.export_file import exported, pieces
    from survey_service.responses.actions import AnswerAction
    from survey_service.responses.meaning import resolve

    async with opened(settings):
        await schema.require()
        workspace = await installation_service.workspace_default()
        made = format_of(name)
        wanted, published = await resolve(workspace.id, asked)
        taken = exported(published, made, asked.first, asked.last)
        await audit.record_taken(installation_service.caller(workspace), AnswerAction.EXPORTED, taken)
        async for text in pieces(wanted, published, made):
            written.write(text.encode())


COMMANDS = (report, export)
