"""What every metric says of itself: the contract of this room. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from survey_service.nps.histogram import Histogram
from survey_service.nps.intervals import Comparison
from survey_service.nps.scores import Direction, Score


class Scoring(Protocol):
    """Makes the score of a histogram. `scale_max` is the question's highest answer and `top` how many boxes count, the
    metric's usual if None; with fewer than `min_n` answers its state is `too_few`. ValueError for what does not fit."""

    def __call__(
        self, histogram: Histogram, *, scale_max: int | None, top: int | None, min_n: int, confidence: float
    ) -> Score: ...


Hue = Literal["promoter", "passive", "detractor"]
"""What has colours of its own everywhere, on pages and on paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Answers that a metric counts together: its `kind`, which is its hue, and the ends of its answers. It is called
    `title` under a chart, `many` and `one` beside a number, `filtered` where answers are chosen."""

    kind: Hue
    ends: tuple[int, int]
    title: str
    many: str
    one: str
    filtered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What staff read of a metric: its `name`, what it is about at the beginning of a sentence and `inside` one, and
    where it stands (`%(score)s` with its unit; `%(best)s`, what the highest answer means, if that is not plain:
    `best`, where its author has no words for it). `method` is the sentence below figures on how it and its interval
    are made. All are messages, marked with `N_`."""

    name: str
    subject: str
    inside: str
    stands: str
    method: str
    best: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric. Programs ask for it as `asked`. `bounds` are those of its scores, None for those of the question's
    own scale; a `mean` is told of the highest answer, a `share` in percent, `points` are points. `digits` stand after
    the point. `better` is the direction in which customers are better off. `compare` tests two scores."""

    name: str
    asked: str
    score: Scoring
    compare: Callable[[Score, Score], Comparison]
    bounds: tuple[int, int] | None
    unit: Literal["points", "share", "mean"]
    digits: int = 0
    better: Direction = "up"
    groups: tuple[Group, ...] = ()
    words: Words

    def group_of(self, answer: int) -> Group | None:
        """The group that an answer counts in."""
        return next((group for group in self.groups if group.ends[0] <= answer <= group.ends[1]), None)

    @property
    def finest(self) -> float:
        """The smallest difference of scores that is shown."""
        return 10**-self.digits if self.digits else 1
