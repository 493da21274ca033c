"""What both databases can do, whichever is open."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from typing import Any, Literal, TypeVar

from survey_service.core.batch.statements import Batch, Done, Insert, advance

Trouble = Literal["", "held", "full", "read_only", "damaged", "away"]
"""Why a database keeps nothing now: somebody else holds it, its disk is full, it may only be read, it is damaged or not
in its place, it does not answer; empty where it does."""
Dialect = Literal["sqlite", "postgres"]
T = TypeVar("T")


class Database(ABC):
    """An open database: `engine` serves Piccolo and plain SQL, the rest is for batches and transactions."""

    dialect: Dialect
    engine: Any

    @cached_property
    def _remembered(self) -> dict[type[Any], Any]:
        return {}

    def remembered(self, kind: type[T]) -> T:
        """What is remembered of this database in an object of class `kind`, made when it is first asked for. Another
        database has another one, so that nothing has to be forgotten when one is closed."""
        found: T | None = self._remembered.get(kind)
        if found is None:
            found = self._remembered[kind] = kind()
        return found

    @abstractmethod
    async def open(self) -> None:
        """Gets ready. Nothing is asked of the database before."""

    @abstractmethod
    async def close(self) -> None:
        """Ends what was begun, and parts with every connection."""

    @abstractmethod
    async def run(self, batch: Batch[T]) -> T:
        """Runs `batch` as one transaction and gives what it returns, after the commit."""

    @abstractmethod
    async def insert(self, inserts: Sequence[Insert]) -> bool:
        """Puts in all rows of all `inserts` as one transaction, or none and False if one that is waited for is
        there."""

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[None]:
        """All or nothing, for the statements of this task. Nested ones join."""

    @abstractmethod
    async def look(self) -> tuple[str, list[str]]:
        """That it is sound, in words, and which version runs; and what is damaged in it, as far as it can tell."""

    async def trouble(self) -> Trouble:
        """Why nothing could be kept now, as far as it can tell without keeping anything and within a second. That it
        does not answer at all shows where it is asked."""
        return ""

    def meaning(self, error: BaseException) -> Trouble:
        """Which trouble it was that made somebody's question fail: that it does not answer, if nothing is known."""
        return "away"

    async def run_assuming_new(self, make: Callable[[], Batch[T]]) -> T:
        """As `run`, and cheaper if the batch only inserts and none of its rows is there yet: on PostgreSQL a single
        statement, which is its own transaction. `make` is called again if that turns out otherwise."""
        inserts, end = advance(make(), None, all_new=True)
        if isinstance(end, Done) and (not inserts or await self.insert(inserts)):
            return end.result
        return await self.run(make())
