"""What every kind of chart says of itself: the contract of this room. Pure: what was counted in, a drawing out.

A drawing is SVG, the same on the page and in the PDF. Its shapes carry classes that the page's style sheet colours,
light or dark; `colours.for_print` puts the light colours inside, because a PDF's inline drawings see no style sheet.
Lengths are pixels of the view box.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any, Generic, Literal, TypeVar

Data = TypeVar("Data")
Width = Literal["wide", "narrow"]
"""A page's or a phone's; a drawing that fills its cell does not ask."""
Link = Callable[[Any], str]
"""Where a mark of a chart leads: a point of a trend, an answer of a scale."""
LETTER = 7
"""The width of a letter or digit of a label, more or less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(Generic[Data]):
    """One kind of chart: `svg` draws it, complete without script; `plotly` is the same figure as JSON for Plotly, which
    somebody opens beside the drawing to explore it, None for what is not opened."""

    svg: Callable[[Data, Width], str]
    plotly: Callable[[Data, Link], bytes] | None = None


def drawing(width: float, height: float, title: str, identity: str, parts: Iterable[str]) -> str:
    """The parts of a chart as one drawing, with its title in words for those who do not see it."""
    return (
        f'<svg class="chart" viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{identity}-title">'
        f'<title id="{identity}-title">{escape(title)}</title>{"".join(parts)}</svg>'
    )
