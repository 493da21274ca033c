"""Drawings: valid, complete and honest about gaps, breaks and too few answers."""

import json
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_service.core.i18n import staff
from survey_service.core.templates import static_text
from survey_service.dashboard import words
from survey_service.dashboard.axes import FEWEST_TICKS, MOST_TICKS, nice_axis, scale_axis
from survey_service.dashboard.charts.base import LETTER, Width
from survey_service.dashboard.charts.dot_whisker import INSET, Ranged, axis_svg, range_axis, range_svg
from survey_service.dashboard.charts.histogram import WIDTHS as BARS
from survey_service.dashboard.charts.histogram import histogram_figure, histogram_svg
from survey_service.dashboard.charts.shares import shares_svg
from survey_service.dashboard.charts.trend import FRAMES, runs, trend_figure, trend_svg
from survey_service.dashboard.colours import COLOURS
from survey_service.dashboard.plotly_layout import BAND
from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics import METRICS
from survey_service.nps.metrics.ces import ces
from survey_service.nps.metrics.csat import csat
from survey_service.nps.metrics.nps import nps
from survey_service.nps.scores import Score
from tests.dashboard.chart_samples import FEW, GOOD, NONE, trend

WIDTHS: tuple[Width, ...] = ("wide", "narrow")


def kinds(svg: str, kind: str) -> list[ElementTree.Element]:
    return [element for element in ElementTree.fromstring(svg).iter() if kind in element.get("class", "").split()]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_trend_breaks_its_line_where_the_wording_changed(width: Width) -> None:
    svg = trend_svg(trend([GOOD] * 4, [GOOD] * 5), width)
    assert len(kinds(svg, "line")) == len(kinds(svg, "band")) == 2
    assert len(kinds(svg, "break")) == 1
    assert "New wording" in svg
    assert "The wording changed in 2026-05." in svg


def test_too_few_answers_are_a_tick_at_the_foot_and_none_is_a_gap() -> None:
    svg = trend_svg(trend([GOOD, GOOD, FEW, GOOD, GOOD, NONE, GOOD]), "wide")
    assert len(kinds(svg, "line")) == 2
    ticks = kinds(svg, "few")
    assert [tick.get("y2") for tick in ticks] == [str(FRAMES["wide"].bottom)]
    assert len(kinds(svg, "whisker")) == 1


def test_a_trend_without_enough_answers_says_so() -> None:
    svg = trend_svg(trend([FEW, NONE]), "wide")
    assert "too few answers for a line" in svg
    assert not kinds(svg, "line")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_trend_without_enough_answers_has_no_axis_of_scores(width: Width) -> None:
    svg = trend_svg(trend([FEW, NONE, FEW], [FEW]), width)
    assert kinds(svg, "grid") == kinds(svg, "band") == kinds(svg, "whisker") == []
    assert len(kinds(svg, "few")) == 3
    texts = [element.text for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]
    assert texts[:3] == ["2", "2", "2"]
    assert all(text in ("2",) or "2026" in text or text.isalpha() for text in texts if text)


@pytest.mark.parametrize("score", [nps(FEW), csat(Histogram.from_scores([5, 1, 2])), ces(Histogram.from_scores([7]))])
def test_too_few_answers_have_no_hue_no_share_and_no_range(score: Score) -> None:
    drawn = histogram_svg(score, "narrow")
    assert not re.search(r"f-(promoter|passive|detractor|ink)", drawn)
    assert shares_svg(score) == ""
    assert range_axis([score]) is None
    assert "%" not in words.with_unit(score)


def test_the_newest_figure_stands_at_the_end() -> None:
    svg = trend_svg(trend([GOOD] * 3), "wide")
    assert [element.text for element in kinds(svg, "lead")] == ["20"]


def test_a_histogram_has_every_answer_of_its_scale_and_only_nps_has_hues() -> None:
    svg = histogram_svg(nps(GOOD), "narrow")
    assert (len(kinds(svg, "f-promoter")), len(kinds(svg, "f-detractor"))) == (2, 7)
    assert "10: 60" in svg
    plain = histogram_svg(csat(Histogram.from_scores([5, 4, 1] * 4)), "narrow")
    assert len(kinds(plain, "f-ink")) == 5
    assert "Promoters" not in plain


@pytest.mark.parametrize("language", ["en", "ar", "de", "ka", "ru"])
def test_the_groups_names_do_not_lie_upon_each_other(language: str) -> None:
    """The two narrow brackets at the end are often shorter than their words."""
    with staff.spoken(language):
        names = [staff.gettext(group.title) for group in METRICS["nps"].groups]
        texts = list(ElementTree.fromstring(histogram_svg(nps(GOOD), "narrow")).iter())
    shown = [each for each in texts if each.text in names]
    assert [each.text for each in shown] == names
    middles = [float(each.attrib["x"]) for each in shown]
    for (left, right), (first, second) in zip(pairwise(middles), pairwise(names), strict=True):
        assert right - left >= (len(first) + len(second)) / 2 * LETTER


def test_a_range_needs_enough_answers() -> None:
    axis = range_axis([nps(GOOD), nps(FEW)])
    assert axis is not None
    assert range_svg(Ranged(nps(FEW), axis)) == ""
    svg = range_svg(Ranged(nps(GOOD), axis, 20.0))
    assert (len(kinds(svg, "dot")), len(kinds(svg, "whisker")), len(kinds(svg, "mean"))) == (1, 1, 1)


