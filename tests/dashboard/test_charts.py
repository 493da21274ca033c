"""Every kind of chart is whole: what one lacks, a test here names."""

import importlib
import json
import pkgutil
import re
from typing import Any, get_args
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest

from survey_service.core.templates import static_text
from survey_service.dashboard import charts
from survey_service.dashboard.charts.base import Chart, Width
from survey_service.dashboard.colours import PRINT_STYLE
from survey_service.dashboard.sections import SECTIONS
from tests.dashboard.chart_samples import SAMPLES

WIDTHS: tuple[Width, ...] = get_args(Width)
SHAPES = re.compile(r'<(?:line|rect|circle|polygon|polyline) class="([^"]+)"')


def made() -> dict[str, Chart[Any]]:
    """The chart of each file of the room, by the file's name."""
    found = {}
    for file in pkgutil.iter_modules(charts.__path__):
        if file.name != "base":
            module = importlib.import_module(f"{charts.__name__}.{file.name}")
            (found[file.name],) = [one for one in vars(module).values() if isinstance(one, Chart)]
    return found


CHARTS = made()


def test_the_tests_can_draw_it() -> None:
    assert SAMPLES.keys() == CHARTS.keys()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CHARTS)
def test_its_drawing_is_whole_and_every_class_has_a_style_on_page_and_in_print(name: str, width: Width) -> None:
    sheet, drawn = static_text("css/app.css"), [CHARTS[name].svg(sample, width) for sample in SAMPLES[name]]
    assert drawn[0]
    for svg in filter(None, drawn):
        ElementTree.fromstring(svg)
        assert "<title " in svg or 'aria-hidden="true"' in svg
        for shape in {one for names in SHAPES.findall(svg) for one in names.split()}:
            assert f".{shape}" in PRINT_STYLE, shape
            assert f".{shape}" in sheet, shape


@pytest.mark.parametrize("name", [name for name, chart in CHARTS.items() if chart.plotly])
def test_plotly_takes_it_and_every_mark_leads_somewhere(name: str) -> None:
    explored = CHARTS[name].plotly
    assert explored
    for sample in SAMPLES[name]:
        figure = go.Figure(json.loads(explored(sample, lambda _mark: "/app/somewhere")))
        marks = [mark for trace in figure.data for mark in trace.customdata or ()]
        assert marks
        assert set(marks) == {"/app/somewhere"}


def test_what_can_be_explored_is_a_chart_that_plotly_takes() -> None:
    """`/app/figures/<name>` gives what a section explores, under the name that the chart has in the page."""
    assert {name for name, one in SECTIONS.items() if one.explore} == {
        name for name, one in CHARTS.items() if one.plotly
    }
