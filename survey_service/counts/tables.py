"""Running counts of answers. Columns only; `deltas` and `fold` say how they are kept, `dimensions` which there are.

A row counts the answers to one question (or to a `part` of it, such as a row of a matrix) in eleven numbers. Texts that
do not apply are empty rather than null, so that unique keys hold on both engines. `place` is the place's id as text.
"""

from collections.abc import Mapping
from typing import Any

from piccolo.columns import UUID, BigInt, BigSerial, Column, Date, Integer, SmallInt, Varchar
from piccolo.table import Table, create_table_class

from survey_service.core.personal import Impersonal
from survey_service.counts.dimensions import DIMENSIONS, RECEIVED
from survey_service.counts.schemas import BINS


def _made(name: str, tablename: str, columns: Mapping[str, Column]) -> type[Table]:
    """A table of nothing but numbers: no column says anything of a person."""
    declared = {column: Impersonal[type(made)] for column, made in columns.items()}  # type: ignore[misc]
    members: dict[str, Any] = {"__module__": __name__, "__annotations__": declared, **columns}
    return create_table_class(name, class_kwargs={"tablename": tablename}, class_members=members)


def _counted() -> dict[str, Column]:
    return {
        "workspace": UUID(default=None),
        "form": UUID(default=None),
        "question": Varchar(length=40),
        "part": Varchar(length=40, default=""),
        "revision": SmallInt(default=1),
        "day": Date(),
    }


def _values(*names: str) -> dict[str, Column]:
    return {name: Varchar(length=DIMENSIONS[name].width, default="") for name in names}


CountDelta = _made(
    "CountDelta",
    "count_delta",
    {
        "id": BigSerial(primary_key=True),
        **_counted(),
        "kind": Varchar(length=16, default="answer"),
        **_values(*DIMENSIONS),
        **{name: Integer(default=0) for name in BINS},
    },
)
"""Appended with each submission; folded into the counts by the worker.

`kind` is `answer` (goes to every dimension that is known at receipt) or the name of a late one (goes to that alone).
"""

CountCell = _made(
    "CountCell", "count_cell", {**_counted(), **_values(*RECEIVED), **{name: BigInt(default=0) for name in BINS}}
)
"""Counts per day and all dimensions that are known at receipt: read when two filters are set at once."""

CountMargin = _made(
    "CountMargin",
    "count_margin",
    {
        **_counted(),
        "dimension": Varchar(length=16),
        "value": Varchar(length=max(dimension.width for dimension in DIMENSIONS.values()), default=""),
        **{name: BigInt(default=0) for name in BINS},
    },
)
"""Counts per day and one value of one `dimension`; `total` has all."""
