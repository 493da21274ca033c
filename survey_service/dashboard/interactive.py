"""The same figures for Plotly, which takes the place of a drawing after the first paint.

Colours are those of the light theme; the script replaces each by its token's value in the reader's theme.
"""

from typing import Any

import msgspec

from survey_service.dashboard import words
from survey_service.dashboard.figures import COLOURS, bar_class, runs, trend_axis
from survey_service.dashboard.periods import bucket_label
from survey_service.dashboard.schemas import Trend, TrendPoint
from survey_service.nps.scores import Score

BAND = "rgba(27,28,31,0.09)"


def figure_json(figure: Any) -> str:
    """A figure as JSON that may stand inside a script element."""
    text = msgspec.json.encode(msgspec.json.decode(figure.to_json(validate=False))).decode()
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def trend_figure(trend: Trend) -> str:
    """Line and 95 % band, a trace of each for every wording; hovering tells the range and the number of answers."""
    import plotly.graph_objects as go

    traces = [trace for segment in trend.segments for run in runs(segment) for trace in _run(go, run)]
    points = [point for segment in trend.segments for point in segment]
    vertical = trend_axis([point.score for point in points])
    traces += _few(go, [point for point in points if point.score.state == "too_few"], vertical.low)
    order = list(dict.fromkeys(_label(point) for segment in trend.segments for point in segment))
    breaks = [_label(segment[0]) for segment in trend.segments[1:]]
    shapes = [
        {
            "type": "line", "x0": label, "x1": label, "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": COLOURS["line-strong"], "dash": "dot", "width": 1},
        }
        for label in breaks
    ]  # fmt: skip
    axis = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": order,
        "nticks": 8,
        "range": [-0.5, len(order) - 0.5],
    }
    layout = {**_layout(axis, shapes), "annotations": _notes(trend)}
    layout["yaxis"]["range"] = [vertical.low, vertical.high]
    return figure_json(go.Figure(traces, layout))


def histogram_figure(score: Score) -> str:
    """A bar for each answer of the scale."""
    import plotly.graph_objects as go

    answers = list(range(score.scale[0], score.scale[1] + 1))
    counts = [score.histogram.counts[answer] for answer in answers]
    hues = {"f-ink": "ink-2"}
    colours = [COLOURS[hues.get(kind, kind.removeprefix("f-"))] for kind in (bar_class(score, a) for a in answers)]
    bars = go.Bar(
        x=[str(answer) for answer in answers],
        y=counts,
        text=[words.count(n) for n in counts],
        textposition="outside",
        cliponaxis=False,
        customdata=[words.share(n, score.n) for n in counts],
        hovertemplate="Score %{x}: %{text} (%{customdata})<extra></extra>",
        marker={"color": colours},
    )
    return figure_json(go.Figure([bars], _layout({"type": "category"}, [], right=8)))


def _label(point: TrendPoint) -> str:
    return bucket_label(point.key, point.first, with_year=True)


def _run(go: Any, run: list[TrendPoint]) -> list[Any]:
    """Line and band of neighbouring points; a lone point has its interval as a whisker."""
    labels = [_label(point) for point in run]
    hidden = {"hoverinfo": "skip", "showlegend": False, "mode": "lines", "line": {"width": 0}}
    lows, highs = [point.score.low for point in run], [point.score.high for point in run]
    values = [point.score.score or 0.0 for point in run]
    line = go.Scatter(
        x=labels,
        y=values,
        text=[_hover(point.score) for point in run],
        hovertemplate="%{x}: %{text}<extra></extra>",
        mode="lines+markers",
        line={"color": COLOURS["ink"], "width": 2},
        marker={"size": 6, "color": COLOURS["ink"]},
        showlegend=False,
    )
    if len(run) == 1:
        above, below = (highs[0] or 0.0) - values[0], values[0] - (lows[0] or 0.0)
        line.error_y = {"array": [above], "arrayminus": [below], "color": COLOURS["ink-2"], "width": 0}
        return [line]
    band = go.Scatter(x=labels, y=highs, fill="tonexty", fillcolor=BAND, **hidden)
    return [go.Scatter(x=labels, y=lows, **hidden), band, line]


def _few(go: Any, points: list[TrendPoint], base: float) -> list[Any]:
    """Grey ticks on the time axis for buckets with too few answers, whose scores would read as certain."""
    if not points:
        return []
    marker = {"size": 12, "symbol": "line-ns", "line": {"width": 2, "color": COLOURS["ink-3"]}}
    said = [f"too few answers, {words.count(point.score.n)}" for point in points]
    labels = [_label(point) for point in points]
    template = "%{x}: %{text}<extra></extra>"
    return [
        go.Scatter(
            x=labels,
            y=[base] * len(labels),
            text=said,
            hovertemplate=template,
            mode="markers",
            marker=marker,
            showlegend=False,
        )
    ]


def _hover(score: Score) -> str:
    return f"{words.with_unit(score)} ({words.interval(score)}), {words.plural(score.n, 'answer')}"


def _notes(trend: Trend) -> list[dict[str, Any]]:
    """The newest figure beside its point, and what each break means."""
    plain = {"showarrow": False, "xanchor": "left"}
    notes = [
        {**plain, "x": _label(segment[0]), "y": 0, "yref": "paper", "yanchor": "bottom", "text": "New wording"}
        for segment in trend.segments[1:]
    ]
    last = trend.segments[-1][-1]
    if last.score.state == "ok":
        said = f"<b>{words.value(last.score)}</b><br>{words.chart_interval(last.score)}"
        notes.append({**plain, "x": _label(last), "y": last.score.score, "xshift": 8, "align": "left", "text": said})
    return notes


def _layout(horizontal: dict[str, Any], shapes: list[dict[str, Any]], right: int = 48) -> dict[str, Any]:
    plain = {"gridcolor": COLOURS["line"], "linecolor": COLOURS["line"], "zerolinecolor": COLOURS["line-strong"]}
    return {
        "template": "none",
        "margin": {"l": 40, "r": right, "t": 20, "b": 32},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": COLOURS["ink-3"], "size": 12},
        "hoverlabel": {"bgcolor": COLOURS["surface"], "font": {"color": COLOURS["ink"]}},
        "xaxis": {**plain, **horizontal, "fixedrange": True, "showgrid": False},
        "yaxis": {**plain, "fixedrange": True},
        "bargap": 0.08,
        "shapes": shapes,
    }
