"""Counts many responses of the past at once: straight into cells and margins, without deltas that a worker folds.

For what brings thousands of responses in transactions of its own. A submission leaves deltas instead, since
everybody's answers meet in the same few rows of the margins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from survey_service.core.batch.statements import Add, Column
from survey_service.nps.queries import targets
from survey_service.nps.rollups import CELL, COUNTS, MARGIN, DeltaKey, DeltaRow, no_counts

Key = tuple[object, ...]


def additions(deltas: Iterable[DeltaRow]) -> list[Add]:
    """The statements that count what these deltas say, in the order in which a fold takes its locks."""
    cells: defaultdict[Key, list[int]] = defaultdict(no_counts)
    margins: defaultdict[Key, list[int]] = defaultdict(no_counts)
    for row in deltas:
        key = DeltaKey(*row[: len(DeltaKey._fields)])
        counts = [(score, count) for score, count in enumerate(row[len(DeltaKey._fields) :]) if count]
        for dimension, value, channel, language in targets(
            key.kind, key.place, key.channel, key.language, key.sentiment
        ):
            if dimension == "cell":
                bins = cells[*key[:3], key.day, value, channel, language, key.revision]
            else:
                bins = margins[*key[:3], dimension, key.day, value, key.revision]
            for score, count in counts:
                bins[score] += count
    return [_add("score_margin", MARGIN, margins), _add("score_cell", CELL, cells)]


def _add(table: str, keys: tuple[Column, ...], counted: Mapping[Key, list[int]]) -> Add:
    return Add(table, keys, COUNTS, [(*key, *bins) for key, bins in sorted(counted.items())])
