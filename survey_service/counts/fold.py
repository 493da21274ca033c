"""Folds deltas into the counts: cells (day and all dimensions together) and margins (day and one of them, or none)."""

from survey_service.core import database
from survey_service.core.batch.statements import Column, addition, names_of
from survey_service.counts.deltas import MARGINS
from survey_service.counts.dimensions import ANSWER, DIMENSIONS, RECEIVED
from survey_service.counts.schemas import BINS

CELL = (
    Column("workspace", "uuid"), Column("form", "uuid"), Column("question", "varchar"), Column("day", "date"),
    *(Column(name, "varchar") for name in RECEIVED),
    Column("revision", "smallint"), Column("part", "varchar"),
)  # fmt: skip
"""The key of a cell."""
MARGIN = (
    Column("workspace", "uuid"), Column("form", "uuid"), Column("question", "varchar"), Column("dimension", "varchar"),
    Column("day", "date"), Column("value", "varchar"), Column("revision", "smallint"), Column("part", "varchar"),
)  # fmt: skip
"""The key of a margin."""
COUNTS = tuple(Column(name, "bigint") for name in BINS)
"""What either counts."""
_SUMS = ", ".join(f"sum({name})" for name in BINS)
_NAMES = names_of(COUNTS)
_CELL, _MARGIN = names_of(CELL), names_of(MARGIN)


async def fold(limit: int = 1_000) -> int:
    """Adds up to `limit` deltas to the counts and removes them, in one transaction; gives how many.

    The limit keeps a transaction short: call it again while it gives `limit`.
    Several workers may fold at once: on PostgreSQL each takes rows that no other holds.
    """
    async with database.transaction():
        if database.dialect() == "postgres":
            row = await database.fetch_one(POSTGRES_FOLD, limit)
            return int(row["folded"]) if row else 0
        last = await database.fetch_one(
            "SELECT max(id) AS last, count(*) AS folded FROM (SELECT id FROM count_delta ORDER BY id LIMIT {})", limit
        )
        if not last or not last["folded"]:
            return 0
        for statement in SQLITE_FOLD:
            await database.execute(statement, last["last"])
        return int(last["folded"])


# Rows are sorted by their key, so that two workers meet each row in the same order and cannot deadlock.
def _into_cells(taken: str) -> str:
    return (
        f"INSERT INTO count_cell ({_CELL}, {_NAMES}) SELECT {_CELL}, {_SUMS} FROM {taken} "
        f"WHERE kind = '{ANSWER}' GROUP BY {_CELL} ORDER BY {_CELL} {addition('count_cell', CELL, COUNTS)}"
    )


def _into_margins(taken: str) -> str:
    values = " ".join(f"WHEN '{name}' THEN {name}" for name in DIMENSIONS)
    spread = (
        f"SELECT workspace, form, question, dimension, day, CASE dimension {values} ELSE '' END AS value, "
        f"revision, part, {_NAMES} FROM {taken} JOIN dimensions ON counted = kind"
    )
    return (
        f"INSERT INTO count_margin ({_MARGIN}, {_NAMES}) SELECT {_MARGIN}, {_SUMS} FROM ({spread}) AS spread "
        f"WHERE true GROUP BY {_MARGIN} ORDER BY {_MARGIN} {addition('count_margin', MARGIN, COUNTS)}"
    )


_DIMENSIONS = "dimensions(dimension, counted) AS (VALUES {})".format(
    ", ".join(f"('{name}', '{kind}')" for name, kind in MARGINS.items())
)
_LOWEST = "(SELECT * FROM count_delta WHERE id <= {}) AS taken"
SQLITE_FOLD = (
    _into_cells(_LOWEST),
    f"WITH {_DIMENSIONS} {_into_margins(_LOWEST)}",
    "DELETE FROM count_delta WHERE id <= {}",
)
POSTGRES_FOLD = (
    "WITH chosen AS MATERIALIZED (SELECT id FROM count_delta ORDER BY id LIMIT {} FOR UPDATE SKIP LOCKED), "
    "taken AS (DELETE FROM count_delta AS d USING chosen WHERE d.id = chosen.id RETURNING d.*), "
    f"{_DIMENSIONS}, cells AS ({_into_cells('taken')}), margins AS ({_into_margins('taken')}) "
    "SELECT count(*) AS folded FROM taken"
)
