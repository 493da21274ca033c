"""What figures for Plotly share. Pure.

Colours are those of the light theme; the script replaces each by its token's value in the reader's theme. What a
mark leads to is its `customdata`, an address of our own.
"""

from collections.abc import Sequence
from typing import Any

from survey_service.dashboard.axes import Axis, nice_axis, tick_text
from survey_service.dashboard.colours import COLOURS

BAND = "rgba(27,28,31,0.09)"
HUES = {"f-ink": "ink-2", "f-few": "line-strong"}
FOOT = {"yref": "paper", "showarrow": False}
"""Where brackets and notes stand: in the figure's frame, whatever the axis shows."""

Part = dict[str, Any]


def hue(kind: str) -> str:
    """The light theme's colour of a class of shapes."""
    return COLOURS[HUES.get(kind, kind.removeprefix("f-"))]


def people_axis(counts: Sequence[int]) -> Axis:
    """An axis of whole people with room for the number above the tallest bar."""
    return nice_axis(0, 1.05 * max([*counts, 1]))


def layout_of(across: Part, up: Axis, right: int = 48) -> Part:
    """What all figures share: margins, letters, and the two axes."""
    plain = {"gridcolor": COLOURS["line"], "linecolor": COLOURS["line"], "zerolinecolor": COLOURS["line-strong"]}
    ticks = {"tickmode": "array", "tickvals": up.ticks, "ticktext": list(map(tick_text, up.ticks))}
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
