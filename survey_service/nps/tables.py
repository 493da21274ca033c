"""Running counts of scores. Columns only; `rollups.py` says how they are kept.

Texts that do not apply are empty rather than null, so that unique keys hold on both engines. `place` is the
place's id as text, or empty.
"""

from piccolo.columns import UUID, BigInt, BigSerial, Date, Integer, SmallInt, Varchar
from piccolo.table import Table

from survey_service.core.personal import Impersonal


class ScoreDelta(Table, tablename="score_delta"):
    """Appended with each submission; folded into the counts by the worker.

    `kind` is `answer` (goes to every dimension) or `sentiment` (goes to that margin alone).
    """

    id: Impersonal[BigSerial] = BigSerial(primary_key=True)
    workspace: Impersonal[UUID] = UUID(default=None)
    form: Impersonal[UUID] = UUID(default=None)
    question: Impersonal[Varchar] = Varchar(length=40)
    revision: Impersonal[SmallInt] = SmallInt(default=1)
    day: Impersonal[Date] = Date()
    kind: Impersonal[Varchar] = Varchar(length=16, default="answer")
    place: Impersonal[Varchar] = Varchar(length=36, default="")
    channel: Impersonal[Varchar] = Varchar(length=16, default="")
    language: Impersonal[Varchar] = Varchar(length=35, default="")
    sentiment: Impersonal[Varchar] = Varchar(length=16, default="")
    b0: Impersonal[Integer] = Integer(default=0)
    b1: Impersonal[Integer] = Integer(default=0)
    b2: Impersonal[Integer] = Integer(default=0)
    b3: Impersonal[Integer] = Integer(default=0)
    b4: Impersonal[Integer] = Integer(default=0)
    b5: Impersonal[Integer] = Integer(default=0)
    b6: Impersonal[Integer] = Integer(default=0)
    b7: Impersonal[Integer] = Integer(default=0)
    b8: Impersonal[Integer] = Integer(default=0)
    b9: Impersonal[Integer] = Integer(default=0)
    b10: Impersonal[Integer] = Integer(default=0)


class ScoreCell(Table, tablename="score_cell"):
    """Counts per day, place, channel and language together: read when two filters are set at once."""

    workspace: Impersonal[UUID] = UUID(default=None)
    form: Impersonal[UUID] = UUID(default=None)
    question: Impersonal[Varchar] = Varchar(length=40)
    revision: Impersonal[SmallInt] = SmallInt(default=1)
    day: Impersonal[Date] = Date()
    place: Impersonal[Varchar] = Varchar(length=36, default="")
    channel: Impersonal[Varchar] = Varchar(length=16, default="")
    language: Impersonal[Varchar] = Varchar(length=35, default="")
    b0: Impersonal[BigInt] = BigInt(default=0)
    b1: Impersonal[BigInt] = BigInt(default=0)
    b2: Impersonal[BigInt] = BigInt(default=0)
    b3: Impersonal[BigInt] = BigInt(default=0)
    b4: Impersonal[BigInt] = BigInt(default=0)
    b5: Impersonal[BigInt] = BigInt(default=0)
    b6: Impersonal[BigInt] = BigInt(default=0)
    b7: Impersonal[BigInt] = BigInt(default=0)
    b8: Impersonal[BigInt] = BigInt(default=0)
    b9: Impersonal[BigInt] = BigInt(default=0)
    b10: Impersonal[BigInt] = BigInt(default=0)


class ScoreMargin(Table, tablename="score_margin"):
    """Counts per day and one value of one dimension: `total`, `place`, `channel`, `language`, `sentiment`."""

    workspace: Impersonal[UUID] = UUID(default=None)
    form: Impersonal[UUID] = UUID(default=None)
    question: Impersonal[Varchar] = Varchar(length=40)
    revision: Impersonal[SmallInt] = SmallInt(default=1)
    day: Impersonal[Date] = Date()
    dimension: Impersonal[Varchar] = Varchar(length=16)
    value: Impersonal[Varchar] = Varchar(length=36, default="")
    b0: Impersonal[BigInt] = BigInt(default=0)
    b1: Impersonal[BigInt] = BigInt(default=0)
    b2: Impersonal[BigInt] = BigInt(default=0)
    b3: Impersonal[BigInt] = BigInt(default=0)
    b4: Impersonal[BigInt] = BigInt(default=0)
    b5: Impersonal[BigInt] = BigInt(default=0)
    b6: Impersonal[BigInt] = BigInt(default=0)
    b7: Impersonal[BigInt] = BigInt(default=0)
    b8: Impersonal[BigInt] = BigInt(default=0)
    b9: Impersonal[BigInt] = BigInt(default=0)
    b10: Impersonal[BigInt] = BigInt(default=0)
