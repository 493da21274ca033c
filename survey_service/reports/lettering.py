"""The words of drawings on paper. Pure.

WeasyPrint sets the text of an SVG letter by letter, from left to right: Arabic, Malayalam, Sinhala and their like fall
apart. A label in them is taken out of its drawing and laid over it as text of the page.
"""

import re
from html import escape, unescape

import regex  # type: ignore[import-untyped, unused-ignore]

PAPER = 174.0
"""The width of a drawing that fills a page, in mm."""
LEAD, SMALL = 13, 12
"""Sizes of letters in pixels of the view box, as `colours.PRINT_STYLE` has them."""
ASCENT = 0.88
"""From the top of a line as high as its letters down to what they stand on, in their height."""
_APART = regex.compile(
    r"[\p{L}--[\p{Latin}\p{Ethiopic}\p{Georgian}\p{Cyrillic}\p{Greek}\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]]",
    regex.V1,
)
"""Letters that join, turn or run from right to left."""
_TEXT = re.compile(r"<text([^>]*)>([^<]*)</text>")
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def laid_over(svg: str) -> str:
    """The drawing, with such labels as text above it; as it was if it has none."""
    box = _BOX.search(svg)
    if box is None:
        return svg
    width, height = float(box[1]), float(box[2])
    labels: list[str] = []

    def taken(text: re.Match[str]) -> str:
        if not _APART.search(unescape(text[2])):
            return text[0]
        labels.append(_label(dict(_ATTRIBUTE.findall(text[1])), unescape(text[2]), width, height))
        return ""

    drawn = _TEXT.sub(taken, svg)
    return f'<div class="over">{drawn}{"".join(labels)}</div>' if labels else svg


def _label(given: dict[str, str], words: str, width: float, height: float) -> str:
    kind = given.get("class", "")
    size = LEAD if kind == "lead" else SMALL
    across = 100 * float(given["x"]) / width
    top = 100 * (float(given["y"]) - ASCENT * size) / height
    # In the middle: a line as long as the drawing is wide, whose own middle is there.
    where = {
        "start": f"left: {across:.2f}%",
        "middle": f"left: {across - 50:.2f}%; width: 100%; text-align: center",
        "end": f"right: {100 - across:.2f}%",
    }[given.get("text-anchor", "start")]
    place = f"{where}; top: {top:.2f}%; font-size: {PAPER * size / width:.2f}mm"
    return f'<span class="{kind or "small-word"}" style="{place}">{escape(words)}</span>'
