"""Labels of drawings on paper: what joins or runs from right to left is text of the page, the rest stays drawn."""

import re

import pytest

from survey_service.core.i18n import staff
from survey_service.dashboard.charts.histogram import histogram_svg
from survey_service.nps.metrics import METRICS
from survey_service.reports.lettering import laid_over
from tests.dashboard.chart_samples import GOOD
from tests.dashboard.test_figures import nps

DRAWN = '<svg viewBox="0 0 600 200"><text {} y="100">{}</text><text x="0" y="12">41–82</text></svg>'


@pytest.mark.parametrize("words", ["29 Oct", "ኦክቶ 29", "29 окт.", "29 ოქტ", "−50", "10 &amp; 11"])
def test_letters_that_stand_alone_stay_drawn(words: str) -> None:
    drawn = DRAWN.format('x="300"', words)
    assert laid_over(drawn) == drawn


@pytest.mark.parametrize("words", ["29 أكتوبر", "ഒക്ടോ 29", "ඔක් 29"])
@pytest.mark.parametrize(
    ("anchor", "where"),
    [("start", "left: 50.00%"), ("middle", "left: 0.00%; width: 100%"), ("end", "right: 50.00%")],
)
def test_letters_that_join_are_laid_over_the_drawing(words: str, anchor: str, where: str) -> None:
    shown = laid_over(DRAWN.format(f'class="label" x="300" text-anchor="{anchor}"', words))
    svg, label = shown.split("</svg>")
    assert words not in svg
    assert "41–82" in svg
    assert re.fullmatch(rf'<span class="label" style="{where}[^"]*">{words}</span></div>', label)


def test_what_is_laid_over_stays_escaped() -> None:
    shown = laid_over(DRAWN.format('x="0"', "سلام &lt;b&gt;"))
    assert "سلام &lt;b&gt;</span>" in shown
    assert "<b>" not in shown


def test_the_groups_of_a_histogram_are_words_in_arabic() -> None:
    with staff.spoken("ar"):
        shown = laid_over(histogram_svg(nps(GOOD), "wide"))
        names = [staff.gettext(group.title) for group in METRICS["nps"].groups]
    assert re.findall(r">([^<>]+)</span>", shown) == names
