"""What all commands share: the group, its errors, and the database made ready.

Domains are imported inside the commands: they look for the settings, and `--help` must work without any.
"""

import functools
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import asyncpg
import click

from survey_service.core import clock, logs
from survey_service.core.database import schema
from survey_service.core.errors import ServiceError, Unavailable
from survey_service.core.settings import Settings, SettingsError, load
from survey_service.operation.progress import shown

P = ParamSpec("P")
DEMO_RESPONSES = 50_000
FILE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


class Failure(click.ClickException):
    """What went wrong, in one line on standard error; exit code 1."""


class Misuse(Failure):
    """What was asked wrongly; exit code 2."""

    exit_code = 2


DRIVER = (asyncpg.PostgresError, asyncpg.InterfaceError, sqlite3.Error, ConnectionError, TimeoutError)
"""What a database that is away, or somebody else's, is told by."""


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
        except DRIVER as error:
            raise Failure(_no_answer(error)) from error
        except OSError as error:
            raise Failure(str(error)) from error


def _no_answer(error: BaseException) -> str:
    return f"The database does not answer: {str(error) or type(error).__name__}"


def _in_words(error: ServiceError) -> str:
    """The error's sentences: the whole's, each field's, and what to do. A terminal is told what the driver says."""
    if isinstance(error, Unavailable) and isinstance(error.__cause__, DRIVER):
        return _no_answer(error.__cause__)
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


async def prepared(settings: Settings) -> str:
    """The database as this release needs it, with the owner and key that the settings name. Gives what whoever starts
    the service has to know of it, empty if there is nothing."""
    from survey_service.app import opened, prepare
    from survey_service.operation import restoring

    async with opened(settings):
        await prepare(settings)
        return await restoring.paused_words()


async def filled(settings: Settings, responses: int, seed: int) -> bool:
    """Fills an empty database; False, and nothing is done, if there are forms already."""
    from survey_service.app import opened
    from survey_service.demo import is_empty, make_demo

    async with opened(settings):
        if not await is_empty():
            return False
        with shown("Demo answers") as report:
            return (await make_demo(settings, responses, seed, report, clock.now())).made
