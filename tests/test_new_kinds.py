"""A new kind touches its file, its table, its template and its words: each recipe of CONTRIBUTING is followed in a copy
of the product, where the tests of its room must find nothing missing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]


class Recipe(NamedTuple):
    """What somebody writes who adds a kind: new files, changes of old ones (what stands there, what then does), and the
    tests that must be content."""

    files: Mapping[str, str]
    changes: Mapping[str, tuple[tuple[str, str], ...]]
    tests: tuple[str, ...]


SECTION = Recipe(
    files={
        "survey_service/dashboard/sections/toy.py": '''\
"""How many days the period has."""

from typing import Any

from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet


async def _read(asking: Asking) -> int:
    return asking.period.days


def _show(facts: int, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    return {"days": facts}


TOY = Section(name="toy", read=_read, show=_show)
''',
        "survey_service/templates/dashboard/sections/toy.html": "<p>toy {{ shown.days }}</p>\n",
        "survey_service/templates/reports/sections/toy.html": "<p>toy {{ shown.days }}</p>\n",
        "tests/dashboard/test_toy.py": """\
import httpx

from survey_service.dashboard.summary import summary
from survey_service.reports.schemas import ReportOptions
from survey_service.reports.service import summary_html
from survey_service.responses.filters import Filter
from tests.dashboard.seeding import NOW, OCTOBER, Shop


async def test_it_is_seen(client: httpx.AsyncClient, served: Shop) -> None:
    page = await client.get("/app?form=visit&from=2026-10-01&to=2026-10-31")
    assert "<p>toy 31</p>" in page.text
    made = await summary(served.asker, Filter("visit", *OCTOBER), NOW)
    assert "<p>toy 31</p>" in summary_html(made, ReportOptions())
""",
    },
    changes={
        "survey_service/dashboard/sections/__init__.py": (
            (
                "from survey_service.dashboard.sections.trend import TREND\n",
                "from survey_service.dashboard.sections.toy import TOY\n"
                "from survey_service.dashboard.sections.trend import TREND\n",
            ),
            ('"main": (COMMENTS, PLACES)', '"main": (COMMENTS, PLACES, TOY)'),
            ('"body": (SCORES,', '"body": (TOY, SCORES,'),
        ),
    },
    tests=("tests/dashboard/test_sections.py", "tests/dashboard/test_toy.py"),
)
CHART = Recipe(
    files={
        "survey_service/dashboard/charts/toy.py": '''\
"""A dot."""

import msgspec

from survey_service.dashboard.charts.base import Chart, Link, Width, drawing


def _svg(count: int, width: Width) -> str:
    return drawing(20, 20, f"{count}", "toy", ['<circle class="dot" cx="10" cy="10" r="9"/>'])


def _plotly(count: int, link: Link) -> bytes:
    return msgspec.json.encode({"data": [{"type": "bar", "y": [count], "customdata": [link(count)]}], "layout": {}})


TOY_CHART = Chart(name="toy", svg=_svg, plotly=_plotly)
''',
        "survey_service/dashboard/sections/toy.py": '''\
"""How many days the period has, as a dot."""

from typing import Any

from survey_service.dashboard.charts.toy import TOY_CHART
from survey_service.dashboard.schemas import Summary
from survey_service.dashboard.sections.base import Asking, Section, Sheet


async def _read(asking: Asking) -> int:
    return asking.period.days


def _show(facts: int, made: Summary, sheet: Sheet) -> dict[str, Any] | None:
    return {"drawn": sheet.draw(TOY_CHART.svg(facts, "wide"))}


def _explore(facts: int, made: Summary) -> bytes | None:
    return TOY_CHART.plotly(facts, str) if TOY_CHART.plotly else None


TOY = Section(name="toy", read=_read, show=_show, explore=_explore)
''',
        "survey_service/templates/dashboard/sections/toy.html": "{{ shown.drawn }}\n",
        "tests/dashboard/test_toy.py": """\
import httpx

from tests.dashboard.seeding import Shop


async def test_it_is_seen_and_explored(client: httpx.AsyncClient, served: Shop) -> None:
    page = await client.get("/app?form=visit&from=2026-10-01&to=2026-10-31")
    assert '<title id="toy-title">31</title>' in page.text
    explored = await client.get("/app/figures/toy?form=visit&from=2026-10-01&to=2026-10-31")
    assert explored.json()["data"][0]["customdata"] == ["31"]
""",
    },
    changes={
        "survey_service/dashboard/charts/__init__.py": (
            (
                "from survey_service.dashboard.charts.trend import",
                "from survey_service.dashboard.charts.toy import TOY_CHART\n"
                "from survey_service.dashboard.charts.trend import",
            ),
            ("in (TREND_CHART,", "in (TOY_CHART, TREND_CHART,"),
        ),
        "survey_service/dashboard/sections/__init__.py": (
            (
                "from survey_service.dashboard.sections.trend import TREND\n",
                "from survey_service.dashboard.sections.toy import TOY\n"
                "from survey_service.dashboard.sections.trend import TREND\n",
            ),
            ('"main": (COMMENTS, PLACES)', '"main": (COMMENTS, PLACES, TOY)'),
        ),
        "tests/dashboard/chart_samples.py": (('    "trend": (\n', '    "toy": (3,),\n    "trend": (\n'),),
    },
    tests=("tests/dashboard/test_sections.py", "tests/dashboard/test_charts.py", "tests/dashboard/test_toy.py"),
)
RECIPES = {"section": SECTION, "chart": CHART}


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_new_kind_is_whole(recipe: Recipe, tmp_path: Path) -> None:
    for folder in ("survey_service", "tests", "static", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, text in recipe.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, changes in recipe.changes.items():
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-k", "not postgres", *recipe.tests],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-4000:]