def test_the_split_adds_up_and_leaves_out_what_is_empty() -> None:
    parts = [element for element in ElementTree.fromstring(shares_svg(nps(GOOD))).iter() if element.get("height")]
    assert [part.get("width") for part in parts if part.get("class") != "split"][:1] == ["60.00%"]
    assert shares_svg(nps(NONE)) == shares_svg(ces(Histogram.from_scores([7]))) == ""


@settings(deadline=None)
@given(st.floats(-100, 100) | st.floats(0, 1e10), st.floats(-100, 100) | st.floats(0, 1e10))
def test_an_axis_holds_what_it_is_for_in_a_few_round_steps(one: float, other: float) -> None:
    low, high = sorted((one, other))
    axis = nice_axis(low, high)
    hair = 1e-6 * max(high - low, 1)
    assert axis.low <= low + hair
    assert axis.high >= high - hair
    assert FEWEST_TICKS <= len(axis.ticks) <= MOST_TICKS
    assert all(tick == int(tick) for tick in axis.ticks)


@given(st.floats(1, 7), st.floats(1, 7))
def test_an_axis_of_means_has_ticks_of_a_tenth_at_least(one: float, other: float) -> None:
    axis = nice_axis(*sorted((one, other)), METRICS["ces"].finest)
    assert FEWEST_TICKS <= len(axis.ticks) <= MOST_TICKS
    assert all(tick == round(tick, 1) for tick in axis.ticks)


@pytest.mark.parametrize("highest", range(2, 11))
def test_the_axis_of_a_scale_is_the_scale(highest: int) -> None:
    axis = scale_axis(1, highest)
    assert (axis.low, axis.high, axis.ticks[0]) == (1, highest, 1)
    assert min(highest, FEWEST_TICKS) <= len(axis.ticks) <= MOST_TICKS


@given(st.lists(st.lists(st.integers(1, 7), min_size=10, max_size=40), min_size=1, max_size=5))
def test_ranges_of_means_stay_on_their_scale(rows: list[list[int]]) -> None:
    axis = range_axis([ces(Histogram.from_scores(row)) for row in rows])
    assert axis is not None
    assert 1 <= axis.low < axis.high <= 7


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from([GOOD, FEW, NONE]), min_size=1, max_size=4), min_size=1, max_size=3))
def test_every_trend_is_well_formed(segments: list[list[Histogram]]) -> None:
    made = trend(*segments)
    for width in WIDTHS:
        root = ElementTree.fromstring(trend_svg(made, width))
        assert root.get("role") == "img"
        assert root.find("title") is not None
    traces = json.loads(trend_figure(made, lambda point: f"/app?from={point.first}"))["data"]
    lines = sum(trace["mode"] == "lines+markers" for trace in traces)
    assert lines == sum(len(runs(segment)) for segment in made.segments)
    dots = [len(trace["x"]) for trace in traces if trace["mode"] == "markers"]
    assert sum(dots) == sum(segment.count(FEW) for segment in segments)


def test_print_colours_are_the_light_theme_s() -> None:
    sheet = static_text("css/tokens.css")
    light = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", sheet[: sheet.index("}")]))
    assert {name: light[name] for name in COLOURS} == COLOURS


def test_the_script_knows_every_colour_that_figures_use() -> None:
    script = static_text("js/explore.js")
    assert all(colour in script for colour in COLOURS.values())
    assert BAND in script


def test_an_interactive_histogram_keeps_its_brackets_and_counts_people() -> None:
    figure = json.loads(histogram_figure(nps(GOOD), str))
    assert figure["data"][0]["y"][10] == 60
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Detractors", "Passives", "Promoters"]
    assert len(figure["layout"]["shapes"]) == 3
    few = json.loads(histogram_figure(nps(FEW), str))
    assert all("." not in tick for tick in few["layout"]["yaxis"]["ticktext"])
    assert not any("%" in said for said in few["data"][0]["hovertext"])


def test_groups_are_named_in_the_reader_s_language_drawn_or_explored() -> None:
    with staff.spoken("de"):
        explored = json.loads(histogram_figure(nps(GOOD), str))["layout"]["annotations"]
        drawn = histogram_svg(nps(GOOD), "wide")
        named = [staff.gettext(group.title) for group in METRICS["nps"].groups]
    assert [note["text"] for note in explored] == named
    assert named[0] != "Detractors"
    assert all(f">{name}</text>" in drawn for name in named)


@pytest.mark.parametrize("n", [3, 300, 120_000])
def test_numbers_above_bars_fit_their_bars(n: int) -> None:
    score = nps(Histogram.from_scores([10, 10, 8, 3, 0] * (n // 5 + 1)) if n < 1000 else Histogram((n,) * 11))
    for width in WIDTHS:
        drawn = ElementTree.fromstring(histogram_svg(score, width))
        labels = [one.text or "" for one in drawn.iter() if one.get("class") == "label"][:11]
        assert max(len(label) for label in labels if not label.isalpha()) * LETTER <= BARS[width] / 11


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
    drawn = axis_svg(nice_axis(low, high))
    assert re.findall(r">([−\d]+)</text>", drawn) == said
    places = [float(place) for place in re.findall(r'x="([\d.]+)%"', drawn)]
    assert places[0] == INSET
    assert places[-1] == 100 - INSET
