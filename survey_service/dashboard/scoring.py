"""The score of a question from its counts, and what became of the one before. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from survey_service.counts.schemas import Group
from survey_service.dashboard.schemas import ScoredQuestion
from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics import change, score
from survey_service.nps.scores import Change, Score


class Scored(NamedTuple):
    """The answers of one question that can be scored together, and what had to be left out."""

    score: Score
    revisions: frozenset[int]
    left_out: int

    @property
    def only(self) -> tuple[int, ...]:
        """The revisions that are in the score; empty if all are."""
        return tuple(sorted(self.revisions)) if self.left_out else ()


def scored(question: ScoredQuestion, groups: Iterable[Group], min_n: int) -> Scored:
    """The score of all revisions that share the scale of the newest one that was answered."""
    by_revision: defaultdict[int, list[Histogram]] = defaultdict(list)
    for group in groups:
        if group.histogram:
            by_revision[group.revision].append(group.histogram)
    newest = max(by_revision, default=question.revision)
    scale = question.scale(newest)
    kept = {revision for revision in by_revision if question.scale(revision).highest == scale.highest}
    merged = Histogram.merge(one for revision in kept for one in by_revision[revision])
    left_out = sum(one.n for revision in by_revision.keys() - kept for one in by_revision[revision])
    found = score(question.metric, merged, scale_max=scale.highest, top=scale.top, min_n=min_n)
    return Scored(found, frozenset(kept), left_out)


def compared(current: Scored, previous: Scored) -> tuple[Change, bool]:
    """The change between two periods, and whether a new wording forbids to compare them."""
    if current.revisions and previous.revisions and len(current.revisions | previous.revisions) > 1:
        return Change(), True
    return change(current.score, previous.score), False
