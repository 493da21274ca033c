"""Server-drawn figures as SVG, the same on the page and in the PDF. Pure: text in, text out.

Shapes carry classes that the page's style sheet colours, light or dark; `for_print` puts the light colours inside,
because a PDF's inline figures see no style sheet. Lengths are pixels of the view box.
"""

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from survey_service.dashboard import words
from survey_service.dashboard.periods import bucket_label
from survey_service.dashboard.schemas import Trend, TrendPoint
from survey_service.nps.histogram import DETRACTORS, PASSIVES, PROMOTERS
from survey_service.nps.scores import Metric, Score

COLOURS = {
    "ink": "#1b1c1f",
    "ink-2": "#4a4c51",
    "ink-3": "#66686e",
    "line": "#dfdfd9",
    "line-strong": "#85857e",
    "promoter": "#08707a",
    "passive": "#918c7b",
    "detractor": "#cc4a17",
    "surface": "#ffffff",
}
"""The light theme's tokens; a test holds them equal to the style sheet's."""

PRINT_STYLE = (
    "text{{font-family:'Noto Sans',sans-serif;font-size:12px;fill:{ink3}}}"
    ".lead{{font-size:13px;font-weight:600;fill:{ink}}}.label{{fill:{ink2}}}.grid{{stroke:{line}}}"
    ".zero{{stroke:{strong}}}.break,.mean{{stroke:{strong};stroke-dasharray:2 3}}"
    ".band{{fill:{ink};fill-opacity:0.09}}.line{{fill:none;stroke:{ink};stroke-width:2}}"
    ".point,.dot{{fill:{ink}}}.few{{stroke:{ink3};stroke-width:2}}.whisker{{stroke:{ink2};stroke-width:2;stroke-linecap:round}}"
    ".f-promoter{{fill:{promoter}}}.f-passive{{fill:{passive}}}.f-detractor{{fill:{detractor}}}"
    ".f-ink{{fill:{ink2}}}.f-gap{{fill:{surface}}}"
).format(
    ink=COLOURS["ink"],
    ink2=COLOURS["ink-2"],
    ink3=COLOURS["ink-3"],
    line=COLOURS["line"],
    strong=COLOURS["line-strong"],
    promoter=COLOURS["promoter"],
    passive=COLOURS["passive"],
    detractor=COLOURS["detractor"],
    surface=COLOURS["surface"],
)

STEPS = (0.5, 1, 2, 5, 10, 20, 25, 50)
MAX_TICKS = 6
MOST_NUMBERS = 3
"""Above a column of ranges, which is as narrow as a thumb; of more, every second one stays, zero among them."""
FEW_TALL = 7
"""The height of the tick that stands for too few answers."""
DROPPED = ' class="drop"'
"""Every other number of an axis, for which a phone has no room."""
GROUPS = (
    (DETRACTORS, "detractor", "Detractors"),
    (PASSIVES, "passive", "Passives"),
    (PROMOTERS, "promoter", "Promoters"),
)


class Frame(NamedTuple):
    """The size of a figure and of the plot inside it."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    labels: int
    """The most labels that fit on the horizontal axis."""


WIDE = Frame(720, 260, 34, 662, 10, 234, 13)
NARROW = Frame(328, 220, 34, 270, 10, 194, 5)


class Axis(NamedTuple):
    """A vertical axis from `low` to `high` with its ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]


def for_print(svg: str) -> str:
    """The figure with the light colours inside."""
    start = svg.index(">") + 1
    return f"{svg[:start]}<style>{PRINT_STYLE}</style>{svg[start:]}"


def trend_svg(trend: Trend, frame: Frame = WIDE, *, identity: str = "trend") -> str:
    """The score over time with its 95 % band; a new wording breaks the line, too few answers leave a grey tick."""
    axis = trend_axis([point.score for segment in trend.segments for point in segment])
    across = _positions(trend, frame)
    parts = [*_grid(axis, frame), *_breaks(trend, frame, across)]
    for number, segment in enumerate(trend.segments):
        parts += _segment(segment, number, axis, frame, across)
    parts += _time_labels(trend, frame)
    parts += _end_label(trend, axis, frame, across)
    return _svg(frame.width, frame.height, trend_title(trend), identity, parts)


