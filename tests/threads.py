"""Threads that there is no memory for."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn


class NoThread(ThreadPoolExecutor):
    """Says what Python says where the system gives it no thread."""

    def submit(self, *_work: Any, **_named: Any) -> NoReturn:
        raise RuntimeError("can't start new thread")
