"""Running counts of scores. Columns only; `rollups.py` says how they are kept.

Texts that do not apply are empty rather than null, so that unique keys hold on both engines. `place` is the
place's id as text, or empty.
"""

from piccolo.columns import UUID, BigInt, BigSerial, Date, Integer, SmallInt, Varchar
from piccolo.table import Table


class ScoreDelta(Table, tablename="score_delta"):
    """Appended with each submission; folded into the counts by the worker.

    `kind` is `answer` (goes to every dimension) or `sentiment` (goes to that margin alone).
    """

    id = BigSerial(primary_key=True)
    workspace = UUID(default=None)
    form = UUID(default=None)
    question = Varchar(length=40)
    revision = SmallInt(default=1)
    day = Date()
    kind = Varchar(length=16, default="answer")
    place = Varchar(length=36, default="")
    channel = Varchar(length=16, default="")
    language = Varchar(length=35, default="")
    sentiment = Varchar(length=16, default="")
    b0 = Integer(default=0)
    b1 = Integer(default=0)
    b2 = Integer(default=0)
    b3 = Integer(default=0)
    b4 = Integer(default=0)
    b5 = Integer(default=0)
    b6 = Integer(default=0)
    b7 = Integer(default=0)
    b8 = Integer(default=0)
    b9 = Integer(default=0)
    b10 = Integer(default=0)


class ScoreCell(Table, tablename="score_cell"):
    """Counts per day, place, channel and language together: read when two filters are set at once."""

    workspace = UUID(default=None)
    form = UUID(default=None)
    question = Varchar(length=40)
    revision = SmallInt(default=1)
    day = Date()
    place = Varchar(length=36, default="")
    channel = Varchar(length=16, default="")
    language = Varchar(length=35, default="")
    b0 = BigInt(default=0)
    b1 = BigInt(default=0)
    b2 = BigInt(default=0)
    b3 = BigInt(default=0)
    b4 = BigInt(default=0)
    b5 = BigInt(default=0)
    b6 = BigInt(default=0)
    b7 = BigInt(default=0)
    b8 = BigInt(default=0)
    b9 = BigInt(default=0)
    b10 = BigInt(default=0)


class ScoreMargin(Table, tablename="score_margin"):
    """Counts per day and one value of one dimension: `total`, `place`, `channel`, `language`, `sentiment`."""

    workspace = UUID(default=None)
    form = UUID(default=None)
    question = Varchar(length=40)
    revision = SmallInt(default=1)
    day = Date()
    dimension = Varchar(length=16)
    value = Varchar(length=36, default="")
    b0 = BigInt(default=0)
    b1 = BigInt(default=0)
    b2 = BigInt(default=0)
    b3 = BigInt(default=0)
    b4 = BigInt(default=0)
    b5 = BigInt(default=0)
    b6 = BigInt(default=0)
    b7 = BigInt(default=0)
    b8 = BigInt(default=0)
    b9 = BigInt(default=0)
    b10 = BigInt(default=0)
