"""Who works beside is seen by whoever shares the note, until that one is gone."""

import os

from survey_service.core.worker_note import WorkerNote


def test_nobody_has_come_yet() -> None:
    note = WorkerNote()
    assert (note.process, note.starts) == (0, 0)


def test_who_comes_in_a_process_of_its_own_is_seen_here() -> None:
    note = WorkerNote()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        note.came()
        os.read(reading, 1)
        os._exit(0)
    while not note.starts:
        os.sched_yield()
    assert (note.process, note.starts) == (child, 1)
    os.close(writing)
    os.waitpid(child, 0)
    os.close(reading)
    assert (note.process, note.starts) == (0, 1), "nobody said that it went, and it is not there"


def test_who_has_gone_is_counted_still() -> None:
    note = WorkerNote()
    note.came()
    assert note.process == os.getpid()
    note.went()
    note.came()
    note.went()
    assert (note.process, note.starts) == (0, 2)
