"""Drawings: valid, complete and honest about gaps, breaks and too few answers."""

import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_service.core.templates import static_text
from survey_service.dashboard import figures, interactive, words
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


@pytest.mark.parametrize("frame", [figures.WIDE, figures.NARROW])
def test_a_trend_without_enough_answers_has_no_axis_of_scores(frame: figures.Frame) -> None:
    svg = figures.trend_svg(trend([FEW, NONE, FEW], [FEW]), frame)
    assert kinds(svg, "grid") == kinds(svg, "band") == kinds(svg, "whisker") == []
    assert len(kinds(svg, "few")) == 3
    texts = [element.text for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]
    assert texts[:3] == ["2", "2", "2"]
    assert all(text in ("2",) or "2026" in text or text.isalpha() for text in texts if text)


@pytest.mark.parametrize("score", [nps(FEW), csat(Histogram.from_scores([5, 1, 2])), ces(Histogram.from_scores([7]))])
def test_too_few_answers_have_no_hue_no_share_and_no_range(score: Score) -> None:
    drawn = figures.histogram_svg(score)
    assert not re.search(r"f-(promoter|passive|detractor|ink)", drawn)
    assert figures.split_svg(score) == ""
    assert figures.range_axis([score]) is None
    assert "%" not in words.with_unit(score)


def test_the_newest_figure_stands_at_the_end() -> None:
    svg = figures.trend_svg(trend([GOOD] * 3))
    assert [element.text for element in kinds(svg, "lead")] == ["20"]


def test_a_histogram_has_every_answer_of_its_scale_and_only_nps_has_hues() -> None:
    svg = figures.histogram_svg(nps(GOOD))
    assert (len(kinds(svg, "f-promoter")), len(kinds(svg, "f-detractor"))) == (2, 7)
    assert "10: 60" in svg
    plain = figures.histogram_svg(csat(Histogram.from_scores([5, 4, 1] * 4)))
    assert len(kinds(plain, "f-ink")) == 5
    assert "Promoters" not in plain


def test_a_range_needs_enough_answers() -> None:
    axis = figures.range_axis([nps(GOOD), nps(FEW)])
    assert axis is not None
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
@given(st.floats(-100, 100) | st.floats(0, 1e10), st.floats(-100, 100) | st.floats(0, 1e10))
def test_an_axis_holds_what_it_is_for_in_a_few_round_steps(one: float, other: float) -> None:
    low, high = sorted((one, other))
    axis = figures.nice_axis(low, high)
    hair = 1e-6 * max(high - low, 1)
    assert axis.low <= low + hair
    assert axis.high >= high - hair
    assert figures.FEWEST_TICKS <= len(axis.ticks) <= figures.MOST_TICKS
    assert all(tick == int(tick) for tick in axis.ticks)


@given(st.floats(1, 7), st.floats(1, 7))
def test_an_axis_of_means_has_ticks_of_a_tenth_at_least(one: float, other: float) -> None:
    axis = figures.nice_axis(*sorted((one, other)), figures.FINEST["ces"])
    assert figures.FEWEST_TICKS <= len(axis.ticks) <= figures.MOST_TICKS
    assert all(tick == round(tick, 1) for tick in axis.ticks)


@pytest.mark.parametrize("highest", range(2, 11))
def test_the_axis_of_a_scale_is_the_scale(highest: int) -> None:
    axis = figures.scale_axis(1, highest)
    assert (axis.low, axis.high, axis.ticks[0]) == (1, highest, 1)
    assert min(highest, figures.FEWEST_TICKS) <= len(axis.ticks) <= figures.MOST_TICKS


@given(st.lists(st.lists(st.integers(1, 7), min_size=10, max_size=40), min_size=1, max_size=5))
def test_ranges_of_means_stay_on_their_scale(rows: list[list[int]]) -> None:
    axis = figures.range_axis([ces(Histogram.from_scores(row)) for row in rows])
    assert axis is not None
    assert 1 <= axis.low < axis.high <= 7


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from([GOOD, FEW, NONE]), min_size=1, max_size=4), min_size=1, max_size=3))
def test_every_trend_is_well_formed(segments: list[list[Histogram]]) -> None:
    made = trend(*segments)
    for frame in (figures.WIDE, figures.NARROW):
        root = ElementTree.fromstring(figures.trend_svg(made, frame))
        assert root.get("role") == "img"
        assert root.find("title") is not None
    traces = json.loads(interactive.trend_figure(made, lambda point: f"/app?from={point.first}"))["data"]
    lines = sum(trace["mode"] == "lines+markers" for trace in traces)
    assert lines == sum(len(figures.runs(segment)) for segment in made.segments)
    dots = [len(trace["x"]) for trace in traces if trace["mode"] == "markers"]
    assert sum(dots) == sum(segment.count(FEW) for segment in segments)


