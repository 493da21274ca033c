"""Fills an empty workspace with a year of a believable company's answers.

Answers are made in slices, on every core when there are many, and written in short transactions in the order of
time, so that a running `serve` goes on taking answers. At any moment the counts are those of what is written.
"""

import asyncio
import gc
import os
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context, parent_process

import msgspec

from survey_service.core import clock, database
from survey_service.core.settings import Settings
from survey_service.demo import company
from survey_service.demo.portions import (
    PEOPLE_AT_ONCE,
    Portion,
    batch_of,
    pack,
    people_batch,
    slice_batches,
    unpack,
    write,
    write_seen,
)
from survey_service.demo.promises import note_promises
from survey_service.demo.requests import requests
from survey_service.demo.undelivered import not_delivered
from survey_service.demo.year import Slice, Year, slices

RESPONSES = 50_000
PROCESSES_FROM = 10_000
"""From so many answers on, starting processes costs less than it saves."""
AHEAD = 2
"""Slices made ahead for each process: enough that nobody waits, few enough to fit into memory."""

Progress = Callable[[int, int], None]


class Summary(msgspec.Struct, frozen=True):
    """What was made; all zero if the workspace had forms already."""

    made: bool = False
    responses: int = 0
    customers: int = 0
    invitations: int = 0


async def make_demo(
    settings: Settings,
    responses: int = RESPONSES,
    seed: int = 1,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Summary:
    """Makes Linden Flowers with a year of `responses` answers to `visit`, ending at `now`, if there is no form yet.

    `progress(done, all)` is told of written answers. The same seed and moment give the same answers.
    """
    if responses < 0:
        raise ValueError(f"there cannot be {responses} answers")
    moment = now or clock.now()
    founded = await company.found(moment)
    if founded is None:
        return Summary()
    year = Year(founded, seed, responses, moment)
    total, seen = Summary(made=True), dict[str, datetime]()
    async for batch in _filled(year):
        total = _plus(total, batch)
        seen |= batch.seen
        if progress:
            progress(min(total.responses, responses), responses)
    await _note_seen(seen)
    await note_promises(year)
    await database.after_bulk()
    return _plus(total, await not_delivered(settings, year))


def _plus(total: Summary, batch: Portion) -> Summary:
    return Summary(
        made=True,
        responses=total.responses + batch.responses,
        customers=total.customers + batch.customers,
        invitations=total.invitations + batch.invitations,
    )


async def _filled(year: Year) -> AsyncIterator[Portion]:
    """Writes customers, then answers; each batch once it is written."""
    with _executor(year) as executor:
        async for batches in _in_order(executor, _tasks(year)):
            for batch in batches:
                await database.current().run(write(batch))
                yield batch


async def _note_seen(seen: Mapping[str, datetime]) -> None:
    """In the end, not with each answer: most customers answer several times in a year."""
    every = sorted(seen.items())
    for start in range(0, len(every), PEOPLE_AT_ONCE):
        await database.current().run(write_seen(every[start : start + PEOPLE_AT_ONCE]))


Task = Callable[[], bytes]
"""Makes batches, packed."""


def _tasks(year: Year) -> Iterator[Task]:
    """What is to be made, in the order in which it is written."""
    size = len(year.crowd())
    for start in range(0, size, PEOPLE_AT_ONCE):
        yield partial(_people, year, range(start, min(start + PEOPLE_AT_ONCE, size)))
    for part in slices(year):
        yield partial(_slice, year, part)
    yield partial(_requests, year)


def _people(year: Year, numbers: range) -> bytes:
    return pack([people_batch(year, numbers)])


def _slice(year: Year, part: Slice) -> bytes:
    return pack(slice_batches(year, part))


def _requests(year: Year) -> bytes:
    return pack([batch_of(year, requests(year))])


async def _in_order(executor: Executor, tasks: Iterable[Task]) -> AsyncIterator[list[Portion]]:
    """The tasks' results in their order; a few are under way at any time."""
    loop = asyncio.get_running_loop()
    waiting = iter(tasks)
    ahead = AHEAD * (os.cpu_count() or 1)
    running = deque(loop.run_in_executor(executor, task) for task in islice(waiting, ahead))
    while running:
        batches = await running.popleft()
        running.extend(loop.run_in_executor(executor, task) for task in islice(waiting, 1))
        yield unpack(batches)


@contextmanager
def _executor(year: Year) -> Iterator[Executor]:
    """Processes for many answers, a thread for few."""
    if year.responses < PROCESSES_FROM:
        with ThreadPoolExecutor(1, thread_name_prefix="demo") as threads:
            yield threads
        return
    # A forked process would inherit the database's threads and connections.
    processes = ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=_prepare)
    try:
        yield processes
    finally:
        processes.shutdown(cancel_futures=True)


def _prepare() -> None:
    """Makes a new process fit for its work: it looks for garbage rarely, for it makes none that refers to itself."""
    gc.freeze()
    gc.set_threshold(100_000)
    _end_with_parent()


def _end_with_parent() -> None:
    """Ends this process when the one that started it has ended, however it did."""
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
