"""Every metric is whole: what one lacks, a test here names."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from survey_service.core.i18n import staff
from survey_service.core.templates import static_text
from survey_service.dashboard import words
from survey_service.nps import metrics
from survey_service.nps.histogram import Histogram
from survey_service.nps.metrics import METRICS, change, score
from survey_service.nps.metrics.base import Metric
from survey_service.questions import KINDS
from tests.project.sources import sources

TOLD_APART = re.compile(rf"metric *[!=]==? *['\"]({'|'.join(METRICS)})['\"]")
WHO_TELLS_APART = {
    "inbox/view.py": "a row of the list has the mark of its recommendation",
    "responses/service.py": "the score of a response is its recommendation",
}
"""Modules, templates and scripts that handle one metric alone, and why."""
DOCS = Path(__file__).parents[2] / "docs"
TEN = Histogram.from_scores([4] * 10)


def test_every_metric_stands_in_the_table_under_the_name_of_its_file() -> None:
    found = {}
    for file in pkgutil.iter_modules(metrics.__path__):
        module = importlib.import_module(f"{metrics.__name__}.{file.name}")
        for one in vars(module).values():
            if isinstance(one, Metric):
                found[file.name] = one
    assert found == dict(METRICS)


def test_what_a_question_is_scored_by_is_a_metric() -> None:
    assert {kind.metric for kind in KINDS.values() if kind.metric} <= set(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_its_score_is_of_its_name_and_within_its_bounds(name: str) -> None:
    found = score(name, TEN)
    low, high = METRICS[name].bounds or found.scale
    assert found.metric == name
    assert found.score is not None
    assert low <= found.score <= high
    assert not change(found, found).significant


@pytest.mark.parametrize("language", staff.available())
@pytest.mark.parametrize("name", METRICS)
def test_staff_are_told_of_it(name: str, language: str) -> None:
    said = METRICS[name].words
    with staff.spoken(language):
        assert words.with_unit(score(name, TEN))
        assert words.by_step(name, "month")
        stands = staff.gettext(said.stands, score="SCORE", share="SCORE", best="BEST")
        assert staff.gettext(said.method)
    assert "SCORE" in stands
    assert ("BEST" in stands) == bool(said.best)


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.groups])
def test_its_groups_have_every_answer_once_and_a_hue(name: str) -> None:
    low, high = score(name, TEN).scale
    ends = [group.ends for group in METRICS[name].groups]
    assert [answer for first, last in ends for answer in range(first, last + 1)] == list(range(low, high + 1))
    for group in METRICS[name].groups:
        assert f".f-{group.kind}" in static_text("css/app.css")


@pytest.mark.parametrize("asked", sorted({metric.asked for metric in METRICS.values()}))
def test_the_documentation_says_how_it_is_made_and_asked_for(asked: str) -> None:
    formulas, members = ((DOCS / name).read_text(encoding="utf-8") for name in ("scores.md", "api.md"))
    assert re.search(rf"^\| {asked} \|", formulas, flags=re.MULTILINE | re.IGNORECASE)
    assert re.search(rf"^\| `metric` \|.*`{asked}`", members, flags=re.MULTILINE)


def test_metrics_are_asked_not_told_apart() -> None:
    texts = sources().items()
    found = {name for name, text in texts if "metrics" not in Path(name).parts and TOLD_APART.search(text)}
    assert found == set(WHO_TELLS_APART)
