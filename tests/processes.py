"""What Linux says of processes, and who is whose child."""

import os
from pathlib import Path


def children_of(process: int) -> list[int]:
    """Those that its first thread has started and that have not been waited for; none of a process that is gone."""
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def family_of(process: int) -> list[int]:
    """The process, its children, theirs, and so on."""
    found = [process]
    for each in found:
        found += children_of(each)
    return found


def lives(process: int) -> bool:
    """Whether it runs: one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def niceness(process: int) -> int:
    """How much it gives way to others."""
    return os.getpriority(os.PRIO_PROCESS, process)


def figure(process: int, name: str) -> int:
    """A number of its status, such as `Threads`, or `RssAnon` in kB; 0 of a process that is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
