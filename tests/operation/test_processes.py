"""Children end with their parent, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PROGRAM = """
import os, signal, sys, time
from survey_service.operation.processes import Family

def work():
    with open(os.path.join(sys.argv[1], str(os.getpid())), "w"):
        pass
    if sys.argv[2] == "fails":
        raise RuntimeError("no use")
    if sys.argv[2] == "notes":
        signal.signal(signal.SIGTERM, note)
    while True:
        time.sleep(60)

def note(number, frame):
    os.rename(os.path.join(sys.argv[1], str(os.getpid())), os.path.join(sys.argv[1], "ended-%d" % os.getpid()))
    os._exit(0)

sys.exit(Family(2, work).run())
"""
ROOT = Path(__file__).parents[2]


def _start(folder: Path, how: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder), how], cwd=ROOT)


def _until(holds: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def _children(folder: Path) -> set[int]:
    return {int(path.name) for path in folder.iterdir() if path.name.isdigit()}


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in ("Z", "X")


@pytest.fixture
def parent(tmp_path: Path) -> subprocess.Popen[bytes]:
    started = _start(tmp_path, "notes")
    assert _until(lambda: len(_children(tmp_path)) == 2)
    time.sleep(0.2)
    return started


def test_children_end_when_their_parent_is_killed(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    children = _children(tmp_path)
    parent.kill()
    parent.wait()
    assert _until(lambda: not any(map(_lives, children)))
    assert len(list(tmp_path.glob("ended-*"))) == 2, "each was asked, and ended by itself"


def test_a_signal_to_the_parent_ends_all(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    children = _children(tmp_path)
    parent.terminate()
    assert parent.wait(15) == 0
    assert not any(map(_lives, children))


def test_one_that_fails_at_once_ends_all(tmp_path: Path) -> None:
    failing = _start(tmp_path, "fails")
    assert failing.wait(15) == 1
    assert len(_children(tmp_path)) <= 2, "nothing was started again"


def test_one_that_dies_later_is_replaced(tmp_path: Path) -> None:
    from survey_service.operation.processes import CAME_UP_SECONDS

    parent = _start(tmp_path, "notes")
    try:
        assert _until(lambda: len(_children(tmp_path)) == 2)
        time.sleep(CAME_UP_SECONDS + 0.5)
        victim = min(_children(tmp_path))
        os.kill(victim, signal.SIGKILL)
        assert _until(lambda: len(_children(tmp_path)) == 3)
        assert sum(map(_lives, _children(tmp_path))) == 2
    finally:
        parent.terminate()
        assert parent.wait(15) == 0