def test_print_colours_are_the_light_theme_s() -> None:
    sheet = static_text("css/tokens.css")
    light = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", sheet[: sheet.index("}")]))
    assert {name: light[name] for name in figures.COLOURS} == figures.COLOURS


def test_the_script_knows_every_colour_that_figures_use() -> None:
    script = static_text("js/explore.js")
    assert all(colour in script for colour in figures.COLOURS.values())
    assert interactive.BAND in script


def test_every_class_of_a_drawing_has_a_style_on_page_and_in_print() -> None:
    drawn = "".join(
        [
            figures.trend_svg(trend([GOOD, FEW, GOOD, GOOD], [GOOD, NONE, GOOD])),
            figures.histogram_svg(nps(GOOD)),
            figures.histogram_svg(ces(Histogram.from_scores([7, 6] * 6))),
            figures.split_svg(nps(GOOD)),
            figures.histogram_svg(nps(FEW)),
            figures.range_svg(nps(GOOD), figures.nice_axis(0, 50), 10.0),
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


def test_interactive_figures_are_what_plotly_takes() -> None:
    made = trend([GOOD, GOOD, FEW, GOOD], [GOOD, NONE])
    only_few = trend([FEW, NONE, FEW])
    for text in (
        interactive.trend_figure(made, lambda point: f"/app?from={point.first}"),
        interactive.trend_figure(only_few, lambda point: f"/app?from={point.first}"),
        interactive.histogram_figure(nps(GOOD), lambda answer: f"/app/answers?score={answer}"),
        interactive.histogram_figure(ces(Histogram.from_scores([7])), lambda answer: f"/app/answers?score={answer}"),
    ):
        figure = go.Figure(json.loads(text))
        assert all(point.startswith("/app") for trace in figure.data for point in trace.customdata or ())


def test_an_interactive_histogram_keeps_its_brackets_and_counts_people() -> None:
    figure = json.loads(interactive.histogram_figure(nps(GOOD), str))
    assert figure["data"][0]["y"][10] == 60
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Detractors", "Passives", "Promoters"]
    assert len(figure["layout"]["shapes"]) == 3
    few = json.loads(interactive.histogram_figure(nps(FEW), str))
    assert all("." not in tick for tick in few["layout"]["yaxis"]["ticktext"])
    assert not any("%" in said for said in few["data"][0]["hovertext"])


@pytest.mark.parametrize("n", [3, 300, 120_000])
def test_numbers_above_bars_fit_their_bars(n: int) -> None:
    score = nps(Histogram.from_scores([10, 10, 8, 3, 0] * (n // 5 + 1)) if n < 1000 else Histogram((n,) * 11))
    for width in (280, 600):
        drawn = ElementTree.fromstring(figures.histogram_svg(score, width=width))
        labels = [one.text or "" for one in drawn.iter() if one.get("class") == "label"][:11]
        assert max(len(label) for label in labels if not label.isalpha()) * figures.LETTER <= width / 11


def test_figures_are_pure() -> None:
    for module in ("figures", "words", "periods", "headline", "view"):
        source = Path(figures.__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
        assert not re.search(
            r"^from survey_service\.core\.(clock|database|settings)|^(from|import) (litestar|piccolo)", source, re.M
        )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-50.0, 100.0, ["−50", "0", "50", "100"]),
        (-10.0, 50.0, ["−20", "0", "20", "40", "60"]),
        (21.0, 29.0, ["20", "25", "30"]),
        (41.9, 42.1, ["41", "42", "43"]),
    ],
)
def test_numbers_above_ranges(low: float, high: float, said: list[str]) -> None:
    drawn = figures.axis_svg(figures.nice_axis(low, high))
    assert re.findall(r">([−\d]+)</text>", drawn) == said
    places = [float(place) for place in re.findall(r'x="([\d.]+)%"', drawn)]
    assert places[0] == figures.INSET
    assert places[-1] == 100 - figures.INSET
