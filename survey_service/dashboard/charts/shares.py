"""The groups of a score as the parts of one bar, which fills its column. Pure."""

from survey_service.dashboard.charts.base import Chart, Width
from survey_service.nps.metrics import METRICS
from survey_service.nps.scores import Score


def shares_svg(score: Score, width: Width = "wide") -> str:
    """Promoters, passives and detractors as one bar; empty for a metric without groups and without enough answers."""
    groups = METRICS[score.metric].groups
    if not groups or score.state != "ok":
        return ""
    parts, start = [], 0.0
    for group in reversed(groups):
        part = 100 * score.histogram.count(*group.ends) / score.n
        parts.append(f'<rect class="f-{group.kind}" x="{start:.2f}%" width="{part:.2f}%" height="100%"/>')
        start += part
        if 0 < start < 99.99:
            parts.append(f'<rect class="f-gap" x="{start:.2f}%" width="2" height="100%"/>')
    return f'<svg class="split" width="100%" height="12" aria-hidden="true">{"".join(parts)}</svg>'


SHARES_CHART = Chart(svg=shares_svg)
