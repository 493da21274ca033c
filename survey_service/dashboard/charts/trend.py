"""A score over time: a line with its band, broken where the wording changed. Pure."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from survey_service.core.i18n.staff import gettext as _
from survey_service.dashboard import words
from survey_service.dashboard.axes import Axis, nice_axis, scale_axis, tick_text
from survey_service.dashboard.charts.base import LETTER, Chart, Link, Width, drawing
from survey_service.dashboard.colours import COLOURS
from survey_service.dashboard.periods import bucket_label
from survey_service.dashboard.plotly_layout import BAND, Part, layout_of, people_axis
from survey_service.dashboard.schemas import Trend, TrendPoint
from survey_service.nps.metrics import METRICS
from survey_service.nps.scores import Score

Trace = dict[str, Any]


class Frame(NamedTuple):
    """The size of a figure and of the plot inside it."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


WIDE = Frame(600, 240, 34, 540, 10, 214)
NARROW = Frame(280, 220, 34, 222, 10, 194)
"""As wide as a phone leaves room for, so that its letters are not smaller than they say."""
FRAMES: dict[Width, Frame] = {"wide": WIDE, "narrow": NARROW}
FEW_TALL = 7
"""The height of the tick that stands for too few answers."""
FEW_PLOT = 52
"""The height of a plot that has no line, only numbers of answers over time."""
CLASS_LABEL = ' class="label"'


def trend_svg(trend: Trend, width: Width) -> str:
    """The score over time with its 95 % band; a new wording breaks the line, too few answers leave a grey tick."""
    frame, identity = FRAMES[width], f"trend-{width}"
    scores = [point.score for segment in trend.segments for point in segment]
    if not any(score.state == "ok" for score in scores):
        return _few_trend_svg(trend, frame, identity)
    axis = trend_axis(scores)
    across = _positions(trend, frame)
    parts = [*_grid(axis, frame), *_breaks(trend, frame, across)]
    for number, segment in enumerate(trend.segments):
        parts += _segment(segment, number, axis, frame, across)
    parts += _time_labels(trend, frame)
    parts += _end_label(trend, axis, frame, across)
    return drawing(frame.width, frame.height, trend_title(trend), identity, parts)


def trend_title(trend: Trend) -> str:
    """The trend in one sentence, for those who do not see it."""
    scored = [point for segment in trend.segments for point in segment if point.score.state == "ok"]
    title = words.by_step(_metric(trend), trend.step)
    if not scored:
        return _("%(title)s: too few answers for a line.", title=title)
    said = _(
        "%(title)s, %(first)s to %(last)s, from %(before)s to %(now)s, with 95 %% intervals.",
        title=title,
        first=scored[0].key,
        last=scored[-1].key,
        before=words.with_unit(scored[0].score),
        now=words.with_unit(scored[-1].score),
    )
    return " ".join([said, *(_("The wording changed in %(when)s.", when=key) for key in trend.breaks)])


def trend_axis(scores: Sequence[Score]) -> Axis:
    """An axis that holds every interval: means on their whole scale, points from 0 where that is near."""
    scored = [score for score in scores if score.state == "ok" and score.low is not None and score.high is not None]
    if scores and METRICS[scores[0].metric].bounds is None:
        return scale_axis(*scores[0].scale)
    low = min((score.low for score in scored if score.low is not None), default=0.0)
    high = max((score.high for score in scored if score.high is not None), default=50.0)
    return nice_axis(min(low, 0.0) if low < 40 else low, max(high, 0.0))


def _few_trend_svg(trend: Trend, frame: Frame, identity: str) -> str:
    """No line, so no axis of scores: how many answered, over time."""
    flat = frame._replace(height=FEW_PLOT + frame.height - frame.bottom, bottom=FEW_PLOT)
    across = _positions(trend, flat)
    answered = [point for segment in trend.segments for point in segment if point.score.n]
    parts = [f'<line class="zero" x1="{flat.left}" x2="{flat.right}" y1="{flat.bottom}" y2="{flat.bottom}"/>']
    for point in answered:
        x = across[point.key]
        parts.append(_few(x, flat))
        if len(answered) * 3 * LETTER <= flat.right - flat.left:
            said = words.count(point.score.n)
            parts.append(f'<text x="{x:.1f}" y="{flat.bottom - FEW_TALL - 6}" text-anchor="middle">{said}</text>')
    return drawing(flat.width, flat.height, trend_title(trend), identity, [*parts, *_time_labels(trend, flat)])