def trend_title(trend: Trend) -> str:
    """The trend in one sentence, for those who do not see it."""
    scored = [point for segment in trend.segments for point in segment if point.score.state == "ok"]
    name = words.NAMES[_metric(trend)]
    if not scored:
        return f"{name} by {trend.step}: too few answers for a line."
    ends = f"from {words.with_unit(scored[0].score)} to {words.with_unit(scored[-1].score)}"
    spans = f"{scored[0].key} to {scored[-1].key}"
    broken = "".join(f" The wording changed in {key}." for key in trend.breaks)
    return f"{name} by {trend.step}, {spans}, {ends}, with 95 % intervals.{broken}"


def trend_axis(scores: Sequence[Score]) -> Axis:
    """An axis that holds every interval: means on their whole scale, points from 0 where that is near."""
    scored = [score for score in scores if score.state == "ok" and score.low is not None and score.high is not None]
    if scores and scores[0].metric == "ces":
        low, high = map(float, scores[0].scale)
        return nice_axis(low, high)
    low = min((score.low for score in scored if score.low is not None), default=0.0)
    high = max((score.high for score in scored if score.high is not None), default=50.0)
    return nice_axis(min(low, 0.0) if low < 40 else low, max(high, 0.0))


def nice_axis(low: float, high: float) -> Axis:
    """Round ticks, at most six steps, around `low`…`high`."""
    span = max(high - low, 1.0)
    step = next((size for size in STEPS if span / size <= MAX_TICKS - 1), STEPS[-1])
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        last += 1
    ticks = tuple(number * step for number in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def histogram_svg(score: Score, *, width: float = 360, height: float = 278, identity: str = "histogram") -> str:
    """A bar for each answer of the scale, its count on top; NPS in its three groups."""
    low, high = score.scale
    values = range(low, high + 1)
    counts = score.histogram.counts
    column = width / len(values)
    base, top = height - 44, 22
    tallest = max(max(counts), 1)
    parts = []
    for place, answer in enumerate(values):
        tall = (base - top) * counts[answer] / tallest
        middle = column * (place + 0.5)
        parts.append(
            f'<rect class="{bar_class(score, answer)}" x="{column * place + 1.5:.1f}" y="{base - tall:.1f}" '
            f'width="{column - 3:.1f}" height="{tall:.1f}" rx="2"/>'
            f'<text class="label" x="{middle:.1f}" y="{base - tall - 6:.1f}" text-anchor="middle">'
            f"{words.count(counts[answer])}</text>"
            f'<text x="{middle:.1f}" y="{base + 15}" text-anchor="middle">{answer}</text>'
        )
    if score.metric == "nps":
        parts += _brackets(column, base + 23)
    listed = ", ".join(f"{answer}: {words.count(counts[answer])}" for answer in values)
    return _svg(width, height, f"Answers by score: {listed}.", identity, parts)


def bar_class(score: Score, answer: int) -> str:
    """The hue of an answer: only NPS has groups with hues."""
    if score.metric != "nps":
        return "f-ink"
    return next(f"f-{name}" for (low, high), name, _ in GROUPS if low <= answer <= high)


def split_svg(score: Score) -> str:
    """Promoters, passives and detractors as one bar; empty for other metrics and without answers."""
    if score.metric != "nps" or not score.n:
        return ""
    parts, start = [], 0.0
    for (low, high), name, _ in reversed(GROUPS):
        part = 100 * score.histogram.count(low, high) / score.n
        parts.append(f'<rect class="f-{name}" x="{start:.2f}%" width="{part:.2f}%" height="100%"/>')
        start += part
        if 0 < start < 99.99:
            parts.append(f'<rect class="f-gap" x="{start:.2f}%" width="2" height="100%"/>')
    return f'<svg class="split" width="100%" height="12" aria-hidden="true">{"".join(parts)}</svg>'


def range_svg(score: Score, axis: Axis, mean: float | None = None) -> str:
    """Dot and whisker on an axis, the dashed line being the whole; empty unless there are enough answers."""
    if score.state != "ok" or score.low is None or score.high is None or score.score is None:
        return ""

    def x(point: float) -> str:
        return f"{100 * (point - axis.low) / (axis.high - axis.low):.2f}%"

    line = "" if mean is None else f'<line class="mean" x1="{x(mean)}" x2="{x(mean)}" y1="-10" y2="32"/>'
    return (
        f'<svg class="range" width="100%" height="20" aria-hidden="true">{line}'
        f'<line class="whisker" x1="{x(score.low)}" x2="{x(score.high)}" y1="10" y2="10"/>'
        f'<circle class="dot" cx="{x(score.score)}" cy="10" r="4.5"/></svg>'
    )


def axis_svg(axis: Axis, metric: Metric) -> str:
    """The numbers above a column of ranges; the ends are left out, they would be cut."""
    middle = list(axis.ticks[1:-1]) or list(axis.ticks)
    if len(middle) > MOST_NUMBERS:
        middle = middle[(middle.index(0) if 0 in middle else 0) % 2 :: 2]
    texts = "".join(
        f'<text{"" if place % 2 else DROPPED} x="{100 * (tick - axis.low) / (axis.high - axis.low):.2f}%" y="13" '
        'text-anchor="middle">'
        f"{words.rounded(tick, words.digits_of(metric) if tick % 1 else 0)}</text>"
        for place, tick in enumerate(middle, len(middle) % 2)
    )
    return f'<svg class="range" width="100%" height="20" aria-hidden="true">{texts}</svg>'


def range_axis(scores: Iterable[Score]) -> Axis:
    """One axis for all rows of a split that have enough answers."""
    scored = [score for score in scores if score.state == "ok"]
    low = min((score.low for score in scored if score.low is not None), default=0.0)
    high = max((score.high for score in scored if score.high is not None), default=1.0)
    return nice_axis(low, high)


def _svg(width: float, height: float, title: str, identity: str, parts: Iterable[str]) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{identity}-title">'
        f'<title id="{identity}-title">{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _metric(trend: Trend) -> Metric:
    return next(point.score.metric for segment in trend.segments for point in segment)


def _positions(trend: Trend, frame: Frame) -> dict[str, float]:
    """The horizontal place of each bucket."""
    keys = list(dict.fromkeys(point.key for segment in trend.segments for point in segment))
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
        said = words.rounded(tick, int(tick % 1 != 0))
        parts.append(
            f'<line class="{kind}" x1="{frame.left}" x2="{frame.right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{frame.left - 8}" y="{y + 4:.1f}" text-anchor="end">{said}</text>'
        )
    return parts


def _breaks(trend: Trend, frame: Frame, across: dict[str, float]) -> list[str]:
    """A dashed line halfway between the last point of one wording and the first of the next."""
    parts = []
    said = "New wording" if frame.width < 500 else "New wording, not comparable with before"
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
    every = max(math.ceil(len(keys) / frame.labels), 1)
    shown = [number for number in range(len(keys)) if (len(keys) - 1 - number) % every == 0]
    parts = []
    for number in shown:
        key = keys[number]
        ends = number in (shown[0], shown[-1])
        with_year = ends and (trend.step == "month" or trend.period.first.year != trend.period.last.year)
        said = bucket_label(key, points[key].first, with_year=with_year)
        kind = ' class="label"' if number == shown[-1] else ""
        parts.append(f'<text{kind} x="{across[key]:.1f}" y="{frame.bottom + 20}" text-anchor="middle">{said}</text>')
    return parts


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


def _brackets(column: float, y: float) -> list[str]:
    parts = []
    for (low, high), _, name in GROUPS:
        start, stop = column * low + 1.5, column * (high + 1) - 1.5
        parts.append(
            f'<line class="zero" x1="{start:.1f}" x2="{stop:.1f}" y1="{y}" y2="{y}"/>'
            f'<text class="label" x="{(start + stop) / 2:.1f}" y="{y + 17}" text-anchor="middle">{name}</text>'
        )
    return parts
