"""Who works beside is seen by whoever shares the note, until that one is gone."""

import os

from survey_service.core.beside import Beside


def test_nobody_has_come_yet() -> None:
    beside = Beside()
    assert (beside.process, beside.starts) == (0, 0)


def test_who_comes_in_a_process_of_its_own_is_seen_here() -> None:
    beside = Beside()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        beside.came()
        os.read(reading, 1)
        os._exit(0)
    while not beside.starts:
        os.sched_yield()
    assert (beside.process, beside.starts) == (child, 1)
    os.close(writing)
    os.waitpid(child, 0)
    os.close(reading)
    assert (beside.process, beside.starts) == (0, 1), "nobody said that it went, and it is not there"


def test_who_has_gone_is_counted_still() -> None:
    beside = Beside()
    beside.came()
    assert beside.process == os.getpid()
    beside.went()
    beside.came()
    beside.went()
    assert (beside.process, beside.starts) == (0, 2)
