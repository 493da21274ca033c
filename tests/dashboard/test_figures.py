"""Drawings: valid, complete and honest about gaps, breaks and too few answers."""

import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_service.core.templates import static_text
from survey_service.dashboard import figures, interactive
from survey_service.dashboard.schemas import Trend, TrendPoint
from survey_service.nps.histogram import Histogram
from survey_service.nps.scores import Score, ces, csat, nps
from survey_service.nps.trend import Period

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
GOOD, FEW, NONE = Histogram.from_scores([10] * 60 + [2] * 40), Histogram.from_scores([10, 3]), Histogram()


def trend(*segments: list[Histogram]) -> Trend:
    months = iter(range(1, 13))
    made = []
    for segment in segments:
        points = []
        for histogram in segment:
            month = next(months)
            points.append(TrendPoint(f"2026-{month:02d}", date(2026, month, 1), date(2026, month, 28), nps(histogram)))
        made.append(tuple(points))
    return Trend("month", YEAR, tuple(made), tuple(segment[0].key for segment in made[1:]))


def kinds(svg: str, kind: str) -> list[ElementTree.Element]:
    return [element for element in ElementTree.fromstring(svg).iter() if kind in element.get("class", "").split()]


@pytest.mark.parametrize("frame", [figures.WIDE, figures.NARROW])
def test_a_trend_breaks_its_line_where_the_wording_changed(frame: figures.Frame) -> None:
    svg = figures.trend_svg(trend([GOOD] * 4, [GOOD] * 5), frame)
    assert len(kinds(svg, "line")) == len(kinds(svg, "band")) == 2
    assert len(kinds(svg, "break")) == 1
    assert "New wording" in svg
    assert "The wording changed in 2026-05." in svg


def test_too_few_answers_are_a_tick_at_the_foot_and_none_is_a_gap() -> None:
    svg = figures.trend_svg(trend([GOOD, GOOD, FEW, GOOD, GOOD, NONE, GOOD]))
    assert len(kinds(svg, "line")) == 2
    ticks = kinds(svg, "few")
    assert [tick.get("y2") for tick in ticks] == [str(figures.WIDE.bottom)]
    assert len(kinds(svg, "whisker")) == 1


def test_a_trend_without_enough_answers_says_so() -> None:
    svg = figures.trend_svg(trend([FEW, NONE]))
    assert "too few answers for a line" in svg
    assert not kinds(svg, "line")


def test_the_newest_figure_stands_at_the_end() -> None:
    svg = figures.trend_svg(trend([GOOD] * 3))
    assert [element.text for element in kinds(svg, "lead")] == ["20"]


def test_a_histogram_has_every_answer_of_its_scale_and_only_nps_has_hues() -> None:
    svg = figures.histogram_svg(nps(GOOD))
    assert (len(kinds(svg, "f-promoter")), len(kinds(svg, "f-detractor"))) == (2, 7)
    assert "10: 60" in svg
    plain = figures.histogram_svg(csat(Histogram.from_scores([5, 4, 1])))
    assert len(kinds(plain, "f-ink")) == 5
    assert "Promoters" not in plain


def test_a_range_needs_enough_answers() -> None:
    axis = figures.range_axis([nps(GOOD)])
    assert figures.range_svg(nps(FEW), axis) == ""
    svg = figures.range_svg(nps(GOOD), axis, 20.0)
    assert (len(kinds(svg, "dot")), len(kinds(svg, "whisker")), len(kinds(svg, "mean"))) == (1, 1, 1)


def test_the_split_adds_up_and_leaves_out_what_is_empty() -> None:
    parts = [
        element for element in ElementTree.fromstring(figures.split_svg(nps(GOOD))).iter() if element.get("height")
    ]
    assert [part.get("width") for part in parts if part.get("class") != "split"][:1] == ["60.00%"]
    assert figures.split_svg(nps(NONE)) == figures.split_svg(ces(Histogram.from_scores([7]))) == ""


@settings(deadline=None)
@given(st.floats(-100, 100), st.floats(-100, 100))
def test_an_axis_holds_what_it_is_for_in_a_few_round_steps(one: float, other: float) -> None:
    low, high = sorted((one, other))
    axis = figures.nice_axis(low, high)
    assert axis.low <= low + 1e-6
    assert axis.high >= high - 1e-6
    assert 2 <= len(axis.ticks) <= figures.MAX_TICKS + 1


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from([GOOD, FEW, NONE]), min_size=1, max_size=4), min_size=1, max_size=3))
def test_every_trend_is_well_formed(segments: list[list[Histogram]]) -> None:
    made = trend(*segments)
    for frame in (figures.WIDE, figures.NARROW):
        root = ElementTree.fromstring(figures.trend_svg(made, frame))
        assert root.get("role") == "img"
        assert root.find("title") is not None
    traces = json.loads(interactive.trend_figure(made))["data"]
    lines = sum(trace["mode"] == "lines+markers" for trace in traces)
    assert lines == sum(len(figures.runs(segment)) for segment in made.segments)
    dots = [len(trace["x"]) for trace in traces if trace["mode"] == "markers"]
    assert sum(dots) == sum(segment.count(FEW) for segment in segments)


def test_print_colours_are_the_light_theme_s() -> None:
    sheet = static_text("css/tokens.css")
    light = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", sheet[: sheet.index("}")]))
    assert {name: light[name] for name in figures.COLOURS} == figures.COLOURS


def test_the_script_knows_every_colour_that_figures_use() -> None:
    script = static_text("js/dashboard.js")
    assert all(colour in script for colour in figures.COLOURS.values())
    assert interactive.BAND in script


def test_every_class_of_a_drawing_has_a_style_on_page_and_in_print() -> None:
    drawn = "".join(
        [
            figures.trend_svg(trend([GOOD, FEW, GOOD, GOOD], [GOOD, NONE, GOOD])),
            figures.histogram_svg(nps(GOOD)),
            figures.histogram_svg(ces(Histogram.from_scores([7, 6]))),
            figures.split_svg(nps(GOOD)),
            figures.range_svg(nps(GOOD), figures.range_axis([nps(GOOD)]), 10.0),
        ]
    )
    shapes = {
        name
        for names in re.findall(r'<(?:line|rect|circle|polygon|polyline) class="([^"]+)"', drawn)
        for name in names.split()
    }
    sheet = static_text("css/app.css")
    assert [name for name in shapes if f".{name}" not in figures.PRINT_STYLE] == []
    assert [name for name in shapes if f".{name}" not in sheet] == []


def score_of(counts: Histogram) -> Score:
    return nps(counts)


def test_interactive_figures_cannot_end_their_script_element() -> None:
    text = interactive.histogram_figure(score_of(GOOD))
    assert "<" not in text
    assert json.loads(text)["data"][0]["y"][10] == 60


def test_figures_are_pure() -> None:
    for module in ("figures", "words", "periods", "headline", "view"):
        source = Path(figures.__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
        assert not re.search(
            r"^from survey_service\.core\.(clock|database|settings)|^(from|import) (litestar|piccolo)", source, re.M
        )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(-50.0, 100.0, ["0", "50"]), (-10.0, 50.0, ["0", "20", "40"]), (-20.0, 80.0, ["0", "20", "40", "60"])],
)
def test_numbers_above_ranges_leave_each_other_room(low: float, high: float, said: list[str]) -> None:
    drawn = figures.axis_svg(figures.nice_axis(low, high), "nps")
    numbers = re.findall(r">([−\d]+)</text>", drawn)
    assert "0" in numbers
    assert len(numbers) <= figures.MOST_NUMBERS
    assert set(numbers) <= set(said)
