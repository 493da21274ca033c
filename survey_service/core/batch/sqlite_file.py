"""The SQLite file as the system sees it: how it is opened, and which one it is."""

from pathlib import Path

Mark = tuple[int, int] | None
"""What tells a file from every other one; None where there is none, or none can be looked at."""


def address_of(path: Path) -> str:
    """What connections open: a file that is there. One that was taken away is not begun anew, empty."""
    return f"{path.absolute().as_uri()}?mode=rw"


def mark_of(path: Path) -> Mark:
    """Which file is at `path` now. Who holds another one open writes where nobody will look for it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
