"""Counts many responses of the past at once: straight into cells and margins, without deltas that a worker folds.

For what brings thousands of responses in transactions of its own. A submission leaves deltas instead, since
everybody's answers meet in the same few rows of the margins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from survey_service.core.plans import Add, Column
from survey_service.nps.queries import BINS, targets
from survey_service.nps.rollups import DeltaKey, DeltaRow

Key = tuple[object, ...]

_QUESTION = (Column("workspace", "uuid"), Column("form", "uuid"), Column("question", "varchar"))
_CELL = (
    *_QUESTION, Column("day", "date"), Column("place", "varchar"), Column("channel", "varchar"),
    Column("language", "varchar"), Column("revision", "smallint"),
)  # fmt: skip
_MARGIN = (
    *_QUESTION, Column("dimension", "varchar"), Column("day", "date"), Column("value", "varchar"),
    Column("revision", "smallint"),
)  # fmt: skip
_SUMS = tuple(Column(name, "bigint") for name in BINS)


def additions(deltas: Iterable[DeltaRow]) -> list[Add]:
    """The statements that count what these deltas say, in the order in which a fold takes its locks."""
    cells: defaultdict[Key, list[int]] = defaultdict(_nothing)
    margins: defaultdict[Key, list[int]] = defaultdict(_nothing)
    for row in deltas:
        key = DeltaKey(*row[: len(DeltaKey._fields)])
        counts = [(score, count) for score, count in enumerate(row[len(DeltaKey._fields) :]) if count]
        for dimension, value, channel, language in targets(
            key.kind, key.place, key.channel, key.language, key.sentiment
        ):
            if dimension == "cell":
                where = (*key[:3], key.day, value, channel, language, key.revision)
                bins = cells[where]
            else:
                bins = margins[*key[:3], dimension, key.day, value, key.revision]
            for score, count in counts:
                bins[score] += count
    return [_add("score_margin", _MARGIN, margins), _add("score_cell", _CELL, cells)]


def _nothing() -> list[int]:
    return [0] * len(BINS)


def _add(table: str, keys: tuple[Column, ...], counted: Mapping[Key, list[int]]) -> Add:
    return Add(table, keys, _SUMS, [(*key, *bins) for key, bins in sorted(counted.items())])
