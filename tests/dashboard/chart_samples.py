"""What each kind of chart is tried with: full, of few answers, and with gaps and breaks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from survey_service.dashboard.axes import nice_axis
from survey_service.dashboard.charts.dot_whisker import Ranged
from survey_service.dashboard.schemas import Trend, TrendPoint
from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics.ces import ces
from survey_service.nps.metrics.nps import nps
from survey_service.nps.trend import Period

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
GOOD, FEW, NONE = Histogram.from_scores([10] * 60 + [2] * 40), Histogram.from_scores([10, 3]), Histogram()


def trend(*segments: list[Histogram]) -> Trend:
    """A trend by month, of one wording for each segment."""
    months = iter(range(1, 13))
    made = []
    for segment in segments:
        points = []
        for histogram in segment:
            month = next(months)
            points.append(TrendPoint(f"2026-{month:02d}", date(2026, month, 1), date(2026, month, 28), nps(histogram)))
        made.append(tuple(points))
    return Trend("month", YEAR, tuple(made), tuple(segment[0].key for segment in made[1:]))


SAMPLES: Mapping[str, Sequence[Any]] = {
    "trend": (
        trend([GOOD, FEW, GOOD, GOOD], [GOOD, NONE, GOOD]),
        trend([GOOD, GOOD, FEW, GOOD], [GOOD, NONE]),
        trend([FEW, NONE, FEW]),
    ),
    "histogram": (nps(GOOD), ces(Histogram.from_scores([7, 6] * 6)), nps(FEW), ces(Histogram.from_scores([7]))),
    "shares": (nps(GOOD), nps(FEW)),
    "dot_whisker": (Ranged(nps(GOOD), nice_axis(0, 50), 10.0), Ranged(nps(FEW), nice_axis(0, 50))),
}
