"""Whoever waits in a test is told what it was for, and does not wait for ever."""

import os

import pytest

from tests.processes import children_of, figure, lives
from tests.waiting import eventually, until


def test_the_first_thing_that_is_found_is_given() -> None:
    found = iter([None, "", "this", "that"])
    assert eventually(lambda: next(found), "word") == "this"


def test_what_never_comes_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="still no bus"):
        eventually(lambda: None, "bus", seconds=0.05)
    with pytest.raises(AssertionError):
        until(lambda: False, seconds=0.05)


def test_a_process_lives_until_it_has_ended_though_nobody_has_asked() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    assert lives(child)
    assert child in children_of(os.getpid())
    assert figure(child, "Threads") == 1
    os.close(writing)
    until(lambda: not lives(child))
    os.waitpid(child, 0)
    os.close(reading)
    assert (lives(child), children_of(child), figure(child, "Threads")) == (False, [], 0)
