"""Server-drawn figures as SVG, the same on the page and in the PDF. Pure: text in, text out.

Shapes carry classes that the page's style sheet colours, light or dark; `for_print` puts the light colours inside,
because a PDF's inline figures see no style sheet. Lengths are pixels of the view box.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from survey_service.core.i18n.staff import N_
from survey_service.core.i18n.staff import gettext as _
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
    ".f-ink{{fill:{ink2}}}.f-few{{fill:{strong}}}.f-gap{{fill:{surface}}}"
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

ROUND = (1, 2, 2.5, 5)
"""What steps of an axis begin with; 2.5 only from 25 on, for half a point is no answer."""
FEWEST_TICKS, MOST_TICKS = 3, 5
FINEST = {"ces": 0.1}
"""The smallest step of an axis: points and people come in whole numbers, means do not."""
FEW_TALL = 7
"""The height of the tick that stands for too few answers."""
FEW_PLOT = 52
"""The height of a plot that has no line, only numbers of answers over time."""
CLASS_LABEL = ' class="label"'
INSET = 7
"""Percent of a column of ranges left free on both sides, so that the numbers above its ends are not cut."""
GROUPS = (
    (DETRACTORS, "detractor", N_("Detractors")),
    (PASSIVES, "passive", N_("Passives")),
    (PROMOTERS, "promoter", N_("Promoters")),
)


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
LETTER = 7
"""The width of a letter or digit of a label, more or less."""


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
    return _svg(frame.width, frame.height, trend_title(trend), identity, parts)


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
    if scores and scores[0].metric == "ces":
        return scale_axis(*scores[0].scale)
    low = min((score.low for score in scored if score.low is not None), default=0.0)
    high = max((score.high for score in scored if score.high is not None), default=50.0)
    return nice_axis(min(low, 0.0) if low < 40 else low, max(high, 0.0))


def nice_axis(low: float, high: float, finest: float = 1) -> Axis:
    """Three to five round ticks around `low`…`high`; no step is smaller than `finest`."""
    first, last, step = next(ends for ends in _ends(low, high, finest) if ends[1] - ends[0] < MOST_TICKS)
    last = max(last, first + FEWEST_TICKS - 1)
    ticks = tuple(round(number * step, 1) for number in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def _ends(low: float, high: float, finest: float) -> Iterable[tuple[int, int, float]]:
    """First and last tick in units of each step, and the step: `finest` and rounder and rounder ones."""
    sizes = (start * finest * 10**power for power in itertools.count() for start in ROUND)
    for step in (size for size in sizes if size >= 10 or size != 2.5 * finest):
        yield math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9), step


def scale_axis(low: int, high: int) -> Axis:
    """A whole scale with every answer, every second or every third one as a tick."""
    every = next(step for step in range(1, high) if (high - low) // step < MOST_TICKS)
    return Axis(low, high, tuple(range(low, high + 1, every)))


def histogram_svg(score: Score, *, width: float = 280, height: float = 230, identity: str = "histogram") -> str:
    """A bar for each answer of the scale, its count on top, or its share if the counts are wider than the bars; NPS
    in its three groups."""
    low, high = score.scale
    values = range(low, high + 1)
    counts = score.histogram.counts
    column = width / len(values)
    said = [words.count(counts[answer]) for answer in values]
    counted = max(map(len, said)) * LETTER <= column
    if not counted and score.state == "ok":
        said = [str(percent) for percent in words.percents(counts[low : high + 1])]
    base, top = height - 44, 22 if counted else 40
    tallest = max(max(counts), 1)
    of_hundred = escape(_("Of 100 answers"))
    parts = [] if counted else [f'<text x="0" y="12">{of_hundred}</text>']
    for place, answer in enumerate(values):
        tall = (base - top) * counts[answer] / tallest
        middle = column * (place + 0.5)
        parts.append(
            f'<rect class="{bar_class(score, answer)}" x="{column * place + 1.5:.1f}" y="{base - tall:.1f}" '
            f'width="{column - 3:.1f}" height="{tall:.1f}" rx="2"/>'
            f'<text class="label" x="{middle:.1f}" y="{base - tall - 6:.1f}" text-anchor="middle">'
            f"{said[place]}</text>"
            f'<text x="{middle:.1f}" y="{base + 15}" text-anchor="middle">{answer}</text>'
        )
    if score.metric == "nps":
        parts += _brackets(column, base + 23)
    listed = ", ".join(f"{answer}: {words.count(counts[answer])}" for answer in values)
    return _svg(width, height, _("Answers by score: %(listed)s.", listed=listed), identity, parts)


def bar_class(score: Score, answer: int) -> str:
    """The hue of an answer: only NPS has groups with hues, and only if there are enough answers."""
    if score.state != "ok":
        return "f-few"
    if score.metric != "nps":
        return "f-ink"
    return next(f"f-{name}" for (low, high), name, _said in GROUPS if low <= answer <= high)


def split_svg(score: Score) -> str:
    """Promoters, passives and detractors as one bar; empty for other metrics and without enough answers."""
    if score.metric != "nps" or score.state != "ok":
        return ""
    parts, start = [], 0.0
    for (low, high), name, _said in reversed(GROUPS):
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
        return _along(point, axis)

    line = "" if mean is None else f'<line class="mean" x1="{x(mean)}" x2="{x(mean)}" y1="-10" y2="32"/>'
    return (
        f'<svg class="range" width="100%" height="20" aria-hidden="true">{line}'
        f'<line class="whisker" x1="{x(score.low)}" x2="{x(score.high)}" y1="10" y2="10"/>'
        f'<circle class="dot" cx="{x(score.score)}" cy="10" r="4.5"/></svg>'
    )


def axis_svg(axis: Axis) -> str:
    """The numbers above a column of ranges."""
    texts = "".join(
        f'<text x="{_along(tick, axis)}" y="13" text-anchor="middle">{_tick(tick)}</text>' for tick in axis.ticks
    )
    return f'<svg class="range" width="100%" height="20" aria-hidden="true">{texts}</svg>'


def range_axis(scores: Iterable[Score]) -> Axis | None:
    """One axis for all rows of a split that have enough answers; None when no row has."""
    scored = [score for score in scores if score.state == "ok" and score.low is not None and score.high is not None]
    if not scored:
        return None
    metric = scored[0].metric
    low = min(score.low for score in scored if score.low is not None)
    high = max(score.high for score in scored if score.high is not None)
    axis = nice_axis(low, high, FINEST.get(metric, 1))
    first, last = scored[0].scale
    return scale_axis(first, last) if metric == "ces" and (axis.low < first or axis.high > last) else axis


def _along(point: float, axis: Axis) -> str:
    """Where a value stands in a column of ranges, in percent of its width."""
    return f"{INSET + (100 - 2 * INSET) * (point - axis.low) / (axis.high - axis.low):.2f}%"


def _tick(tick: float) -> str:
    return words.rounded(tick, int(tick % 1 != 0))


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
    return _svg(flat.width, flat.height, trend_title(trend), identity, [*parts, *_time_labels(trend, flat)])


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
        said = _tick(tick)
        parts.append(
            f'<line class="{kind}" x1="{frame.left}" x2="{frame.right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{frame.left - 8}" y="{y + 4:.1f}" text-anchor="end">{said}</text>'
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


def _brackets(column: float, y: float) -> list[str]:
    """The three groups under their bars. Where two bars are too narrow for a word, it ends with its bracket."""
    parts = []
    for (low, high), _hue, english in GROUPS:
        name = _(english)
        start, stop = column * low + 1.5, column * (high + 1) - 1.5
        narrow = stop - start < (len(name) + 1) * LETTER
        # The last word is the longest: the one before it makes room.
        x, anchor = ((start + stop) / 2, "middle") if not narrow else (stop if high == 10 else stop - column / 2, "end")
        parts.append(
            f'<line class="zero" x1="{start:.1f}" x2="{stop:.1f}" y1="{y}" y2="{y}"/>'
            f'<text class="label" x="{x:.1f}" y="{y + 17}" text-anchor="{anchor}">{name}</text>'
        )
    return parts
