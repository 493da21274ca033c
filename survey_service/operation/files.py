"""Files that commands write: a report, an export or a copy is there whole, or not at all."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, put in the place of `path` when the block ends without an error. A new one is its owner's
    alone, for it holds what customers wrote."""
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        partial.touch(mode=0o600, exist_ok=False)
        with partial.open("wb") as written:
            yield written
        put(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def put(partial: Path, target: Path) -> None:
    """The finished file in its place, owned and open to others as the one before it; durable on return."""
    if target.exists():
        former = target.stat()
        partial.chmod(former.st_mode & 0o777)
        with contextlib.suppress(PermissionError):
            os.chown(partial, former.st_uid, former.st_gid)
    _make_durable(partial)
    partial.replace(target)
    _make_durable(target.parent)


def _make_durable(path: Path) -> None:
    """Returns when the file, or the folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
