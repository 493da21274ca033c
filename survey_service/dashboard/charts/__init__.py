"""Kinds of charts: one file a kind, its drawing beside its form for Plotly, and here the one table of them. Pure.

What all say of themselves is `base.Chart`. A new kind is its file and its place in the table; a section of the summary
gives it what it draws.
"""

from collections.abc import Mapping
from typing import Any

from survey_service.dashboard.charts.base import Chart
from survey_service.dashboard.charts.dot_whisker import DOT_WHISKER_CHART
from survey_service.dashboard.charts.histogram import HISTOGRAM_CHART
from survey_service.dashboard.charts.shares import SHARES_CHART
from survey_service.dashboard.charts.trend import TREND_CHART

CHARTS: Mapping[str, Chart[Any]] = {
    chart.name: chart for chart in (TREND_CHART, HISTOGRAM_CHART, SHARES_CHART, DOT_WHISKER_CHART)
}
"""Every kind of chart by its name."""