def _metric(trend: Trend) -> str:
    return next(point.score.metric for segment in trend.segments for point in segment)


def _positions(trend: Trend, frame: Frame) -> dict[str, float]:
    """The horizontal place of each bucket."""
    keys = list(dict.fromkeys(point.key for segment in trend.segments for point in segment))
    if len(keys) == 1:
        return {keys[0]: (frame.left + frame.right) / 2}
    gap = (frame.right - frame.left) / max(len(keys) - 1, 1)
    return {key: frame.left + gap * number for number, key in enumerate(keys)}


def _up(value: float, axis: Axis, frame: Frame) -> float:
    share = (value - axis.low) / (axis.high - axis.low)
    return frame.bottom - share * (frame.bottom - frame.top)


def _grid(axis: Axis, frame: Frame) -> list[str]:
    parts = []
    for tick in axis.ticks:
        y = _up(tick, axis, frame)
        kind = "zero" if tick == 0 and axis.low < 0 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{frame.left}" x2="{frame.right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{frame.left - 8}" y="{y + 4:.1f}" text-anchor="end">{tick_text(tick)}</text>'
        )
    return parts


def _breaks(trend: Trend, frame: Frame, across: dict[str, float]) -> list[str]:
    """A dashed line halfway between the last point of one wording and the first of the next."""
    parts = []
    said = _("New wording") if frame.width < 500 else _("New wording, not comparable with before")
    for before, after in zip(trend.segments, trend.segments[1:], strict=False):
        x = (across[before[-1].key] + across[after[0].key]) / 2
        late = x > (frame.left + frame.right) / 2
        parts.append(
            f'<line class="break" x1="{x:.1f}" x2="{x:.1f}" y1="{frame.top}" y2="{frame.bottom}"/>'
            f'<text x="{x + (-6 if late else 6):.1f}" y="{frame.bottom - 8}" '
            f'text-anchor="{"end" if late else "start"}">{said}</text>'
        )
    return parts


def _segment(
    points: Sequence[TrendPoint], number: int, axis: Axis, frame: Frame, across: dict[str, float]
) -> list[str]:
    parts = []
    for run in runs(points):
        parts += _run(run, axis, frame, across)
    for point in points:
        if point.score.state == "too_few":
            parts.append(_few(across[point.key], frame))
    return parts


def _few(x: float, frame: Frame) -> str:
    """A tick on the time axis: somebody answered. At its score, a single answer would read as 100 or −100."""
    return f'<line class="few" x1="{x:.1f}" x2="{x:.1f}" y1="{frame.bottom - FEW_TALL}" y2="{frame.bottom}"/>'


def runs(points: Sequence[TrendPoint]) -> list[list[TrendPoint]]:
    """Neighbouring points with enough answers."""
    runs: list[list[TrendPoint]] = [[]]
    for point in points:
        if point.score.state == "ok":
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _run(run: Sequence[TrendPoint], axis: Axis, frame: Frame, across: dict[str, float]) -> list[str]:
    def corner(point: TrendPoint, value: float | None) -> str:
        return f"{across[point.key]:.1f},{_up(value or 0.0, axis, frame):.1f}"

    if len(run) == 1:
        x, score = f"{across[run[0].key]:.1f}", run[0].score
        low, high = (f"{_up(bound or 0.0, axis, frame):.1f}" for bound in (score.low, score.high))
        middle = f"{_up(score.score or 0.0, axis, frame):.1f}"
        return [
            f'<line class="whisker" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>'
            f'<circle class="point" cx="{x}" cy="{middle}" r="4"/>'
        ]
    upper = [corner(point, point.score.high) for point in run]
    lower = [corner(point, point.score.low) for point in reversed(run)]
    middle = " ".join(corner(point, point.score.score) for point in run)
    return [f'<polygon class="band" points="{" ".join([*upper, *lower])}"/><polyline class="line" points="{middle}"/>']


