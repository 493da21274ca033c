"""Children end with their parent, however it ends; a companion, too, and it is started again however it ends."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_service.core.worker_note import WorkerNote
from survey_service.operation.processes import CAME_UP_SECONDS, FIRST_PAUSE, LONGEST_PAUSE, Companion, Family
from tests.operation.product import ROOT
from tests.processes import children_of, lives
from tests.waiting import eventually, until

PROGRAM = """
import os, signal, sys, time
from survey_service.operation.processes import Family

forks, fork = [], os.fork

def short():
    forks.append(1)
    crowded = sys.argv[2] == "crowded" and not os.path.exists(os.path.join(sys.argv[1], "room"))
    if len(forks) in (3, 4) or (len(forks) > 4 and crowded):
        raise BlockingIOError(11, "Resource temporarily unavailable")
    return fork()

if sys.argv[2] in ("short", "crowded"):
    os.fork = short

def work():
    with open(os.path.join(sys.argv[1], str(os.getpid())), "w"):
        pass
    if sys.argv[2] == "fails" or (sys.argv[2] == "fails later" and len(os.listdir(sys.argv[1])) in (3, 4)):
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


def _start(folder: Path, how: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder), how], cwd=ROOT)


def _children(folder: Path) -> set[int]:
    return {int(path.name) for path in folder.iterdir() if path.name.isdigit()}


@pytest.fixture
def parent(tmp_path: Path) -> subprocess.Popen[bytes]:
    started = _start(tmp_path, "notes")
    until(lambda: len(_children(tmp_path)) == 2)
    time.sleep(0.2)
    return started


def test_children_end_when_their_parent_is_killed(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    children = _children(tmp_path)
    parent.kill()
    parent.wait()
    until(lambda: not any(map(lives, children)))
    assert len(list(tmp_path.glob("ended-*"))) == 2, "each was asked, and ended by itself"


def test_a_signal_to_the_parent_ends_all(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    children = _children(tmp_path)
    parent.terminate()
    assert parent.wait(15) == 0
    assert not any(map(lives, children))


def test_who_ends_while_another_cannot_begin_does_not_keep_its_number(tmp_path: Path) -> None:
    """Process numbers may be what is short."""
    parent = _start(tmp_path, "crowded")
    until(lambda: len(_children(tmp_path)) == 2)
    time.sleep(CAME_UP_SECONDS + 0.5)
    children = _children(tmp_path)
    for child in children:
        os.kill(child, signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    assert _children(tmp_path) == children, "none has begun again"
    (tmp_path / "room").touch()
    until(lambda: len(_children(tmp_path)) == 4)
    parent.terminate()
    assert parent.wait(15) == 0


def test_one_that_fails_at_once_ends_all(tmp_path: Path) -> None:
    failing = _start(tmp_path, "fails")
    assert failing.wait(15) == 1
    assert len(_children(tmp_path)) <= 2, "nothing was started again"


KEEPING = """
import os, signal, socket, sys, time
from pathlib import Path
from survey_service.core.worker_note import WorkerNote
from survey_service.operation.processes import Keeper

folder = Path(sys.argv[1])

def work():
    signal.signal(signal.SIGTERM, note)
    (folder / str(os.getpid())).touch()
    while sys.argv[2] != "fails":
        time.sleep(60)
    raise RuntimeError("no use")

def note(number, frame):
    (folder / "told").touch()
    while not (folder / "done").exists():
        time.sleep(0.01)
    os._exit(0)

with socket.create_server(("127.0.0.1", 0)) as served:
    keeper = Keeper(work, WorkerNote(), served)
    (folder / "keeper").write_text(str(keeper.process))
    sys.stdin.readline()
    keeper.begin()
    sys.stdin.readline()
    keeper.tell_to_end()
    sys.stdin.readline()
    keeper.end()
"""


@contextlib.contextmanager
def _keeping(folder: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    """A process that keeps a companion, and does the next step at each line that it reads."""
    command = [sys.executable, "-c", KEEPING, str(folder), how]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            until((folder / "keeper").exists)
            eventually((folder / "keeper").read_text, "process that keeps it")
            yield started
        finally:
            (folder / "done").touch()
            started.kill()


def _go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_a_companion_begins_when_it_may_and_ends_what_it_has_begun(tmp_path: Path) -> None:
    with _keeping(tmp_path, "works") as parent:
        keeper = int((tmp_path / "keeper").read_text())
        eventually(lambda: children_of(keeper), "companion")
        assert _children(tmp_path) == set()
        _go_on(parent)
        until(lambda: len(_children(tmp_path)) == 1)
        _go_on(parent)
        until((tmp_path / "told").exists)
        assert parent.poll() is None
        _go_on(parent)
        (tmp_path / "done").touch()
        assert parent.wait(15) == 0
        assert not any(map(lives, {keeper, *_children(tmp_path)}))


def test_a_companion_that_fails_is_started_again_and_takes_nobody_along(tmp_path: Path) -> None:
    with _keeping(tmp_path, "fails") as parent:
        _go_on(parent)
        until(lambda: len(_children(tmp_path)) >= 3)
        assert parent.poll() is None


def test_a_companion_that_ends_again_and_again_begins_later_each_time() -> None:
    companion, pauses = Companion(lambda: None, WorkerNote()), []
    for _ in range(12):
        pauses.append(companion.pause())
        companion.ended(1, seconds=0.1)
    assert pauses == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0]
    companion.ended(1, seconds=LONGEST_PAUSE + 1)
    assert companion.pause() == FIRST_PAUSE, "it had worked in between"


@pytest.mark.parametrize(("how", "born"), [("notes", 3), ("short", 3), ("fails later", 5)])
def test_one_that_dies_later_is_replaced(tmp_path: Path, how: str, born: int) -> None:
    """Also where there is no room for another one at first, or the first that come end at once."""
    parent = _start(tmp_path, how)
    try:
        until(lambda: len(_children(tmp_path)) == 2)
        time.sleep(CAME_UP_SECONDS + 0.5)
        victim = min(_children(tmp_path))
        os.kill(victim, signal.SIGKILL)
        until(lambda: len(_children(tmp_path)) == born and sum(map(lives, _children(tmp_path))) == 2)
    finally:
        parent.terminate()
        assert parent.wait(15) == 0


def test_the_end_does_not_wait_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be begun is asked for again and again, until all is to end."""
    family = Family(1, lambda: None)
    monkeypatch.setattr(family, "_forked", no_room)
    threading.Timer(0.5, family._stop).start()
    assert family._start(lambda: None) == 0
    signal.alarm(0)


def no_room(_work: object) -> int:
    raise BlockingIOError(11, "Resource temporarily unavailable")
