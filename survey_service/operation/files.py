"""Files that commands write: a report or an export is there whole, or not at all."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, put in the place of `path` when the block ends without an error."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as written:
            yield written
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
