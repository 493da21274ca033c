"""A process that writes to the SQLite file when answers come in crowds, so that the one that serves is free to serve.

It is an accelerator and nothing else: it starts when groups get large, is told whole groups of rows, and says for each
whether they were kept. Whatever else happens to it, the group is written again with care by the serving process,
which finds the rows that were kept after all. It ends when that process does, however it ends. Nothing in this room
imports a driver or the ORM, so that it is small and quickly there.

Run as `python -m survey_service.core.batch.writer_process FILE`. A message is four bytes of length and, in MessagePack,
a list of inserts; the reply is one byte.
"""

import asyncio
import contextlib
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from survey_service.core.batch.sqlite_writer import SQLiteWriter
from survey_service.core.batch.statements import Column, Insert

CROWD = 4
"""A group of so many rows is a crowd: more come at once than one process can both take in and write."""
REST_SECONDS = 10.0
"""After it has failed, so long without it."""
REPLY_SECONDS = 3.0
LOCK_SECONDS = 0.5
"""How long it waits for the file. The careful way waits longer, and whoever answers has waited for both."""
KEPT, NOT_KEPT = b"1", b"0"

Message = tuple[str, list[str], str | None, Sequence[tuple[Any, ...]]]
"""Table, names of columns, what an insert gives back, rows."""


class WriterProcess:
    """The serving process's side. Groups are told one at a time: the caller sees to that."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.process: asyncio.subprocess.Process | None = None
        self.starting: asyncio.Task[None] | None = None
        self.not_before = 0.0

    def wanted(self, rows: int) -> bool:
        """Whether it is there to write. The first crowd lets it start, and is not made to wait for it."""
        if self.process is None and self.starting is None and rows >= CROWD and time.monotonic() >= self.not_before:
            self.starting = asyncio.create_task(self._start(), name="writer-process")
        return self.process is not None

    async def _start(self) -> None:
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", __spec__.name, str(self.path)]
        try:
            self.process = await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=pipe, start_new_session=True
            )
        except OSError:
            self.not_before = time.monotonic() + REST_SECONDS
        finally:
            self.starting = None

    async def insert(self, inserts: Sequence[Insert]) -> bool:
        """Puts in every row as one transaction. False if it did not, or if it is not known: then write with care."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        content = _encode([(one.table, [c.name for c in one.columns], one.returning, one.rows) for one in inserts])
        try:
            self.process.stdin.write(len(content).to_bytes(4, "big") + content)
            async with asyncio.timeout(REPLY_SECONDS):
                return await self.process.stdout.readexactly(1) == KEPT
        except (OSError, EOFError, TimeoutError):
            self._give_up()
            return False
        except BaseException:  # whoever comes next must not read this group's reply
            self._give_up()
            raise

    def _give_up(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        self.process = None
        self.not_before = time.monotonic() + REST_SECONDS

    async def close(self) -> None:
        """Lets it end and waits for that."""
        if self.starting is not None:
            await self.starting
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            try:
                async with asyncio.timeout(REPLY_SECONDS):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()
            self.process = None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Message]).decode


def serve(writer: SQLiteWriter, told: BinaryIO, reply: BinaryIO) -> None:
    """Writes groups until nothing more is told. What cannot be written now is `NOT_KEPT`, for whatever reason."""
    while content := _next(told):
        inserts = [
            Insert(table, tuple(Column(name, "") for name in names), rows, returning)
            for table, names, returning, rows in _decode(content)
        ]
        try:
            kept = writer.insert(inserts, time.monotonic() + LOCK_SECONDS)
        except sqlite3.Error:
            kept = False
        reply.write(KEPT if kept else NOT_KEPT)
        reply.flush()


def _next(told: BinaryIO) -> bytes:
    """The next message, empty at the end, also if that came in the middle of one."""
    length = int.from_bytes(told.read(4), "big")
    content = told.read(length)
    return content if len(content) == length else b""


def main() -> None:
    """Serves standard input; the signals of a terminal are for the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    writer = SQLiteWriter(Path(sys.argv[1]))
    with contextlib.closing(writer), contextlib.suppress(BrokenPipeError):
        serve(writer, sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
