"""A note of whether the worker lives that is kept up beside those that serve: every process of theirs reads it."""

import contextlib
import mmap
import os
import struct

_FORMAT = struct.Struct("=qq")


class WorkerNote:
    """A few bytes that a process shares with those that it forks after it made this: who is at work, and how many
    have been. One process writes at a time: the worker that comes, and whoever keeps it when it has gone."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _FORMAT.size)

    def came(self) -> None:
        """The process that calls this is at work."""
        self._write(os.getpid(), self.starts + 1)

    def went(self) -> None:
        """Nobody is at work for now."""
        self._write(0, self.starts)

    @property
    def process(self) -> int:
        """The process at work, 0 if there is none: it has ended, and begins again or not."""
        process, _ = self._read()
        if process:
            with contextlib.suppress(PermissionError):
                try:
                    os.kill(process, 0)
                except ProcessLookupError:
                    return 0
        return process

    @property
    def starts(self) -> int:
        """How many have come so far."""
        return self._read()[1]

    def _read(self) -> tuple[int, int]:
        process, starts = _FORMAT.unpack_from(self._shared)
        return process, starts

    def _write(self, process: int, starts: int) -> None:
        _FORMAT.pack_into(self._shared, 0, process, starts)
