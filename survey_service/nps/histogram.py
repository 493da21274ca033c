"""The histogram of scores 0…10: the one object every figure is computed from."""

from collections.abc import Iterable
from operator import add, mul, sub
from typing import Self

import msgspec

SCORES = range(11)
NOTHING = (0,) * len(SCORES)
DETRACTORS = (0, 6)
PASSIVES = (7, 8)
PROMOTERS = (9, 10)


class Histogram(msgspec.Struct, frozen=True):
    """How many answers gave each score: `counts[s]` answers gave `s`, for s = 0…10.

    Adding two histograms is the same as counting their answers together, so days, places and
    channels merge in any order. Counts below zero are allowed here, because a move between rows is
    stored as what it adds and what it takes away; scores refuse them.
    Raises ValueError unless there are exactly 11 counts.
    """

    counts: tuple[int, ...] = NOTHING

    def __post_init__(self) -> None:
        if len(self.counts) != len(SCORES):
            raise ValueError(f"a histogram has {len(SCORES)} counts, not {len(self.counts)}")

    @classmethod
    def from_scores(cls, scores: Iterable[int]) -> Self:
        """Count single scores. Raises ValueError for a score outside 0…10."""
        counts = [0] * len(SCORES)
        for score in scores:
            if score not in SCORES:
                raise ValueError(f"{score!r} is not a score from 0 to 10")
            counts[score] += 1
        return cls(tuple(counts))

    @classmethod
    def merge(cls, histograms: Iterable["Histogram"]) -> Self:
        """The sum of any number of histograms, zero for none; faster than repeated `+`."""
        columns = zip(NOTHING, *(histogram.counts for histogram in histograms), strict=True)
        return cls(tuple(map(sum, columns)))

    def __add__(self, other: "Histogram") -> "Histogram":
        return Histogram(tuple(map(add, self.counts, other.counts)))

    def __sub__(self, other: "Histogram") -> "Histogram":
        return Histogram(tuple(map(sub, self.counts, other.counts)))

    def __neg__(self) -> "Histogram":
        return Histogram(tuple(-count for count in self.counts))

    def __bool__(self) -> bool:
        """False when every count is zero; a delta that only moves answers is true though its n is 0."""
        return any(self.counts)

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def detractors(self) -> int:
        return self.count(*DETRACTORS)

    @property
    def passives(self) -> int:
        return self.count(*PASSIVES)

    @property
    def promoters(self) -> int:
        return self.count(*PROMOTERS)

    @property
    def mean(self) -> float | None:
        """Mean score; None without answers."""
        n = self.n
        return self._moment() / n if n else None

    @property
    def variance(self) -> float | None:
        """Sample variance, divided by n − 1; None below two answers.

        The numerator is a whole number, so nothing cancels however many answers there are.
        """
        n = self.n
        if n < 2:
            return None
        squares = sum(score * score * count for score, count in enumerate(self.counts))
        return (n * squares - self._moment() ** 2) / (n * (n - 1))

    def count(self, first: int, last: int) -> int:
        """Answers whose score is from `first` to `last`, both included."""
        return sum(self.counts[first : last + 1])

    def share(self, first: int, last: int) -> float | None:
        """The part 0…1 of all answers that `count` finds; None without answers."""
        n = self.n
        return self.count(first, last) / n if n else None

    def shares(self) -> tuple[float, ...]:
        """The part 0…1 of each score 0…10; all zero without answers."""
        n = self.n
        return tuple(count / n if n else 0.0 for count in self.counts)

    def by_score(self) -> dict[str, int]:
        """`{"0": …, "10": …}`, the shape of the API."""
        return {str(score): count for score, count in enumerate(self.counts)}

    def _moment(self) -> int:
        return sum(map(mul, SCORES, self.counts))