def _time_labels(trend: Trend, frame: Frame) -> list[str]:
    points = {point.key: point for segment in trend.segments for point in segment}
    across = _positions(trend, frame)
    keys = list(points)
    said = [bucket_label(key, points[key].first, with_year=False) for key in keys]
    every = _every(said, _with_years(trend), frame.right - frame.left)
    shown = [number for number in range(len(keys)) if (len(keys) - 1 - number) % every == 0]
    for number in {shown[0], shown[-1]} if _with_years(trend) else ():
        said[number] = bucket_label(keys[number], points[keys[number]].first, with_year=True)
    return [
        f'<text{CLASS_LABEL if number == shown[-1] else ""} x="{across[keys[number]]:.1f}" y="{frame.bottom + 20}" '
        f'text-anchor="middle">{said[number]}</text>'
        for number in shown
    ]


def _with_years(trend: Trend) -> bool:
    """Whether the first and the last label tell the year."""
    return trend.step == "month" or trend.period.first.year != trend.period.last.year


def _every(labels: Sequence[str], with_years: bool, width: float) -> int:
    """Which labels fit beside each other: every one, every second one, …; the ends are longer by a year."""
    longest = max(map(len, labels)) + (4 if with_years else 1)
    fit = max(int(width / (longest * LETTER)), 1)
    return max(math.ceil((len(labels) - 1) / fit), 1)


def _end_label(trend: Trend, axis: Axis, frame: Frame, across: dict[str, float]) -> list[str]:
    """The newest figure in words, beside its point."""
    last = trend.segments[-1][-1]
    if last.score.state != "ok" or last.score.score is None:
        return []
    x, y = across[last.key], _up(last.score.score, axis, frame)
    return [
        f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        f'<text class="lead" x="{x + 10:.1f}" y="{y + 1:.1f}">{words.value(last.score)}</text>'
        f'<text x="{x + 10:.1f}" y="{y + 16:.1f}">{words.chart_interval(last.score)}</text>'
    ]


def trend_figure(trend: Trend, link: Link) -> bytes:
    """Line and 95 % band, a trace of each for every wording, as JSON. Hovering tells the range and the number of
    answers; without enough answers for a line, there are only their numbers."""
    points = [point for segment in trend.segments for point in segment]
    traces = [trace for segment in trend.segments for run in runs(segment) for trace in _traces(run, link)]
    few = [point for point in points if point.score.state == "too_few"]
    axis = trend_axis([point.score for point in points]) if traces else people_axis([point.score.n for point in points])
    traces += _few_marks(few, link, axis.low) if traces else _numbers(few, link)
    order = list(dict.fromkeys(map(_label, points)))
    across = {"type": "category", "categoryorder": "array", "categoryarray": order, "nticks": 8}
    layout = layout_of({**across, "range": [-0.5, len(order) - 0.5]}, axis)
    layout["shapes"] = [_break_line(_label(segment[0])) for segment in trend.segments[1:]]
    layout["annotations"] = _notes(trend)
    return msgspec.json.encode({"data": traces, "layout": layout})


def _label(point: TrendPoint) -> str:
    return bucket_label(point.key, point.first, with_year=True)


def _traces(run: Sequence[TrendPoint], link: Link) -> list[Trace]:
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


def _few_marks(points: Sequence[TrendPoint], link: Link, base: float) -> list[Trace]:
    """Grey ticks on the time axis for buckets with too few answers, whose scores would read as certain."""
    return [_markers(points, link, [base] * len(points), list(map(_hover, points)))] if points else []


def _numbers(points: Sequence[TrendPoint], link: Link) -> list[Trace]:
    """Grey ticks at the number of answers."""
    return [_markers(points, link, [point.score.n for point in points], list(map(_hover, points)))] if points else []


def _markers(points: Sequence[TrendPoint], link: Link, up: Sequence[float | None], said: list[str]) -> Trace:
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


def _break_line(label: str) -> Part:
    line = {"color": COLOURS["line-strong"], "dash": "dot", "width": 1}
    return {"type": "line", "x0": label, "x1": label, "yref": "paper", "y0": 0, "y1": 1, "line": line}


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


TREND_CHART = Chart(svg=trend_svg, plotly=trend_figure)
