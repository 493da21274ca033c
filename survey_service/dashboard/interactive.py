"""The same figures for Plotly, which somebody opens beside a drawing to explore it. Pure.

Colours are those of the light theme; the script replaces each by its token's value in the reader's theme. What a
point leads to is its `customdata`, an address of our own.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from survey_service.core.i18n.staff import gettext as _
from survey_service.dashboard import words
from survey_service.dashboard.figures import COLOURS, GROUPS, Axis, bar_class, nice_axis, runs, trend_axis
from survey_service.dashboard.periods import bucket_label
from survey_service.dashboard.schemas import Trend, TrendPoint
from survey_service.nps.scores import Score

BAND = "rgba(27,28,31,0.09)"
HUES = {"f-ink": "ink-2", "f-few": "line-strong"}
FOOT = {"yref": "paper", "showarrow": False}
"""Where brackets and notes stand: in the figure's frame, whatever the axis shows."""

Part = dict[str, Any]
Trace = dict[str, Any]
LinkOfPoint = Callable[[TrendPoint], str]
LinkOfAnswer = Callable[[int], str]


def trend_figure(trend: Trend, link: LinkOfPoint) -> bytes:
    """Line and 95 % band, a trace of each for every wording, as JSON. Hovering tells the range and the number of
    answers; without enough answers for a line, there are only their numbers."""
    points = [point for segment in trend.segments for point in segment]
    traces = [trace for segment in trend.segments for run in runs(segment) for trace in _run(run, link)]
    few = [point for point in points if point.score.state == "too_few"]
    axis = trend_axis([point.score for point in points]) if traces else _people([point.score.n for point in points])
    traces += _few(few, link, axis.low) if traces else _numbers(few, link)
    order = list(dict.fromkeys(map(_label, points)))
    across = {"type": "category", "categoryorder": "array", "categoryarray": order, "nticks": 8}
    layout = _layout({**across, "range": [-0.5, len(order) - 0.5]}, axis)
    layout["shapes"] = [_break(_label(segment[0])) for segment in trend.segments[1:]]
    layout["annotations"] = _notes(trend)
    return msgspec.json.encode({"data": traces, "layout": layout})


def histogram_figure(score: Score, link: LinkOfAnswer) -> bytes:
    """A bar for each answer of the scale, NPS with its three brackets, as JSON. Hovering tells the share, if there
    are enough answers for one."""
    answers = range(score.scale[0], score.scale[1] + 1)
    counts = [score.histogram.counts[answer] for answer in answers]
    enough = score.state == "ok"
    shares = [f" ({share})" if enough else "" for share in words.shares(counts)]
    bars = {
        "type": "bar",
        "x": [str(answer) for answer in answers],
        "y": counts,
        "text": list(map(words.count, counts)),
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": list(map(link, answers)),
        "hovertext": [f"{words.answers(n)}{share}" for n, share in zip(counts, shares, strict=True)],
        "hovertemplate": _("Score") + " %{x}: %{hovertext}<extra></extra>",
        "marker": {"color": [_hue(bar_class(score, answer)) for answer in answers]},
    }
    layout = _layout({"type": "category", "fixedrange": True}, _people(counts), right=8)
    if score.metric == "nps":
        layout["margin"]["b"] = 56
        layout["shapes"] = [_bracket(low, high) for (low, high), _, _ in GROUPS]
        layout["annotations"] = [_named(low, high, name) for (low, high), _, name in GROUPS]
    return msgspec.json.encode({"data": [bars], "layout": layout})


def _hue(kind: str) -> str:
    return COLOURS[HUES.get(kind, kind.removeprefix("f-"))]


def _people(counts: Sequence[int]) -> Axis:
    """An axis of whole people with room for the number above the tallest bar."""
    return nice_axis(0, 1.05 * max([*counts, 1]))


def _label(point: TrendPoint) -> str:
    return bucket_label(point.key, point.first, with_year=True)


def _run(run: Sequence[TrendPoint], link: LinkOfPoint) -> list[Trace]:
    """Line and band of neighbouring points; a lone point has its interval as a whisker."""
    labels = list(map(_label, run))
    lows, highs = [point.score.low for point in run], [point.score.high for point in run]
    line = _markers(run, link, [point.score.score for point in run], list(map(_hover, run)))
    line |= {
        "mode": "lines+markers",
        "line": {"color": COLOURS["ink"], "width": 2},
        "marker": {"size": 6, "color": COLOURS["ink"]},
    }
    if len(run) == 1:
        value = run[0].score.score or 0.0
        ends = {"array": [(highs[0] or 0.0) - value], "arrayminus": [value - (lows[0] or 0.0)]}
        return [{**line, "error_y": {**ends, "color": COLOURS["ink-2"], "width": 0}}]
    edge = {"type": "scatter", "x": labels, "hoverinfo": "skip", "showlegend": False, "mode": "lines"}
    edge["line"] = {"width": 0}
    return [{**edge, "y": lows}, {**edge, "y": highs, "fill": "tonexty", "fillcolor": BAND}, line]


