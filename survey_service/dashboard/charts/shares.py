"""The groups of a score as the parts of one bar, which fills its column. Pure."""

from survey_service.dashboard.charts.base import Chart, Width
from survey_service.dashboard.charts.histogram import GROUPS
from survey_service.nps.scores import Score


def shares_svg(score: Score, width: Width = "wide") -> str:
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


SHARES_CHART = Chart(name="shares", svg=shares_svg)
