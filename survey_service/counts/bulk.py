"""Counts many responses of the past at once: straight into cells and margins, without deltas that a worker folds.

For what brings thousands of responses in transactions of its own. A submission leaves deltas instead, since
everybody's answers meet in the same few rows of the margins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from survey_service.core.batch.statements import Add, Column
from survey_service.counts.deltas import KEY, no_counts, targets
from survey_service.counts.fold import CELL, COUNTS, MARGIN
from survey_service.counts.schemas import CELL as FULL
from survey_service.counts.schemas import DeltaRow

Key = tuple[object, ...]


def additions(deltas: Iterable[DeltaRow]) -> list[Add]:
    """The statements that count what these deltas say, in the order in which a fold takes its locks."""
    cells: defaultdict[Key, list[int]] = defaultdict(no_counts)
    margins: defaultdict[Key, list[int]] = defaultdict(no_counts)
    for row in deltas:
        workspace, form, question, part, revision, day, kind, *values = row[: len(KEY)]
        counts = [(score, count) for score, count in enumerate(row[len(KEY) :]) if count]
        for dimension, found in targets(kind, tuple(values)):
            if dimension == FULL:
                bins = cells[workspace, form, question, day, *found, revision, part]
            else:
                bins = margins[workspace, form, question, dimension, day, *found, revision, part]
            for score, count in counts:
                bins[score] += count
    return [_add("count_margin", MARGIN, margins), _add("count_cell", CELL, cells)]


def _add(table: str, keys: tuple[Column, ...], counted: Mapping[Key, list[int]]) -> Add:
    return Add(table, keys, COUNTS, [(*key, *bins) for key, bins in sorted(counted.items())])