def _few(points: Sequence[TrendPoint], link: LinkOfPoint, base: float) -> list[Trace]:
    """Grey ticks on the time axis for buckets with too few answers, whose scores would read as certain."""
    return [_markers(points, link, [base] * len(points), list(map(_hover, points)))] if points else []


def _numbers(points: Sequence[TrendPoint], link: LinkOfPoint) -> list[Trace]:
    """Grey ticks at the number of answers."""
    return [_markers(points, link, [point.score.n for point in points], list(map(_hover, points)))] if points else []


def _markers(points: Sequence[TrendPoint], link: LinkOfPoint, up: Sequence[float | None], said: list[str]) -> Trace:
    return {
        "type": "scatter",
        "x": list(map(_label, points)),
        "y": list(up),
        "text": said,
        "customdata": list(map(link, points)),
        "hovertemplate": "%{x}: %{text}<extra></extra>",
        "mode": "markers",
        "marker": {"size": 12, "symbol": "line-ns", "line": {"width": 2, "color": COLOURS["ink-3"]}},
        "showlegend": False,
    }


def _hover(point: TrendPoint) -> str:
    score = point.score
    if score.state != "ok":
        return _("too few answers, %(n)s", n=words.count(score.n))
    return f"{words.with_unit(score)} ({words.interval(score)}), {words.answers(score.n)}"


def _break(label: str) -> Part:
    line = {"color": COLOURS["line-strong"], "dash": "dot", "width": 1}
    return {"type": "line", "x0": label, "x1": label, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _bracket(low: int, high: int) -> Part:
    """A line under the answers `low`…`high`, 30 px below the axis."""
    below = {"yref": "paper", "ysizemode": "pixel", "yanchor": 0, "y0": -30, "y1": -30}
    line = {"color": COLOURS["line-strong"], "width": 1}
    return {"type": "line", "x0": low - 0.44, "x1": high + 0.44, **below, "line": line}


def _named(low: int, high: int, name: str) -> Part:
    """A group's word under its bracket; beside narrow bars the last two end with theirs, or they would meet."""
    ends = {10: 10.45, 8: 8.1}
    across = {"x": ends[high], "xanchor": "right"} if high in ends else {"x": (low + high) / 2, "xanchor": "center"}
    return {**FOOT, **across, "y": 0, "yanchor": "top", "yshift": -32, "text": name}


def _notes(trend: Trend) -> list[Part]:
    """The newest figure beside its point, and what each break means."""
    plain = {"showarrow": False, "xanchor": "left"}
    notes: list[Part] = [
        {**plain, "x": _label(segment[0]), "y": 0, "yref": "paper", "yanchor": "bottom", "text": _("New wording")}
        for segment in trend.segments[1:]
    ]
    last = trend.segments[-1][-1]
    if last.score.state == "ok":
        said = f"{words.value(last.score)}<br>{words.chart_interval(last.score)}"
        notes.append({**plain, "x": _label(last), "y": last.score.score, "xshift": 8, "align": "left", "text": said})
    return notes


def _layout(across: Part, up: Axis, right: int = 48) -> Part:
    plain = {"gridcolor": COLOURS["line"], "linecolor": COLOURS["line"], "zerolinecolor": COLOURS["line-strong"]}
    ticks = {"tickmode": "array", "tickvals": up.ticks, "ticktext": list(map(_tick, up.ticks))}
    return {
        "margin": {"l": 40, "r": right, "t": 20, "b": 32},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": COLOURS["ink-3"], "size": 12},
        "hoverlabel": {"bgcolor": COLOURS["surface"], "font": {"color": COLOURS["ink"]}},
        "xaxis": {**plain, **across, "showgrid": False},
        "yaxis": {**plain, **ticks, "range": [up.low, up.high], "fixedrange": True},
        "bargap": 0.08,
        "dragmode": "zoom",
    }


def _tick(tick: float) -> str:
    return words.rounded(tick, int(tick % 1 != 0))
