"""How often each answer of a scale was given: a bar for each. Pure."""

from collections.abc import Sequence
from html import escape

import msgspec

from survey_service.core.i18n.staff import gettext as _
from survey_service.core.i18n.staff import in_a_row
from survey_service.dashboard import words
from survey_service.dashboard.charts.base import LETTER, Chart, Link, Width, drawing
from survey_service.dashboard.colours import COLOURS
from survey_service.dashboard.plotly_layout import FOOT, Part, hue, layout_of, people_axis
from survey_service.nps.metrics import METRICS
from survey_service.nps.metrics.base import Group
from survey_service.nps.scores import Score

WIDTHS: dict[Width, int] = {"wide": 600, "narrow": 280}
HEIGHTS: dict[Width, int] = {"wide": 190, "narrow": 230}
FEW_HEIGHT = 150
"""The height of a histogram of too few answers."""
IDENTITIES: dict[Width, str] = {"wide": "histogram-wide", "narrow": "histogram"}


def histogram_svg(score: Score, room: Width) -> str:
    """A bar for each answer of the scale, its count on top, or its share if the counts are wider than the bars; NPS
    in its three groups."""
    width, height = WIDTHS[room], HEIGHTS[room] if score.state == "ok" else FEW_HEIGHT
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
    parts += _brackets(score, column, base + 23)
    listed = in_a_row(f"{answer}: {words.count(counts[answer])}" for answer in values)
    title = _("Answers by score: %(listed)s.", listed=listed)
    return drawing(width, height, title, IDENTITIES[room], parts)


def bar_class(score: Score, answer: int) -> str:
    """The hue of an answer: that of its group, if there are enough answers."""
    if score.state != "ok":
        return "f-few"
    groups = METRICS[score.metric].groups
    return next((f"f-{group.kind}" for group in groups if group.ends[0] <= answer <= group.ends[1]), "f-ink")


def _under(score: Score) -> list[tuple[Group, tuple[int, int]]]:
    """The groups of a metric, each with its first and last bar, counted from 0."""
    groups, first = METRICS[score.metric].groups, score.scale[0]
    return [(group, (group.ends[0] - first, group.ends[1] - first)) for group in groups]


def _brackets(score: Score, column: float, y: float) -> list[str]:
    """The groups under their bars, each word under the middle of its bracket; where bars are too narrow for a word, it
    ends with its bracket, and the one before it makes room."""
    parts, free = [], column * (score.scale[1] - score.scale[0] + 1)
    for group, (low, high) in reversed(_under(score)):
        name = _(group.title)
        start, stop = column * low + 1.5, column * (high + 1) - 1.5
        wide = (len(name) + 1) * LETTER
        end = min(stop if stop - start < wide else (start + stop + wide) / 2, free)
        free = end - wide
        parts.append(
            f'<line class="zero" x1="{start:.1f}" x2="{stop:.1f}" y1="{y}" y2="{y}"/>'
            f'<text class="label" x="{end - wide / 2:.1f}" y="{y + 17}" text-anchor="middle">{name}</text>'
        )
    return parts[::-1]


def histogram_figure(score: Score, link: Link) -> bytes:
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
        "marker": {"color": [hue(bar_class(score, answer)) for answer in answers]},
    }
    layout = layout_of({"type": "category", "fixedrange": True}, people_axis(counts), right=8)
    if under := _under(score):
        layout["margin"]["b"] = 56
        layout["shapes"] = [_bracket_line(*bars) for _group, bars in under]
        named = zip(under, _rooms(len(under)), strict=True)
        layout["annotations"] = [_named(_(group.title), *bars, room) for (group, bars), room in named]
    return msgspec.json.encode({"data": [bars], "layout": layout})


def _rooms(groups: int) -> Sequence[float | None]:
    """Beside narrow bars the names of the last two groups end with their brackets, or they would meet."""
    return [*[None] * (groups - 2), 0.1, 0.45][-groups:]


def _bracket_line(low: int, high: int) -> Part:
    """A line under the bars `low`…`high`, counted from 0, 30 px below the axis."""
    below = {"yref": "paper", "ysizemode": "pixel", "yanchor": 0, "y0": -30, "y1": -30}
    line = {"color": COLOURS["line-strong"], "width": 1}
    return {"type": "line", "x0": low - 0.44, "x1": high + 0.44, **below, "line": line}


def _named(name: str, low: int, high: int, room: float | None) -> Part:
    """A group's word under its bracket, in the middle, or where there is `room` for it after the last bar it ends."""
    ended = {"x": high + (room or 0), "xanchor": "right"}
    across = {"x": (low + high) / 2, "xanchor": "center"} if room is None else ended
    return {**FOOT, **across, "y": 0, "yanchor": "top", "yshift": -32, "text": name}


HISTOGRAM_CHART = Chart(svg=histogram_svg, plotly=histogram_figure)
