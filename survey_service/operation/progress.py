"""Shows how far long work has come: a bar on a terminal, a plain line now and then elsewhere. On standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Report = Callable[[int, int], None]
"""Takes how much is done, and of how much."""

STEPS = 10
"""Lines that are written where there is no terminal."""


@contextmanager
def shown(what: str) -> Iterator[Report]:
    """Gives the function to call with (done, total); `what` names the work."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(what)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(what: str) -> Report:
    last = -1

    def report(done: int, total: int) -> None:
        nonlocal last
        step = done * STEPS // total if total else STEPS
        if step > last:
            last = step
            click.echo(f"{what}: {done:,} of {total:,}", err=True)

    return report
